"""One profile's interactions in order, with what several measures see in them."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from services.journey.domain.measures.reading import OUTBOUND, apart, number, text
from services.journey.domain.model import Interaction

DAY = timedelta(hours=24)

CONTACTS = frozenset({
    "call.started", "call.answered", "call.transferred", "call.ended", "call.abandoned",
    "chat.conversation.started", "chat.conversation.ended", "chat.message.received",
    "email.received", "social.message.received",
})  # fmt: skip
"""Types by which a customer asks one of us for something."""
DOINGS = CONTACTS | {
    "page.viewed", "screen.viewed", "web.event.tracked", "product.viewed", "product.searched", "cart.updated",
    "checkout.started", "checkout.step.completed", "order.placed", "store.visited", "self_service.succeeded",
    "self_service.failed", "claim.submitted",
}  # fmt: skip
"""Types of what customers do themselves."""


class Fact(NamedTuple):
    """A value that hangs on the interaction at this place in the timeline."""

    place: int
    value: float


class Contact(NamedTuple):
    """One time that a customer asked us for something: the interactions of one conversation, by their places.

    `served` is false when the customer gave up before anybody answered.
    """

    places: Sequence[int]
    channel: str | None
    reason: str | None
    queue: str | None
    served: bool

    @property
    def first(self) -> int:
        """Where it begins; facts about the contact hang there."""
        return self.places[0]


@dataclass(frozen=True)
class Story:
    """A timeline as measures read it."""

    timeline: Sequence[Interaction]

    @cached_property
    def contacts(self) -> list[Contact]:
        """All contacts, by where they begin."""
        return [_contact(self.timeline, places) for places in _conversations(self.timeline)]

    @cached_property
    def contact_at(self) -> dict[int, Contact]:
        """The contact that an interaction is part of, by place."""
        return {place: contact for contact in self.contacts for place in contact.places}

    @cached_property
    def doings(self) -> list[int]:
        """The places of what the customer did."""
        return [place for place, one in enumerate(self.timeline) if one.kind.type in DOINGS and not _outbound(one)]

    def since(self, earlier: int, later: int) -> timedelta:
        """The time from one place to another."""
        return apart(self.timeline[earlier], self.timeline[later])

    def before(self, place: int) -> int | None:
        """What the customer did last before this place, within a day."""
        at = bisect_left(self.doings, place)
        return self.doings[at - 1] if at and self.since(self.doings[at - 1], place) <= DAY else None

    def contacted_within(self, place: int, time: timedelta, channel: str | None = None) -> bool:
        """Whether a contact, on this channel if one is named, begins after this place and within this time."""
        begun = self._begun[channel]
        at = bisect_right(begun, place)
        return at < len(begun) and self.since(place, begun[at]) <= time

    @cached_property
    def _begun(self) -> dict[str | None, list[int]]:
        """Where contacts begin, by channel, and under None on any."""
        begun: defaultdict[str | None, list[int]] = defaultdict(list)
        for contact in self.contacts:
            begun[None].append(contact.first)
            if contact.channel is not None:
                begun[contact.channel].append(contact.first)
        return begun


def alone(interaction: Interaction) -> bool:
    """Whether a call began and ended with the machine: it waited for nobody, spoke to nobody and reached no agent."""
    served_itself = number(interaction, "measures", "self_service_seconds") or 0.0
    asked = [number(interaction, "measures", name) or 0.0 for name in ("wait_seconds", "handle_seconds")]
    return served_itself > 0 and not any(asked) and text(interaction, "agent") is None


def _conversations(timeline: Sequence[Interaction]) -> Iterable[list[int]]:
    """Interactions of one conversation are one contact, until a day passes without any."""
    found: list[list[int]] = []
    latest: dict[tuple[str | None, str], list[int]] = {}
    for place, interaction in enumerate(timeline):
        if interaction.kind.type not in CONTACTS or _outbound(interaction) or alone(interaction):
            continue
        conversation = text(interaction, "conversation")
        places = latest.get((interaction.kind.channel, conversation)) if conversation else None
        if places is None or apart(timeline[places[-1]], interaction) > DAY:
            places = []
            found.append(places)
        places.append(place)
        if conversation:
            latest[interaction.kind.channel, conversation] = places
    return found


def _contact(timeline: Sequence[Interaction], places: Sequence[int]) -> Contact:
    those = [timeline[place] for place in places]
    return Contact(
        places,
        those[0].kind.channel,
        next((one.kind.reason for one in those if one.kind.reason), None),
        next((queue for one in those if (queue := text(one, "queue"))), None),
        served=all(one.kind.type != "call.abandoned" for one in those),
    )


def _outbound(interaction: Interaction) -> bool:
    return interaction.fields.get("direction") == OUTBOUND

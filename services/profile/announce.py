"""What the profile service tells the others about a batch: interactions with their customer, and who moved where."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import msgspec

from schemas.golden_record import Pin
from schemas.trait_rules import TraitPolicy
from services.profile.store import Erasure, EventKey, Member
from services.profile.wire import SlimInteraction, without_content
from services.profile.work import Work
from services.runtime.log import Message

_encode = msgspec.json.Encoder().encode


class Belonging(msgspec.Struct, gc=False):
    """As in `schemas.profile_events`; a test holds the two alike."""

    identifier: int
    profile_id: str
    version: int


class Attached(msgspec.Struct, gc=False, omit_defaults=True):
    """The data of an interaction that found its customer."""

    anchor: Belonging
    outcome: str
    interaction: SlimInteraction
    placed: int = 0
    number: int = 0
    trust: int = 0
    verified: bool | None = None


class AttachedEvent(msgspec.Struct, gc=False):
    """Its envelope."""

    id: str
    time: datetime
    data: Attached
    type: str = "profile.interaction.attached"
    source: str = "/profile"
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


MOVES_PER_MESSAGE = 500
AT_A_TIME = 100


async def announcements(work: Work, new_id: Callable[[], str], now: datetime) -> list[Message]:
    """The batch's messages. Gives way in between: they are made while the database writes the batch."""
    batch = new_id()
    return [*await _attached(work, batch, now), *_withdrawn(work, batch, now), *_moved(work, batch, now)]


class _Owners(dict[int, tuple[bytes, Belonging]]):
    """By identifier, the key of its messages and where it belongs; many interactions hang on one."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, identifier: int) -> tuple[bytes, Belonging]:
        member = self._work.member(identifier)
        self[identifier] = owner = (member.profile.encode(), Belonging(identifier, member.profile, member.version))
        return owner


async def _attached(work: Work, batch: str, now: datetime) -> list[Message]:
    owners, placed = _Owners(work), work.correction.version or work.placed
    messages = []
    for place, one in enumerate(work.spotted):
        if place % AT_A_TIME == 0:
            await asyncio.sleep(0)
        anchor = one.identifiers[0] if one.identifiers else one.joined
        if anchor is not None:
            key, belonging = owners[anchor]
            data = Attached(belonging, one.outcome, without_content(one.incoming), placed, one.id)
            if one.incoming.data.traits:
                data.trust, data.verified = one.incoming.envelope.trust, one.verified
            messages.append(Message(key, _encode(AttachedEvent(f"{batch}-{place}", now, data))))
    return messages


def pinned_message(trait: str, pin: Pin, anchor: Belonging) -> Message:
    """That a steward pinned a value."""
    stated = pin.trait
    data = {
        "anchor": anchor,
        "pin": pin.id,
        "made_at": pin.made_at,
        "trait": trait,
        "value": msgspec.Raw(stated.value.encode()),
        "source": stated.source,
        "interaction": stated.event_id,
        "observed_at": stated.time,
        "trust": stated.trust,
        "verified": stated.verified,
    }
    return Message(anchor.profile_id.encode(), _event(pin.id, "profile.trait.pinned", pin.made_at, data))


def unpinned_message(pin_id: str, anchor: Belonging, now: datetime) -> Message:
    """That a pin counts no more."""
    event = _event(f"{pin_id}-unpinned", "profile.trait.unpinned", now, {"anchor": anchor, "pin": pin_id})
    return Message(anchor.profile_id.encode(), event)


def policy_message(traits: Mapping[str, TraitPolicy], version: int, now: datetime) -> Message:
    """By which rules traits are shown from now on."""
    stated = {name: policy.model_dump(mode="json", exclude_none=True) for name, policy in sorted(traits.items())}
    data = {"version": version, "traits": stated}
    return Message(None, _event(f"policy-{version}", "profile.policy.stated", now, data))


def erased_message(erasure: Erasure, labels: Iterable[str], person: Mapping[int, Member]) -> Message:
    """That a person was erased, with all ids that led there, and the versions below which belongings are void."""
    data = {
        "profile_ids": sorted(labels),
        "identifiers": [{"identifier": node, "version": member.version} for node, member in sorted(person.items())],
    }
    event = _event(erasure.id, "profile.erased", erasure.at, data)
    return Message(erasure.profile.encode(), event)


def told_of(value: bytes, anchors: AbstractSet[int], keys: AbstractSet[EventKey]) -> bool:
    """Whether a message of ours places an interaction on one of these identifiers, or is about one of these."""
    data = msgspec.json.decode(value)["data"]
    interaction = data.get("interaction", data)
    placed = data.get("anchor", {}).get("identifier")
    return placed in anchors or (interaction.get("source"), interaction.get("id")) in keys


def _withdrawn(work: Work, batch: str, now: datetime) -> list[Message]:
    """Interactions that left an identifier: for another one, which is told in a message of its own, or for nobody.

    Also when both are one person's: later only one of them may be, and who hears it late must know which place counts.
    """
    if not work.correction.taken_out:
        return []
    now_of = {one.id: (one.anchor, work.member(one.anchor).profile) for one in work.spotted if one.anchor is not None}
    messages = []
    for one in work.correction.taken_out:
        profile = work.before[one.anchor].profile if one.anchor is not None else None
        if profile is not None and (one.anchor, profile) != now_of.get(one.number):
            source, event_id = one.key
            data = {
                "profile_id": profile,
                "source": source,
                "id": event_id,
                "placed": work.correction.version,
                "number": one.number,
            }
            event = _event(f"{batch}-withdrawn-{one.number}", "profile.interaction.withdrawn", now, data)
            messages.append(Message(profile.encode(), event))
    return messages


def _moved(work: Work, batch: str, now: datetime) -> list[Message]:
    moves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for identifier, member in work.changes.moved_members.items():
        before = work.before[identifier]
        if before.profile != member.profile:
            moves[member.profile].append(
                {
                    "identifier": identifier,
                    "profile_id": member.profile,
                    "version": member.version,
                    "previous": before.profile,
                    "follows": before.founder,
                }
            )
    return [
        Message(
            profile.encode(),
            _event(
                f"{batch}-{profile}-{start}",
                "profile.identifiers.moved",
                now,
                {"moves": those[start : start + MOVES_PER_MESSAGE]},
            ),
        )
        for profile, those in moves.items()
        for start in range(0, len(those), MOVES_PER_MESSAGE)
    ]


def _event(event_id: str, kind: str, now: datetime, data: dict[str, Any]) -> bytes:
    return _encode(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": "/profile",
            "type": kind,
            "time": now,
            "datacontenttype": "application/json",
            "data": data,
        }
    )

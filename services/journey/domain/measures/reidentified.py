"""Identified again: whether a customer had to say who they are after we handed them on, or after they changed channels.

There is a chance for it at each interaction of a contact with another agent or queue than before, at each
`call.transferred`, and at the beginning of a contact that follows another channel within 24 hours. 1 if the interaction
names what a customer has to say or type (a customer or loyalty number, or anything that is only claimed), else 0; what
a line or a login tells by itself is no effort. The mean is the share of these hand-overs that forgot the customer.
After Dixon, Freeman and Toman, Stop Trying to Delight Your Customers, HBR 2010 ("having to repeat information").
"""

from collections.abc import Iterator

from services.journey.domain.measures.channel_switches import came_over
from services.journey.domain.measures.reading import identifiers, text
from services.journey.domain.measures.story import Contact, Fact, Story
from services.journey.domain.model import Interaction

STATED = frozenset({"customer_id", "loyalty_id"})


def reidentified(story: Story) -> Iterator[Fact]:
    """0 or 1, at each hand-over."""
    for contact in story.contacts:
        for place in _hand_overs(story, contact):
            yield Fact(place, float(_says_who(story.timeline[place])))


def _hand_overs(story: Story, contact: Contact) -> Iterator[int]:
    if came_over(story, contact):
        yield contact.first
    agent, queue = _who(story.timeline[contact.first])
    for place in contact.places[1:]:
        interaction = story.timeline[place]
        now = _who(interaction)
        if interaction.kind.type == "call.transferred" or _differs(agent, now[0]) or _differs(queue, now[1]):
            yield place
        agent, queue = now[0] or agent, now[1] or queue


def _who(interaction: Interaction) -> tuple[str | None, str | None]:
    return text(interaction, "agent"), text(interaction, "queue")


def _differs(before: str | None, now: str | None) -> bool:
    return None not in {before, now} and before != now


def _says_who(interaction: Interaction) -> bool:
    return any(one.get("namespace") in STATED or one.get("assurance") == "claimed" for one in identifiers(interaction))

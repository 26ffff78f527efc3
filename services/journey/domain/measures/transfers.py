"""Transfers: how often a contact was handed on to another agent or queue.

For each contact, the highest `measures.transfers` that any of its interactions states, or else how many
`call.transferred` it has. The share of contacts above 0 is the industry's transfer rate (COPC CX Standard).
Contacts that neither state nor show a transfer, and were served, count 0.
"""

from collections.abc import Iterator

from services.journey.domain.measures.reading import number
from services.journey.domain.measures.story import Contact, Fact, Story


def transfers(story: Story) -> Iterator[Fact]:
    """A count, at the beginning of each contact that was served."""
    return (Fact(contact.first, _transfers(story, contact)) for contact in story.contacts if contact.served)


def _transfers(story: Story, contact: Contact) -> float:
    those = [story.timeline[place] for place in contact.places]
    stated = [value for one in those if (value := number(one, "measures", "transfers")) is not None]
    return max(stated) if stated else float(sum(one.kind.type == "call.transferred" for one in those))

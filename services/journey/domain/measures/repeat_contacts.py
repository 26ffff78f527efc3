"""Repeat contacts: whether a customer had to come back about the same thing.

1 for a contact if the contact before it with the same reason, on whatever channel, began at most 7 days earlier, else
0. Contacts without a reason are left out. The mean is the repeat contact rate. Windows from 5 to 30 days are in use
(ICMI, SQM Group); a week catches most returns and is known after a week.
"""

from collections.abc import Iterator
from datetime import timedelta

from services.journey.domain.measures.story import Contact, Fact, Story

WITHIN = timedelta(days=7)


def repeat_contacts(story: Story) -> Iterator[Fact]:
    """0 or 1, at the beginning of each contact with a reason."""
    return (Fact(contact.first, float(again)) for contact, again in repeated(story))


def repeated(story: Story) -> Iterator[tuple[Contact, bool]]:
    """Each contact with a reason, and whether it repeats one before it."""
    latest: dict[str, int] = {}
    for contact in story.contacts:
        if contact.reason is not None:
            before = latest.get(contact.reason)
            yield contact, before is not None and story.since(before, contact.first) <= WITHIN
            latest[contact.reason] = contact.first

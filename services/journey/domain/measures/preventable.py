"""Preventable contacts: contacts that would not have been needed, had we done well before.

1 for a contact that repeats one (see `repeat_contacts`), or follows a `self_service.failed` or a `payment.failed`
within 24 hours; else 0. The mean is the share of contacts that could have been spared. After Price and Jaffe, The
Best Service Is No Service, 2008 ("dumb contacts").
"""

from bisect import bisect_left
from collections.abc import Iterator

from services.journey.domain.measures.repeat_contacts import repeated
from services.journey.domain.measures.story import DAY, Fact, Story

FAILURES = frozenset({"self_service.failed", "payment.failed"})


def preventable(story: Story) -> Iterator[Fact]:
    """0 or 1, at the beginning of each contact."""
    again = {contact.first for contact, repeats in repeated(story) if repeats}
    failures = [place for place, one in enumerate(story.timeline) if one.kind.type in FAILURES]
    for contact in story.contacts:
        at = bisect_left(failures, contact.first)
        failed = at > 0 and story.since(failures[at - 1], contact.first) <= DAY
        yield Fact(contact.first, float(failed or contact.first in again))

"""First contact resolution (FCR): whether the first contact about something was the last.

For each contact with a reason that was served and repeats none (see `repeat_contacts`): 1 if no other contact with
the same reason begins within 7 days after it, else 0. The mean is the FCR rate, measured by returns and not by asking
(SQM Group; COPC CX Standard). A contact of the last 7 days counts as resolved until the customer comes back.
"""

from collections.abc import Iterator

from services.journey.domain.measures.repeat_contacts import repeated
from services.journey.domain.measures.story import Fact, Story


def first_contact_resolution(story: Story) -> Iterator[Fact]:
    """0 or 1, at the beginning of each first contact that was served."""
    returned: dict[str, bool] = {}
    for contact, again in reversed(list(repeated(story))):
        reason = contact.reason or ""
        if contact.served and not again:
            yield Fact(contact.first, float(not returned.get(reason, False)))
        returned[reason] = again

"""Promise gap: how far what customers of a campaign met with stayed behind what it promised, from 0 to 1.

1 less the satisfaction (see `surveys`) of each answer that is owed to a campaign (see `campaigns`): a campaign
promises the best, and the mean by campaign is the share of it that was not kept. Compare campaigns with one another.
After the fourth gap, between what is delivered and what is said outside, of Parasuraman, Zeithaml and Berry, Journal
of Marketing 49(4), 1985.
"""

from collections.abc import Iterator

from services.journey.domain.measures.campaigns import campaigns
from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.surveys import satisfaction


def promise_gap(story: Story) -> Iterator[Fact]:
    """From 0 to 1, at each satisfied or dissatisfied word under a campaign."""
    for place, campaign in enumerate(campaigns(story.timeline)):
        value = satisfaction(story.timeline[place])
        if campaign is not None and value is not None:
            yield Fact(place, 1 - value)

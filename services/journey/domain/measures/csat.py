"""Customer satisfaction (CSAT): the share of answers that are satisfied, in percent.

Each answer: 100 if it lies in the uppermost quarter of its scale or at its edge (4 and 5 of 1 to 5: the "top two
boxes"), else 0. The mean is the CSAT score. ISO 10004 on measuring satisfaction; the top-two-box rule is the survey
industry's.
"""

from collections.abc import Iterator

from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.surveys import answer

SATISFIED = 0.75


def csat(story: Story) -> Iterator[Fact]:
    """100 or 0, at each answer."""
    for place, interaction in enumerate(story.timeline):
        value = answer(interaction, "csat")
        if value is not None:
            yield Fact(place, 100.0 if value >= SATISFIED else 0.0)

"""Net Promoter Score: would they recommend us?

Each answer, on a scale from 0 to 10: 100 from 9 on (promoters), -100 up to 6 (detractors), else 0. The mean is the
NPS, from -100 to 100. Other scales are stretched to that one. Reichheld, The One Number You Need to Grow, HBR 2003.
"""

from collections.abc import Iterator

from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.surveys import answer

PROMOTER, DETRACTOR = 0.9, 0.6


def nps(story: Story) -> Iterator[Fact]:
    """100, 0 or -100, at each answer."""
    for place, interaction in enumerate(story.timeline):
        value = answer(interaction, "nps")
        if value is not None:
            yield Fact(place, 100.0 if value >= PROMOTER else -100.0 if value <= DETRACTOR else 0.0)

"""Customer Effort Score (CES 2.0): how easy they say we made it, from 1 to 7.

Each answer, stretched to 1 (strongly disagree that it was easy) to 7 (strongly agree); the mean is the score, higher
is easier. Dixon, Freeman and Toman, HBR 2010; the agreement scale is that of CEB, 2013.
"""

from collections.abc import Iterator

from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.surveys import answer


def ces(story: Story) -> Iterator[Fact]:
    """From 1 to 7, at each answer."""
    for place, interaction in enumerate(story.timeline):
        value = answer(interaction, "ces")
        if value is not None:
            yield Fact(place, 1 + 6 * value)

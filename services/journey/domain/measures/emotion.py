"""Emotion: how satisfied customers were, from 0 to 1, wherever they gave a word on it.

At each interaction with an answer to a survey, or else with a sentiment (see `surveys`): that value. The means by
stage, in the order of the stages, are the emotion curve of a journey map (Stickdorn et al., This Is Service Design
Doing, 2018).
"""

from collections.abc import Iterator

from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.surveys import satisfaction


def emotion(story: Story) -> Iterator[Fact]:
    """From 0 to 1, at each word on satisfaction."""
    for place, interaction in enumerate(story.timeline):
        value = satisfaction(interaction)
        if value is not None:
            yield Fact(place, value)

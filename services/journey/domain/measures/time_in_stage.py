"""Time in stage: how long customers stayed in a stage, in seconds.

For each stage entered, the time until the step to another one. Who is still in a stage, or was abandoned in it, has
no time yet: the funnel shows them as `now` and `left`. Percentiles say more than the mean here, as times like these
have long tails.
"""

from collections.abc import Iterator
from itertools import pairwise

from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.walk import Walk


def time_in_stage(story: Story, walk: Walk) -> Iterator[Fact]:
    """Seconds, at the interaction that entered the stage."""
    places = {interaction.position: place for place, interaction in enumerate(story.timeline)}
    for entered, left in pairwise(walk.steps):
        if entered.number == left.number:
            seconds = (left.position.time - entered.position.time).total_seconds()
            yield Fact(places[entered.position], seconds)

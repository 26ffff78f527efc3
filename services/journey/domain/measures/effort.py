"""Effort score: what it cost the customer, as the definition weighs it.

At each interaction, the sum of the weights of the pain points met there. The sum over a journey is its effort, and
the mean over interactions tells which stage, channel or campaign is laborious. What weighs how much is written in the
definition (after the friction points of Dixon, Toman and DeLisi, The Effortless Experience, 2013).
"""

from collections import defaultdict
from collections.abc import Iterator

from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.walk import Walk
from services.journey.domain.model import Position


def effort(story: Story, walk: Walk) -> Iterator[Fact]:
    """A weight, at each interaction of a journey; 0 without a pain point."""
    weights: defaultdict[Position, float] = defaultdict(float)
    for pain in walk.pains:
        weights[pain.position] += pain.weight
    for place, standing in enumerate(walk.standing):
        if standing is not None:
            yield Fact(place, weights[story.timeline[place].position])

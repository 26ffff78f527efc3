"""Snakes and ladders, outcome: where a touchpoint led, in stages.

At each interaction of a journey but the one that opened it: the place (in the order written) of the stage it led to,
less that of the stage before it. It led to the stage that it entered, or else to the one entered next in the same
journey, or nowhere (0). A mean above 0 is a ladder, below 0 a snake. The picture is that of the board game; a stage
written later is taken for the better one.
"""

from collections.abc import Iterator

from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.walk import Walk


def progress(story: Story, walk: Walk) -> Iterator[Fact]:  # noqa: ARG001 -- one shape for all
    """Stages forward, at each interaction inside a journey."""
    order = {stage: place for place, stage in enumerate(walk.stages)}
    coming: dict[int, str] = {}
    for place in range(len(walk.standing) - 1, -1, -1):
        standing = walk.standing[place]
        if standing is None:
            continue
        if standing.step is not None:
            coming[standing.number] = standing.stage
        if standing.before is not None:
            to = coming.get(standing.number, standing.before)
            yield Fact(place, float(order[to] - order[standing.before]))

"""Drop-off: where journeys were given up before the stage that was to come next.

For each stage: how many journeys got as far as it and no further (the last one written among those they visited), and
how many of these were abandoned. The share is abandoned / got there or further, so the denominators are those of the
funnel. The customers behind are those whose journeys the funnel counts.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.journey.domain.measures.funnel import Group
from services.journey.domain.model import ABANDONED


class DropOff(NamedTuple):
    """Of the journeys that `reached` a stage or a later one, so many were `abandoned` with none of the later ones."""

    stage: str
    reached: int
    abandoned: int


def drop_off(stages: Sequence[str], groups: Iterable[Group]) -> list[DropOff]:
    """By stage, in the order written."""
    order = {stage: place for place, stage in enumerate(stages)}
    known = [(max((order.get(stage, -1) for stage in group.visited), default=-1), group) for group in groups]
    return [
        DropOff(
            stage,
            reached=sum(group.journeys for furthest, group in known if furthest >= place),
            abandoned=sum(
                group.journeys for furthest, group in known if furthest == place and group.status == ABANDONED
            ),
        )
        for place, stage in enumerate(stages)
    ]

"""Drop-off: where journeys were given up before the stage that was to come next.

For each stage: how many journeys got as far as it and no further (the last one written among those they visited), and
how many of these were abandoned. The share is abandoned / got there or further, so the denominators are those of the
funnel. The customers behind are those whose journeys the funnel counts.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from services.journey.domain.measures.funnel import Group, counted
from services.journey.domain.measures.those import Those
from services.journey.domain.model import ABANDONED


class DropOffCount(StrEnum):
    """What is counted of a stage."""

    REACHED = "reached"
    ABANDONED = "abandoned"


class DropOff(NamedTuple):
    """Of the journeys that `reached` a stage or a later one, so many were `abandoned` with none of the later ones."""

    stage: str
    reached: int
    abandoned: int


def drop_off(stages: Sequence[str], groups: Iterable[Group]) -> list[DropOff]:
    """By stage, in the order written."""
    known = list(groups)
    return [
        DropOff(stage, *(counted(of_drop_off(stages, stage, one), known) for one in DropOffCount)) for stage in stages
    ]


def of_drop_off(stages: Sequence[str], stage: str, count: DropOffCount) -> Those:
    """The journeys that are counted; the stage is one of `stages`."""
    place = stages.index(stage)
    if count is DropOffCount.REACHED:
        return Those(frozenset(stages[place:]))
    return Those(frozenset({stage}), frozenset(stages[place + 1 :]), status=ABANDONED)

"""How far journeys got, stage by stage, whichever way they went."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from services.journey.domain.measures.those import Those
from services.journey.domain.model import ABANDONED, ACTIVE, Journey


class Group(NamedTuple):
    """So many journeys that visited the same stages, and are or ended in the same one."""

    visited: frozenset[str]
    stage: str
    status: str
    journeys: int


class FunnelCount(StrEnum):
    """What is counted of a stage.

    entered: journeys that were in the stage. reached: in it or in one written after it, so the figure never grows along
    the funnel, however customers skip. now: are in it. left: were abandoned in it.
    """

    ENTERED = "entered"
    REACHED = "reached"
    NOW = "now"
    LEFT = "left"


class StagePart(NamedTuple):
    """A stage's share in a funnel, in journeys; see FunnelCount."""

    stage: str
    entered: int
    reached: int
    now: int
    left: int


def grouped(journeys: Iterable[Journey]) -> list[Group]:
    """Journeys by where they got."""
    counts = Counter((frozenset(journey.visits), journey.stage, journey.status) for journey in journeys)
    return [Group(*group, count) for group, count in counts.items()]


def funnel(stages: Sequence[str], groups: Iterable[Group]) -> list[StagePart]:
    """The funnel over `stages` in the order written."""
    known = list(groups)
    return [
        StagePart(stage, *(counted(of_funnel(stages, stage, one), known) for one in FunnelCount)) for stage in stages
    ]


def of_funnel(stages: Sequence[str], stage: str, count: FunnelCount) -> Those:
    """The journeys that are counted; the stage is one of `stages`."""
    if count is FunnelCount.REACHED:
        return Those(frozenset(stages[stages.index(stage) :]))
    if count is FunnelCount.ENTERED:
        return Those(frozenset({stage}))
    return Those(frozenset({stage}), stage=stage, status=ACTIVE if count is FunnelCount.NOW else ABANDONED)


def counted(those: Those, groups: Iterable[Group]) -> int:
    """How many journeys of these groups they are."""
    return sum(group.journeys for group in groups if those.hold(group.visited, group.stage, group.status))

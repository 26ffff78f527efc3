"""How far journeys got, stage by stage, whichever way they went."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.journey.domain.model import ABANDONED, ACTIVE, Journey


class Group(NamedTuple):
    """So many journeys that visited the same stages, and are or ended in the same one."""

    visited: frozenset[str]
    stage: str
    status: str
    journeys: int


class StagePart(NamedTuple):
    """A stage's share in a funnel, in journeys.

    entered: were in the stage. reached: were in it or in one written after it, so the figure never grows along the
    funnel, however customers skip. now: are in it. left: were abandoned in it.
    """

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

    def count(holds: Iterable[bool]) -> int:
        return sum(group.journeys for group, yes in zip(known, holds, strict=True) if yes)

    return [
        StagePart(
            stage,
            entered=count(stage in group.visited for group in known),
            reached=count(not group.visited.isdisjoint(stages[place:]) for group in known),
            now=count(group.stage == stage and group.status == ACTIVE for group in known),
            left=count(group.stage == stage and group.status == ABANDONED for group in known),
        )
        for place, stage in enumerate(stages)
    ]

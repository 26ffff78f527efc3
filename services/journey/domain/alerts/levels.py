"""Levels: what happened in a stage in one quarter of an hour, as sums that add up over any stretch of time.

A quarter of an hour is the interval in which contact centres count and plan (Gans, Koole and Mandelbaum, Telephone
Call Centers, 2003). All sums are of whole numbers, so they are the same in whatever order they were added.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from math import log
from typing import NamedTuple

SLOT = timedelta(minutes=15)
SLOT_SECONDS = 900
THOUSANDTHS = 1_000


def slot_of(moment: datetime) -> int:
    """The number of the quarter of an hour, since 1970, that a moment lies in."""
    return int(moment.timestamp() // SLOT_SECONDS)


def begins(slot: int) -> datetime:
    """The moment at which a quarter begins."""
    return datetime.fromtimestamp(slot * SLOT_SECONDS, UTC)


def dwelt(seconds: float) -> int:
    """The length of a stay as levels add it up: thousandths of its natural logarithm, a second at least."""
    return round(THOUSANDTHS * log(max(seconds, 1.0)))


def weighed(weight: float) -> int:
    """The weight of a pain point as levels add it up, in thousandths."""
    return round(THOUSANDTHS * weight)


class Level(NamedTuple):
    """One stage in one quarter of an hour.

    So many `entered` it; so many `stays` ended with a step to another stage, `dwell` being the sum of `dwelt` and
    `dwell_squares` that of its squares; so many were `abandoned` in it. Of each pain point so many `pains` were met,
    `effort` is the sum of their weights and `effort_squares` that of the squares, both as `weighed`.
    """

    stage: str
    slot: int
    entered: int = 0
    stays: int = 0
    dwell: int = 0
    dwell_squares: int = 0
    abandoned: int = 0
    effort: int = 0
    effort_squares: int = 0
    pains: Mapping[str, int] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.entered or self.stays or self.abandoned or self.effort)

    def plus(self, other: "Level") -> "Level":
        """Both together; of the same stage and quarter."""
        pains = {key: self.pains.get(key, 0) + other.pains.get(key, 0) for key in {*self.pains, *other.pains}}
        return Level(
            self.stage,
            self.slot,
            self.entered + other.entered,
            self.stays + other.stays,
            self.dwell + other.dwell,
            self.dwell_squares + other.dwell_squares,
            self.abandoned + other.abandoned,
            self.effort + other.effort,
            self.effort_squares + other.effort_squares,
            pains,
        )


def summed(parts: Iterable[Level]) -> dict[tuple[int, str], Level]:
    """By quarter and stage."""
    found: dict[tuple[int, str], Level] = {}
    for part in parts:
        place = part.slot, part.stage
        found[place] = found[place].plus(part) if place in found else part
    return found

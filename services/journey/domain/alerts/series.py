"""What an alert watches: a measure of one stage, as sums over any stretch of quarters."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from services.journey.domain.alerts.levels import THOUSANDTHS, Level


class Watched(StrEnum):
    """What can be watched in a stage.

    `volume`: how many entered it. `dwell`: how long those stayed who left it for another stage. `drop_off`: the share
    abandoned of those whose stay ended. `effort` and `pain_point`: the weight and the number of pain points met in
    it, for each who entered it.
    """

    VOLUME = "volume"
    DWELL = "dwell"
    DROP_OFF = "drop_off"
    EFFORT = "effort"
    PAIN_POINT = "pain_point"


class Sums(NamedTuple):
    """So many cases `n`, with the `total` of their values and of the squares of these, in thousandths."""

    n: int
    total: int
    squares: int


class Series:
    """A measure by quarters. Sums over a stretch cost the same however long it is."""

    def __init__(self, watched: Watched, first: int, quarters: Sequence[Sums]) -> None:
        self.watched = watched
        self.first = first
        self._most = len(quarters)
        self._n, self._total, self._squares = (
            [0, *accumulate(column)] for column in (zip(*quarters, strict=True) if quarters else ((), (), ()))
        )

    def over(self, begin: int, end: int) -> Sums:
        """The sums from one quarter until before another; nothing is known outside of the series."""
        low, high = begin - self.first, end - self.first
        if low < 0 or high > self._most:
            low, high = min(max(low, 0), self._most), min(max(high, 0), self._most)
        return Sums(
            self._n[high] - self._n[low],
            self._total[high] - self._total[low],
            self._squares[high] - self._squares[low],
        )


def series(watched: Watched, stage: str, pain_point: str | None, levels: Iterable[Level]) -> Series:
    """The series of one stage, of one pain point if it is named."""
    by_slot = {level.slot: _sums(watched, pain_point, level) for level in levels if level.stage == stage}
    if not by_slot:
        return Series(watched, 0, ())
    first, last = min(by_slot), max(by_slot)
    nothing = Sums(0, 0, 0)
    return Series(watched, first, [by_slot.get(slot, nothing) for slot in range(first, last + 1)])


def _sums(watched: Watched, pain_point: str | None, level: Level) -> Sums:
    if watched is Watched.VOLUME:
        return Sums(level.entered, level.entered * THOUSANDTHS, 0)
    if watched is Watched.DWELL:
        return Sums(level.stays, level.dwell, level.dwell_squares)
    if watched is Watched.DROP_OFF:
        return Sums(level.stays + level.abandoned, level.abandoned * THOUSANDTHS, 0)
    if watched is Watched.EFFORT:
        return Sums(level.entered, level.effort, level.effort_squares)
    times = level.pains.get(pain_point, 0) if pain_point else sum(level.pains.values())
    return Sums(level.entered, times * THOUSANDTHS, times * THOUSANDTHS**2)

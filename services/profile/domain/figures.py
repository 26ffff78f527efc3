"""Figures: what interactions add up to on the identifier they hang on. Order and batching do not matter."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Figure(NamedTuple):
    """Sums and extremes of one identifier on one channel; durations in whole milliseconds, so that sums are exact."""

    interactions: int
    first_seen: datetime
    last_seen: datetime
    wait_ms: int = 0
    handle_ms: int = 0
    transfers: int = 0

    def plus(self, other: "Figure") -> "Figure":
        """Both together: commutative and associative."""
        return Figure(
            self.interactions + other.interactions,
            min(self.first_seen, other.first_seen),
            max(self.last_seen, other.last_seen),
            self.wait_ms + other.wait_ms,
            self.handle_ms + other.handle_ms,
            self.transfers + other.transfers,
        )


def total(figures: Iterable[Figure]) -> Figure | None:
    """The sum of figures; None of none."""
    result: Figure | None = None
    for figure in figures:
        result = figure if result is None else result.plus(figure)
    return result

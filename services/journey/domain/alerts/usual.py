"""What is usual for a measure at a time of the week, and how far from it the present is.

The present is a window that ends now: an hour, or four, or a day, the shortest that usually holds the least number of
cases. It is compared with windows as long that ended at the same time of the same day of the week, one to eight weeks
ago; while there are fewer than four of these, at the same time of one to fourteen days ago; and while there are fewer
than five, with the up to 28 windows right before it, at least twelve. Weeks and days are those of a time zone's clock.

    usual  = median of those windows, weighted by their cases
    spread = max(1, 1.4826 sqrt(K / (K - 1)) median |e|) sqrt(1 + pi / 2K)
    score  = e(now) / spread

`e` is the residual of a window from the median of its own time of the week, on the scale of the measure (`scales`), and
K the number of windows compared with. `median |e|` is taken over these windows and the three before and after each of
them. So the spread is what chance alone gives, times how much more than that the measure was used to vary (Laney,
Improved control charts for attributes, Quality Engineering 2002). That is estimated by the median absolute deviation,
which up to half of the windows may spoil and it stays (Hampel, The influence curve and its role in robust estimation,
JASA 1974), of what is left without the season (Hochenbaum, Vallis and Kejariwal, Automatic anomaly detection in the
cloud via statistical learning, 2017). The last factor is for the median being itself an estimate, of K windows.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import chain
from math import pi, sqrt
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.journey.domain.alerts.levels import begins, slot_of
from services.journey.domain.alerts.scales import Scale, scale_of
from services.journey.domain.alerts.series import Series, Sums, Watched

LENGTHS = (4, 16, 96)
"""Of windows, in quarters of an hour."""
NEIGHBOURS = 3
MOST_KNOWN = 4_096
DEVIATION = 1.4826
"""By which the median absolute deviation of normal values is their standard deviation."""

Back = Callable[[int, int], int]
"""The quarter that lies so many days before another, by the clock."""


class Season(NamedTuple):
    """What windows are compared with: `most` of them, `every` so many days apart, or one after the other; or none."""

    every: int | None
    most: int
    least: int


SEASONS = (Season(7, 8, 4), Season(1, 14, 5), Season(None, 28, 12))


class Reading(NamedTuple):
    """A measure in the window of so many `quarters` that ends where the quarter `slot` begins.

    `value` of `n` cases, where `usual` is and anything from `low` to `high` is not far from it.
    """

    slot: int
    quarters: int
    n: int
    value: float
    usual: float
    low: float
    high: float
    score: float


class Asked(NamedTuple):
    """How a series is read: the least number of cases, how many spreads are far, and since when there is history.

    What is less than `near` spreads away by chance alone is not looked at more closely unless `exact`.
    """

    minimum: int
    far: float
    near: float
    history: int
    back: Back
    exact: bool = False


def clock(zone: str) -> Back:
    """Days by the clock of a zone."""
    where = ZoneInfo(zone)

    @lru_cache(MOST_KNOWN)
    def back(slot: int, days: int) -> int:
        return slot_of(begins(slot).astimezone(where) - timedelta(days=days))

    return back


def reading(series: Series, slot: int, asked: Asked) -> Reading | None:
    """How the measure stands at the beginning of `slot`; None where there are too few cases, or too little history."""
    counts = series.watched is Watched.VOLUME
    if not counts and series.over(slot - LENGTHS[-1], slot).n < asked.minimum:
        return None
    found = _chosen(series, slot, asked)
    if found is None:
        return None
    quarters, ends, past = found
    now = series.over(slot - quarters, slot)
    if now.n < asked.minimum and not (counts and median(one.n for one in past) >= asked.minimum):
        return None
    scale = scale_of(series.watched, [*past, now])
    usual = centre(scale, past, counts=counts)
    residual = scale.residual(now, usual)
    spread = sqrt(1 + pi / 2 / len(past))
    if asked.exact or abs(residual) >= asked.near * spread:
        spread *= _unrest(series, scale, slot - quarters, quarters, ends, asked)
    low, high = (scale.at(now, usual, sign * asked.far * spread) for sign in (-1, 1))
    return Reading(slot, quarters, now.n, scale.value(now), usual, low, high, residual / spread)


def _chosen(series: Series, slot: int, asked: Asked) -> tuple[int, Sequence[int], Sequence[Sums]] | None:
    """The length of the window, where those end that it is compared with, and their sums."""
    found = None
    for quarters in LENGTHS:
        compared = _compared(series, slot, quarters, asked)
        if compared is None:
            continue
        found = (quarters, *compared)
        if median(one.n for one in compared[1]) >= asked.minimum:
            break
    return found


def _compared(series: Series, slot: int, quarters: int, asked: Asked) -> tuple[Sequence[int], Sequence[Sums]] | None:
    for season in SEASONS:
        ends = [end for end in _ends(season, slot, quarters, asked.back) if end - quarters >= asked.history]
        if len(ends) < season.least:
            continue
        past = [series.over(end - quarters, end) for end in ends]
        if series.watched is not Watched.VOLUME:
            past = [one for one in past if one.n]
        if len(past) >= season.least:
            return ends, past
    return None


def _ends(season: Season, slot: int, quarters: int, back: Back) -> Iterator[int]:
    for nth in range(1, season.most + 1):
        yield slot - nth * quarters if season.every is None else back(slot, nth * season.every)


def centre(scale: Scale, windows: Sequence[Sums], *, counts: bool) -> float:
    """The median of the windows' values, weighted by their cases unless these are what is counted."""
    if counts:
        return median(scale.value(one) for one in windows)
    ordered = sorted((scale.value(one), one.n) for one in windows)
    half, passed = sum(n for _, n in ordered) / 2, 0
    for value, n in ordered:
        passed += n
        if passed >= half:
            return value
    return ordered[-1][0]


def _unrest(series: Series, scale: Scale, before: int, quarters: int, ends: Sequence[int], asked: Asked) -> float:
    """How much more than by chance the measure varied at this time of the week and around it; at least 1."""
    counts = series.watched is Watched.VOLUME
    groups = []
    for away in range(-NEIGHBOURS, NEIGHBOURS + 1):
        around = (end + away * quarters for end in ends)
        known = [end for end in around if end <= before and end - quarters >= asked.history]
        sums = [series.over(end - quarters, end) for end in known]
        groups.append([one for one in sums if counts or one.n])
    residuals = chain.from_iterable(_residuals(scale, group, counts=counts) for group in groups if len(group) > 1)
    return max(1.0, DEVIATION * sqrt(len(ends) / (len(ends) - 1)) * median(map(abs, residuals)))


def _residuals(scale: Scale, windows: Sequence[Sums], *, counts: bool) -> Iterator[float]:
    middle = centre(scale, windows, counts=counts)
    return (scale.residual(one, middle) for one in windows)

"""How far a window of a measure is from its centre, on a scale on which chance alone has about the spread 1.

Each scale takes out what few cases do: the residuals of a window with ten cases and of one with a thousand can be
compared, and so can those of nights and of noons.

- `Count` and `Rate`: 2(sqrt(c + 3/8) - sqrt(mu + 3/8)), c being a Poisson count and mu the one that the centre gives
  (Anscombe, The transformation of Poisson, binomial and negative-binomial data, Biometrika 1948). A rate is a count
  for each case. Where what is counted has weights, c and mu are divided by their own mean weight, sum w^2 / sum w,
  which is the scale on which a compound Poisson total varies like a count.
- `Share`: 2 sqrt(n + 1/2) (asin sqrt((a + 3/8)/(n + 3/4)) - asin sqrt((p n + 3/8)/(n + 3/4))), a of n being binomial
  (Anscombe, the same).
- `Length`: sqrt(n) (m - m0) / s, m being the mean logarithm of n lengths and s their pooled standard deviation: the
  lengths of service are log-normal (Brown et al., Statistical analysis of a telephone call center, JASA 2005).
  What differs by less than a tenth is not told apart: s is at least 0.1.
"""

from collections.abc import Iterable, Sequence
from math import asin, exp, log, pi, sin, sqrt
from typing import Protocol

from services.journey.domain.alerts.levels import THOUSANDTHS
from services.journey.domain.alerts.series import Sums, Watched

LEAST_DEVIATION = 0.1
THREE_EIGHTHS = 3 / 8


class Scale(Protocol):
    """One way to compare windows. A centre is a value of the measure."""

    def value(self, window: Sums) -> float:
        """What the window amounts to; it has cases unless the measure counts them."""

    def residual(self, window: Sums, centre: float) -> float:
        """How far the window is from the centre, in spreads of chance; above 0 it has more."""

    def at(self, window: Sums, centre: float, residual: float) -> float:
        """The value that a window with as many cases would have this far from the centre."""


class Count:
    """Cases themselves are counted."""

    def value(self, window: Sums) -> float:
        """How many."""
        return float(window.n)

    def residual(self, window: Sums, centre: float) -> float:
        """By the square root."""
        return _of_counts(window.n, centre)

    def at(self, window: Sums, centre: float, residual: float) -> float:  # noqa: ARG002 -- one shape for all
        """The count."""
        return _count_at(centre, residual)


class Rate:
    """So much for each case; `weight` is what one of what is counted weighs."""

    def __init__(self, weight: float) -> None:
        self._weight = weight

    def value(self, window: Sums) -> float:
        """For each case."""
        return window.total / THOUSANDTHS / window.n

    def residual(self, window: Sums, centre: float) -> float:
        """By the square root of the count."""
        return _of_counts(window.total / THOUSANDTHS / self._weight, centre * window.n / self._weight)

    def at(self, window: Sums, centre: float, residual: float) -> float:
        """For each case."""
        return _count_at(centre * window.n / self._weight, residual) * self._weight / window.n


class Share:
    """Some of the cases."""

    def value(self, window: Sums) -> float:
        """Their share."""
        return window.total / THOUSANDTHS / window.n

    def residual(self, window: Sums, centre: float) -> float:
        """By the angle."""
        apart = self._angle(window, self.value(window)) - self._angle(window, centre)
        return 2 * sqrt(window.n + 0.5) * apart

    def at(self, window: Sums, centre: float, residual: float) -> float:
        """The share."""
        angle = self._angle(window, centre) + residual / 2 / sqrt(window.n + 0.5)
        part = sin(min(max(angle, 0.0), pi / 2)) ** 2
        return min(max((part * (window.n + 0.75) - THREE_EIGHTHS) / window.n, 0.0), 1.0)

    @staticmethod
    def _angle(window: Sums, share: float) -> float:
        return asin(sqrt((share * window.n + THREE_EIGHTHS) / (window.n + 0.75)))


class Length:
    """How long cases lasted: the geometric mean, in seconds."""

    def __init__(self, deviation: float) -> None:
        self._deviation = deviation

    def value(self, window: Sums) -> float:
        """The geometric mean."""
        return exp(window.total / THOUSANDTHS / window.n)

    def residual(self, window: Sums, centre: float) -> float:
        """By the mean logarithm."""
        return sqrt(window.n) * (window.total / THOUSANDTHS / window.n - _log(centre)) / self._deviation

    def at(self, window: Sums, centre: float, residual: float) -> float:
        """The geometric mean."""
        return centre * exp(residual * self._deviation / sqrt(window.n))


def scale_of(watched: Watched, windows: Iterable[Sums]) -> Scale:
    """The scale on which to compare these windows, of which each has cases or counts them."""
    if watched is Watched.VOLUME:
        return Count()
    if watched is Watched.DROP_OFF:
        return Share()
    if watched is Watched.DWELL:
        return Length(_deviation(list(windows)))
    return Rate(_weight(list(windows)))


def _of_counts(counted: float, expected: float) -> float:
    return 2 * (sqrt(counted + THREE_EIGHTHS) - sqrt(expected + THREE_EIGHTHS))


def _count_at(expected: float, residual: float) -> float:
    root = sqrt(expected + THREE_EIGHTHS) + residual / 2
    return max(root, 0.0) ** 2 - THREE_EIGHTHS if root > sqrt(THREE_EIGHTHS) else 0.0


def _log(seconds: float) -> float:
    return log(max(seconds, 1.0))


def _deviation(windows: Sequence[Sums]) -> float:
    within = sum(one.squares - one.total**2 / one.n for one in windows)
    cases = sum(one.n for one in windows) - len(windows)
    return max(sqrt(max(within / cases, 0.0)) / THOUSANDTHS, LEAST_DEVIATION) if cases > 0 else LEAST_DEVIATION


def _weight(windows: Sequence[Sums]) -> float:
    total = sum(one.total for one in windows)
    return sum(one.squares for one in windows) / total / THOUSANDTHS if total else 1.0

"""95 % confidence intervals of figures and of their differences, with customers as the units of chance.

Facts of one customer hang together, and many customers are met on both sides. So variances are those between customers
(see `observed`), and the same customers' covariance counts.

- Means: the difference and t with one degree of freedom less than the smaller side has customers (Cameron and Miller
  2015, section VI).
- Proportions: Wilson's score interval of as many independent facts as would vary as much (Korn and Graubard, Survey
  Methodology 1998), and Newcombe's hybrid of two of these (Statistics in Medicine 1998, 17:873, method 10), with the
  correlation as Zou and Donner put it in (Statistics in Medicine 2008, 27:1693). It stays honest where nobody met
  something, which a variance of nought is not.
"""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from services.journey.domain.effects.observed import HERE, LEAST_CUSTOMERS, Observed, Place

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


class Interval(NamedTuple):
    """An estimate, and where 95 of a hundred intervals made like this one hold what is estimated."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Interval":
        """In another unit."""
        return Interval(*(part * factor for part in self))


def t_quantile(freedom: int) -> float:
    """That of Student's t at 97.5 %, to four digits from nine degrees of freedom on.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92_160,
    )
    return Z + sum(term / float(freedom) ** power for power, term in enumerate(terms, start=1))


def wilson(share: float, facts: float) -> Interval:
    """Of a share among so many independent facts, which need not be whole (Wilson, JASA 1927)."""
    squared = Z**2
    middle = (share + squared / (2 * facts)) / (1 + squared / facts)
    half = Z / (1 + squared / facts) * sqrt(share * (1 - share) / facts + squared / (4 * facts**2))
    return Interval(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def hybrid(before: Interval, after: Interval, correlation: float = 0.0) -> Interval:
    """Of the difference, from an interval of each."""

    def reach(one: float, other: float) -> float:
        return sqrt(max(0.0, one**2 + other**2 - 2 * correlation * one * other))

    value = after.value - before.value
    return Interval(
        value,
        value - reach(after.value - after.low, before.high - before.value),
        value + reach(after.high - after.value, before.value - before.low),
    )


def figure(observed: Observed, place: Place, whole: float | None) -> Interval | None:
    """The figure at a place; None of too few customers. `whole` is None of means."""
    side = observed.sides[place]
    if side.mean is None or side.customers < LEAST_CUSTOMERS:
        return None
    if whole is not None:
        share = side.mean / whole
        return wilson(share, independent(observed, place, whole)).times(whole)
    half = t_quantile(side.customers - 1) * _error(observed, observed.influence(place), side.customers)
    return Interval(side.mean, side.mean - half, side.mean + half)


def difference(observed: Observed, whole: float | None) -> Interval | None:
    """After less before; None of too few customers on either side."""
    before, after = (figure(observed, place, whole) for place in HERE)
    if before is None or after is None:
        return None
    if whole is not None:
        return hybrid(before, after, correlation(observed))
    change = _change(observed, *HERE)
    half = _t(observed, *HERE) * _error(observed, change, observed.here)
    return Interval(after.value - before.value, after.value - before.value - half, after.value - before.value + half)


def beside_others(observed: Observed) -> Interval | None:
    """The difference in differences: how much more it changed here than elsewhere. None of too few customers anywhere.

    What changed everywhere alike, such as a season, cancels out. Of proportions, too, as a mean of ones and noughts.
    Angrist and Pischke, Mostly Harmless Econometrics, 2009, chapter 5.
    """
    means = [side.mean for side in observed.sides]
    if min(side.customers for side in observed.sides) < LEAST_CUSTOMERS:
        return None
    before, after, before_elsewhere, after_elsewhere = (mean or 0.0 for mean in means)
    value = (after - before) - (after_elsewhere - before_elsewhere)
    here, elsewhere = _change(observed, *HERE), _change(observed, Place.BEFORE_ELSEWHERE, Place.AFTER_ELSEWHERE)
    weights = [one - other for one, other in zip(here, elsewhere, strict=True)]
    half = _t(observed, *Place) * _error(observed, weights, observed.anywhere)
    return Interval(value, value - half, value + half)


def independent(observed: Observed, place: Place, whole: float) -> float:
    """As many independent facts as would vary as much between samples as these do, and no more than there are.

    Where customers do not differ nothing tells, and each of them counts once, or less where some have more facts than
    others (Kish, Survey Sampling, 1965). Few customers count as fewer, as t does it.
    """
    side = observed.sides[place]
    share = side.total / side.facts / whole
    variance = observed.variance(observed.influence(place), side.customers) / whole**2
    if share in {0.0, 1.0} or variance <= 0:
        facts = side.facts**2 / observed.squares(place)
    else:
        facts = share * (1 - share) / variance
    return min(facts, side.facts) * (Z / t_quantile(side.customers - 1)) ** 2


def correlation(observed: Observed) -> float:
    """Of the figures before and after, which the same customers may be behind."""
    before, after = (observed.influence(place) for place in HERE)
    scale = observed.variance(before, observed.here) * observed.variance(after, observed.here)
    return max(-1.0, min(1.0, observed.variance(before, observed.here, after) / sqrt(scale))) if scale > 0 else 0.0


def _change(observed: Observed, before: Place, after: Place) -> list[float]:
    then, now = observed.influence(before), observed.influence(after)
    return [one - other for one, other in zip(now, then, strict=True)]


def _t(observed: Observed, *places: Place) -> float:
    return t_quantile(min(observed.sides[place].customers for place in places) - 1)


def _error(observed: Observed, weights: list[float], customers: int) -> float:
    return sqrt(max(0.0, observed.variance(weights, customers)))

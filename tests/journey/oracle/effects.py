"""What came of a plan, by DuckDB from the facts of a raw file, and by the formulas as they are published.

Customers are the units of chance. A mean is a ratio of two sums over customers, so each moves it by a residual, and the
variance is that of these residuals (Cochran, Sampling Techniques, 6.4; Liang and Zeger, Biometrika 1986). Of what a
customer either met or not, the interval is Wilson's of an effective sample (Korn and Graubard, Survey Methodology 1998)
and that of the difference Newcombe's, with a correlation (Zou and Donner, Statistics in Medicine 2008, 27:1693).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from tests.journey.oracle.raw import Raw

FEW = 10
SHARES = frozenset({
    "reidentified", "channel_switches", "repeat_contacts", "first_contact_resolution", "containment", "leakage",
    "preventable",
})  # fmt: skip
OF_HUNDRED = frozenset({"csat"})
SETTLED_AFTER = {
    "first_contact_resolution": timedelta(days=7),
    "containment": timedelta(days=1),
    "leakage": timedelta(days=1),
}
"""How long a fact may change. As much is left out at the end of both windows."""
WITHIN = "moment >= $since::TIMESTAMP AND moment < $until::TIMESTAMP"
HERE = "($stage IS NULL OR stage IS NOT DISTINCT FROM $stage)"
FACTS = f"""
SELECT customer, {HERE} AS here, number, id, moment, stage, value FROM fact
WHERE measure = $subject AND {WITHIN}
    AND (measure <> 'time_in_stage' OR moment + to_microseconds((value * 1e6)::BIGINT) < $until::TIMESTAMP)
"""
JOURNEYS = f"""
SELECT customer, here, number, arg_min(id, place), min(moment), arg_min(stage, place), max(pain IS NOT NULL)::INT
FROM (
    SELECT inside.*, pain, {HERE} AS here FROM inside
    LEFT JOIN (SELECT customer, place, pain FROM met WHERE pain = $subject) met USING (customer, place)
) WHERE {WITHIN} GROUP BY customer, here, number
"""
FIRST = "SELECT min(moment) FROM inside"


class Fact(NamedTuple):
    """What one interaction contributes to a figure; or one journey, which stands where it first was."""

    customer: str
    here: bool
    number: int
    id: str
    at: datetime
    stage: str
    value: float


class Interval(NamedTuple):
    """A figure, and what it lies between."""

    value: float
    low: float
    high: float


class Window(NamedTuple):
    """From when, until when."""

    since: datetime
    until: datetime


class Place(NamedTuple):
    """The facts of one window, here or elsewhere: how many and how much, of each of the same customers in order."""

    counts: Any
    totals: Any
    journeys: int

    @property
    def facts(self) -> int:
        return int(self.counts.sum())

    @property
    def customers(self) -> int:
        return int(np.count_nonzero(self.counts))

    @property
    def numbers(self) -> tuple[int, int, int]:
        return self.facts, self.customers, self.journeys

    @property
    def mean(self) -> float | None:
        return float(self.totals.sum() / self.facts) if self.facts else None

    @property
    def residuals(self) -> Any:
        """How much each customer moves the mean."""
        return (self.totals - self.mean * self.counts) / self.facts


class Effect:
    """What must be said of a plan at `now`; `plan` is the body that it was made with."""

    def __init__(self, raw: Raw, plan: Mapping[str, Any], now: datetime) -> None:
        self._raw, self._plan = raw, plan
        self._subject = plan.get("measure") or plan["pain_point"]
        self.windows = self._windows(now)
        found = [self.facts(window) for window in self.windows]
        customers = sorted({fact.customer for facts in found for fact in facts})
        sides = [[_place(facts, customers, here=here) for facts in found] for here in (True, False)]
        self.here = self._before, self._after = sides[0]
        self._places = [place for side in sides for place in side]

    @property
    def is_share(self) -> bool:
        return "pain_point" in self._plan or self._subject in SHARES | OF_HUNDRED

    def facts(self, window: Window) -> list[Fact]:
        """All that was in a window, elsewhere too."""
        query = JOURNEYS if "pain_point" in self._plan else FACTS
        since, until = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in window)
        asked = {"subject": self._subject, "stage": self._plan.get("stage"), "since": since, "until": until}
        return [Fact(*row) for row in self._raw.rows(query, **asked)]

    def figure(self, place: Place) -> Interval | None:
        if place.customers < FEW or place.mean is None:
            return None
        if self.is_share:
            whole = 100.0 if self._subject in OF_HUNDRED else 1.0
            share = place.mean / whole
            facts = _independent(place, share, whole)
            low, high = proportion_confint(share * facts, facts, method="wilson")
            return Interval(place.mean, low * whole, high * whole)
        return _around(place.mean, place.residuals, place.customers, place.customers)

    def difference(self) -> Interval | None:
        before, after = self.figure(self._before), self.figure(self._after)
        if before is None or after is None:
            return None
        change = after.value - before.value
        both = int(np.count_nonzero(self._before.counts + self._after.counts))
        least = min(self._before.customers, self._after.customers)
        if not self.is_share:
            return _around(change, self._after.residuals - self._before.residuals, both, least)
        together = _correlation(self._before.residuals, self._after.residuals)
        low = _joined(after.value - after.low, before.high - before.value, together)
        high = _joined(after.high - after.value, before.value - before.low, together)
        return Interval(change, change - low, change + high)

    def beside_others(self) -> Interval | None:
        """How much more it changed than elsewhere."""
        least = min(place.customers for place in self._places)
        if least < FEW:
            return None
        signs = (-1, 1, 1, -1)
        value = sum(sign * (place.mean or 0.0) for sign, place in zip(signs, self._places, strict=True))
        residuals = sum(sign * place.residuals for sign, place in zip(signs, self._places, strict=True))
        return _around(value, residuals, len(self._before.counts), least)

    def turn(self) -> str:
        change = self.difference()
        if change is None or change.low <= 0 <= change.high:
            return "unclear"
        return "better" if (change.value > 0) == ("at_least" in self._plan["target"]) else "worse"

    def met(self) -> str:
        after, ((side, level),) = self.figure(self._after), self._plan["target"].items()
        if after is None:
            return "unclear"
        fits = [end >= level if side == "at_least" else end <= level for end in after[1:]]
        return "met" if all(fits) else "unclear" if any(fits) else "not_met"

    def caveats(self) -> set[str]:
        since, until = self.windows[0]
        ((first,),) = self._raw.rows(FIRST)
        short = until - since < timedelta(days=28) and (until - since) % timedelta(days=7)
        return {
            "no_control_group", "regression_to_the_mean", "season",
            *(["weekdays"] if short else []),
            *(["few_customers"] if self.difference() is None else []),
            *(["short_before"] if first > since.replace(tzinfo=None) else []),
        }  # fmt: skip

    def _windows(self, now: datetime) -> tuple[Window, Window]:
        """As much before as after, and nothing that may still change."""
        wait = SETTLED_AFTER.get(self._subject, timedelta(0))
        since = datetime.fromisoformat(self._plan["since"])
        until = min(now - wait, datetime.fromisoformat(self._plan.get("until") or now.isoformat()))
        return Window(since - wait - (until - since), since - wait), Window(since, until)


def _place(facts: Sequence[Fact], customers: Sequence[str], *, here: bool) -> Place:
    index = {customer: n for n, customer in enumerate(customers)}
    counts, totals = np.zeros(len(customers)), np.zeros(len(customers))
    those = [fact for fact in facts if fact.here is here]
    for fact in those:
        counts[index[fact.customer]] += 1
        totals[index[fact.customer]] += fact.value
    return Place(counts, totals, len({(fact.customer, fact.number) for fact in those}))


def _around(value: float, residuals: Any, customers: int, least: int) -> Interval:
    """By t, with one degree of freedom less than the smaller side has customers (Cameron and Miller 2015, VI)."""
    half = stats.t.ppf(0.975, least - 1) * np.sqrt(customers / (customers - 1) * np.sum(residuals**2))
    return Interval(value, value - half, value + half)


def _independent(place: Place, share: float, whole: float) -> float:
    """As many independent facts as vary as much, no more than there are, and fewer of few customers as t has it.

    Where they do not vary, as many as customers; fewer where some have more of them (Kish, Survey Sampling, 1965).
    """
    variance = place.customers / (place.customers - 1) * np.sum(place.residuals**2) / whole**2
    facts = place.facts**2 / np.sum(place.counts**2)
    if 0 < share < 1 and variance > 0:
        facts = share * (1 - share) / variance
    few = stats.norm.ppf(0.975) / stats.t.ppf(0.975, place.customers - 1)
    return float(min(facts, place.facts) * few**2)


def _correlation(before: Any, after: Any) -> float:
    scale = np.sqrt(np.sum(before**2) * np.sum(after**2))
    return float(np.sum(before * after) / scale) if scale > 0 else 0.0


def _joined(one: float, other: float, together: float) -> float:
    return float(np.sqrt(one**2 + other**2 - 2 * together * one * other))

"""Whether something helped: what can be said of a plan from what was observed, and what cannot."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.journey.domain.effects.intervals import Interval, beside_others, difference, figure
from services.journey.domain.effects.observed import Observed, Place, Side
from services.journey.domain.effects.subject import Subject
from services.journey.domain.effects.windows import Windows

WEEKS = timedelta(days=28)
"""From four weeks on it hardly matters which days of the week are among them."""


class Target(NamedTuple):
    """What the figure is to be at least, or at most."""

    value: float
    at_least: bool


class Met(StrEnum):
    """Whether the target is met: only if the whole interval says so."""

    MET = "met"
    NOT_MET = "not_met"
    UNCLEAR = "unclear"


class Turn(StrEnum):
    """Where the figure went: only if the interval of the difference leaves nought out."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"


class Caveat(StrEnum):
    """What the comparison does not prove, or what it lacks."""

    NO_CONTROL_GROUP = "no_control_group"
    REGRESSION_TO_THE_MEAN = "regression_to_the_mean"
    SEASON = "season"
    WEEKDAYS = "weekdays"
    FEW_CUSTOMERS = "few_customers"
    SHORT_BEFORE = "short_before"
    OTHER_PLANS = "other_plans"


class Effect(NamedTuple):
    """Each side with its interval, the difference, and how much more it changed than elsewhere; None of too few."""

    before: tuple[Side, Interval | None]
    after: tuple[Side, Interval | None]
    difference: Interval | None
    beside_others: Interval | None
    turn: Turn
    met: Met


def effect(subject: Subject, target: Target, seen: Observed) -> Effect:
    """What can be said."""
    whole = subject.whole
    before, after = ((seen.sides[place], figure(seen, place, whole)) for place in (Place.BEFORE, Place.AFTER))
    change = difference(seen, whole)
    return Effect(before, after, change, beside_others(seen), _turn(change, target), _met(after[1], target))


def caveats(windows: Windows, effect_: Effect, first_fact: datetime | None, others: Sequence[object]) -> list[Caveat]:
    """The first three always hold: nobody was left out by lot, and one acts where it is worst, at some time of year."""
    found = [Caveat.NO_CONTROL_GROUP, Caveat.REGRESSION_TO_THE_MEAN, Caveat.SEASON]
    since, until = windows.before
    assert since is not None
    assert until is not None
    conditional = {
        Caveat.WEEKDAYS: until - since < WEEKS and (until - since) % timedelta(days=7) != timedelta(0),
        Caveat.FEW_CUSTOMERS: effect_.difference is None,
        Caveat.SHORT_BEFORE: first_fact is None or first_fact > since,
        Caveat.OTHER_PLANS: bool(others),
    }
    return found + [caveat for caveat, holds in conditional.items() if holds]


def _turn(change: Interval | None, target: Target) -> Turn:
    if change is None or change.low <= 0 <= change.high:
        return Turn.UNCLEAR
    return Turn.BETTER if (change.value > 0) is target.at_least else Turn.WORSE


def _met(after: Interval | None, target: Target) -> Met:
    if after is None:
        return Met.UNCLEAR
    low, high = (after.low >= target.value, after.high >= target.value)
    if target.at_least:
        return Met.MET if low else Met.UNCLEAR if high else Met.NOT_MET
    return Met.MET if after.high <= target.value else Met.NOT_MET if after.low > target.value else Met.UNCLEAR

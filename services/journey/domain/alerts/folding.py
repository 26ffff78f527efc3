"""Alerts as a fold over quarters of an hour: of levels, and of nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from schemas.journey_definition import AlertDefinition
from services.journey.domain.alerts.hysteresis import Alert, Trigger, Watch, watch
from services.journey.domain.alerts.levels import SLOT, Level
from services.journey.domain.alerts.series import Series, Watched, series
from services.journey.domain.alerts.usual import Asked, Back, Reading, clock, reading

FAR = {"low": 6.0, "normal": 4.0, "high": 3.0}
"""Spreads away from usual that are far, by sensitivity."""
REACH = timedelta(days=8 * 7 + 1 + 3 + 1) // SLOT
"""So many quarters back a reading looks at most: eight weeks, a window, its neighbours, and a clock that is put on."""
SILENCE = REACH + timedelta(days=8) // SLOT
"""After so many quarters without anything, nothing changes any more until something happens again."""

States = Mapping[str, Watch]
"""By the key of the alert's definition."""

known_clock = lru_cache(64)(clock)


class Fold(NamedTuple):
    """The states after the quarter `slot`, and every alert that was open meanwhile, by key, in their order."""

    slot: int
    states: States
    alerts: Mapping[str, Sequence[Alert]]


def trigger(what: AlertDefinition) -> Trigger:
    """The thresholds that a definition asks for."""
    hold, cooldown = -(-what.hold // SLOT), -(-what.cooldown // SLOT)
    return Trigger(FAR[what.sensitivity], hold, cooldown, low=what.measure == "volume")


def asked(what: AlertDefinition, history: int, *, exact: bool = False) -> Asked:
    """How the series of an alert is read, history beginning with this quarter."""
    back: Back = known_clock(what.zone)
    far = FAR[what.sensitivity]
    return Asked(what.minimum, far, far / 2, history, back, exact)


def series_of(what: AlertDefinition, levels: Iterable[Level]) -> Series:
    """The series that an alert watches."""
    return series(Watched(what.measure), what.stage, what.pain_point, levels)


class AlertFold:
    """Folds the alerts of one definition on, over levels that reach back far enough (`REACH`)."""

    def __init__(self, alerts: Sequence[AlertDefinition], levels: Sequence[Level], history: int) -> None:
        self._watched = [(what.key, trigger(what), asked(what, history), series_of(what, levels)) for what in alerts]

    def on(self, slot: int, states: States, until: int) -> Fold:
        """From the states after `slot` to those after `until`."""
        after: dict[str, Watch] = {}
        found: dict[str, list[Alert]] = {}
        for key, rule, how, watched in self._watched:
            state = states.get(key, Watch())
            spans = [state.latest] if state.latest and state.open else []
            for moment in range(slot + 1, until + 1):
                state = watch(state, moment, reading(watched, moment, how), rule)
                if state.latest and (not spans or spans[-1] is not state.latest):
                    _follow(spans, state.latest, slot)
            after[key], found[key] = state, spans
        return Fold(until, after, found)


def _follow(spans: list[Alert], latest: Alert, slot: int) -> None:
    """An alert that was raised or cleared is kept once, as it is now; what ended before `slot` is not followed."""
    if spans and spans[-1].raised == latest.raised:
        spans[-1] = latest
    elif latest.raised > slot:
        spans.append(latest)


def reading_at(what: AlertDefinition, levels: Sequence[Level], history: int, slot: int) -> Reading | None:
    """How an alert's measure stands at the beginning of a quarter, looked at closely."""
    return reading(series_of(what, levels), slot, asked(what, history, exact=True))

"""When a journey is overdue, stalled or abandoned: a function of the journey and its definition, and of nothing else.

A moment passes when an interaction comes after it, or the clock is past it. What happens at the very moment is in time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.journey.domain.definition import Definition
from services.journey.domain.model import ABANDONED, ACTIVE, OVERDUE, STALLED, Journey, Lapse


def due(definition: Definition, journey: Journey) -> list[Lapse]:
    """What becomes of the journey unless it is touched, earliest first, but for what had before its last touchpoint.

    Overdue: longer in its stage than the stage's `expected`. Stalled and abandoned: no touchpoint for longer than
    `stalled_after` and `abandoned_after`. Nothing more becomes of an abandoned journey.
    """
    if journey.status != ACTIVE:
        return []
    what = definition.what
    ends = _after(journey.touched_at, what.abandoned_after)
    lapses = [
        Lapse(definition.key, definition.version, journey.number, kind, journey.stage, since, at)
        for kind, since, at in (
            (OVERDUE, journey.entered_at, _after(journey.entered_at, definition.expected.get(journey.stage))),
            (STALLED, journey.touched_at, _after(journey.touched_at, what.stalled_after)),
            (ABANDONED, journey.touched_at, ends),
        )
        if at is not None and at >= journey.touched_at and (ends is None or at < ends or kind == ABANDONED)
    ]
    return sorted(lapses, key=_moment) if len(lapses) > 1 else lapses


def next_due(definition: Definition, journey: Journey) -> datetime | None:
    """The earliest moment at which something may become of the journey."""
    lapses = due(definition, journey)
    return lapses[0].at if lapses else None


def passed(lapses: Iterable[Lapse], now: datetime) -> list[Lapse]:
    """Those whose moment has passed at `now`."""
    return [lapse for lapse in lapses if lapse.at < now]


def _after(moment: datetime, duration: timedelta | None) -> datetime | None:
    try:
        return None if duration is None else moment + duration
    except OverflowError:  # beyond the year 9999
        return None


def _moment(lapse: Lapse) -> datetime:
    return lapse.at

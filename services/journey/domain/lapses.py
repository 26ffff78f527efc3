"""When a journey is overdue, stalled or abandoned: a function of the journey and its definition, and of nothing else.

A moment passes when an interaction comes after it, or the clock is past it. What happens at the very moment is in time.
"""

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
    """The earliest moment at which something may become of the journey: of what is `due`, but found fast."""
    if journey.status != ACTIVE:
        return None
    quiet = None if definition.patience is None else _after(journey.touched_at, definition.patience)
    expected = definition.expected.get(journey.stage)
    overdue = None if expected is None else _after(journey.entered_at, expected)
    if overdue is None or overdue < journey.touched_at or (quiet is not None and quiet < overdue):
        return quiet
    return overdue


def lapsed(definition: Definition, journey: Journey, now: datetime) -> list[Lapse]:
    """What of it has come to pass at `now`."""
    first = next_due(definition, journey)
    return [] if first is None or first >= now else [lapse for lapse in due(definition, journey) if lapse.at < now]


def standing_lapses(definition: Definition, journey: Journey, now: datetime) -> dict[str, datetime]:
    """Since when a journey that is settled at `now` is overdue and stalled."""
    if journey.status != ACTIVE:
        return {}
    moments = (
        (OVERDUE, _after(journey.entered_at, definition.expected.get(journey.stage))),
        (STALLED, _after(journey.touched_at, definition.what.stalled_after)),
    )
    return {kind: moment for kind, moment in moments if moment is not None and moment < now}


def _after(moment: datetime, duration: timedelta | None) -> datetime | None:
    try:
        return None if duration is None else moment + duration
    except OverflowError:  # beyond the year 9999
        return None


def _moment(lapse: Lapse) -> datetime:
    return lapse.at

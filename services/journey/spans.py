"""A window as whole days, whole hours and what is left of hours at its ends: so its sums are few sums."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.journey.window import Window

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(StrEnum):
    """What sums are kept for, of UTC; `fact` is what has none."""

    DAY = "day"
    HOUR = "hour"
    FACT = "fact"


class Piece(NamedTuple):
    """From `since` until before `until`; None is without an end."""

    span: Span
    since: datetime | None
    until: datetime | None


def pieces(window: Window) -> list[Piece]:
    """Stretches that do not overlap and together are the window; those of days and hours begin and end with one."""
    try:
        found = list(_pieces(window))
    except OverflowError:  # within an hour or a day of the end of time
        found = [Piece(Span.FACT, *window)]
    return [one for one in found if one.since is None or one.until is None or one.since < one.until]


def _pieces(window: Window) -> Iterator[Piece]:
    since, until = window
    hour, hour_after = _next(since, HOUR), _last(until, HOUR)
    if _crossed(hour, hour_after):
        yield Piece(Span.FACT, since, until)
        return
    day, day_after = _next(hour, DAY), _last(hour_after, DAY)
    if since is not None:
        yield Piece(Span.FACT, since, hour)
    if until is not None:
        yield Piece(Span.FACT, hour_after, until)
    if _crossed(day, day_after):
        yield Piece(Span.HOUR, hour, hour_after)
        return
    if since is not None:
        yield Piece(Span.HOUR, hour, day)
    if until is not None:
        yield Piece(Span.HOUR, day_after, hour_after)
    yield Piece(Span.DAY, day, day_after)


def _crossed(since: datetime | None, until: datetime | None) -> bool:
    return since is not None and until is not None and since > until


def _last(moment: datetime | None, length: timedelta) -> datetime | None:
    """When the span began that the moment lies in."""
    return None if moment is None else moment - (moment - _EPOCH) % length


def _next(moment: datetime | None, length: timedelta) -> datetime | None:
    """When a span begins, at the moment or next."""
    return None if moment is None else moment + (_EPOCH - moment) % length

"""Which time is compared with which: as long before the start as there has been since, up to now or to the end."""

from datetime import datetime
from typing import NamedTuple

from services.journey.domain.effects.subject import Subject
from services.journey.window import Window


class Windows(NamedTuple):
    """Two equally long windows; `before` ends where the other begins, or earlier."""

    before: Window
    after: Window


def windows(subject: Subject, since: datetime, until: datetime | None, now: datetime) -> Windows | None:
    """The windows as of `now`; None while there is nothing to see after the start.

    What facts may still change by is left out at the end of both: today's first contacts would all count as resolved,
    and those just before the start are decided by what happens after it.
    """
    ripe = now - subject.looks_ahead
    end = ripe if until is None else min(until, ripe)
    if end <= since:
        return None
    before = since - subject.looks_ahead
    return Windows(Window(before - (end - since), before), Window(since, end))

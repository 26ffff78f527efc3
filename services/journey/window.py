"""A stretch of time that figures are asked for."""

from datetime import datetime
from typing import NamedTuple


class Window(NamedTuple):
    """A stretch of time: from `since`, until before `until`."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in it."""
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)

"""The one place where time and ids are made; everything pure receives them as arguments."""

from datetime import UTC, datetime
from typing import Protocol

import uuid_utils


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime:
        """The present moment."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


def new_id() -> str:
    """A new UUID of version 7: unique everywhere, and sorted by the time it was made."""
    return str(uuid_utils.uuid7())

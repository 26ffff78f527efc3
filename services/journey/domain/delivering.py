"""When a webhook that failed is tried again, and when no more."""

from datetime import datetime, timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
"""After the first failure, the second, and so on: most of a day in all."""


def again_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failed attempts; None once it is given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None

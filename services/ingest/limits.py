"""Bounds on what callers may cost: events per source and time, and bytes held at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from services.ingest.channel import Source
from services.ingest.settings import IngestSettings
from services.runtime.errors import TooMany, Unavailable


@dataclass(slots=True)
class TokenBucket:
    """Fills by `rate` a second up to `capacity`. It may go below zero: a batch is let in whole, then paid off."""

    rate: float
    capacity: float
    tokens: float
    filled_at: datetime

    def require(self, now: datetime) -> None:
        """Returns if there is anything left. Raises TooMany with the seconds until there is."""
        self.tokens = min(self.capacity, self.tokens + self.rate * max(0.0, (now - self.filled_at).total_seconds()))
        self.filled_at = now
        if self.tokens <= 0:
            raise TooMany(
                f"this source may send {self.rate:g} events a second", retry_after=1 - self.tokens / self.rate
            )

    def spend(self, tokens: int) -> None:
        """Takes the tokens."""
        self.tokens -= tokens


class Rates:
    """One bucket for each source."""

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings
        self._buckets: dict[tuple[str, str], TokenBucket] = {}

    def of(self, source: Source, now: datetime) -> TokenBucket:
        """The bucket of `source`; a new one is full."""
        place = (source.name, source.adapter)
        if place not in self._buckets:
            rate = source.events_per_second or self._settings.events_per_second
            capacity = rate * self._settings.burst_seconds
            self._buckets[place] = TokenBucket(rate, capacity, capacity, now)
        return self._buckets[place]


class InFlight:
    """Bytes of request bodies that are in memory now."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0

    @contextmanager
    def hold(self) -> Iterator["Hold"]:
        """A hold that gives its bytes back at the end."""
        hold = Hold(self)
        try:
            yield hold
        finally:
            self._bytes -= hold.bytes

    def add(self, count: int) -> None:
        """Takes `count` bytes. Raises Unavailable when that is too much for now."""
        if self._bytes + count > self._limit:
            raise Unavailable("too much is being received at once (max_in_flight_bytes)")
        self._bytes += count


@dataclass(slots=True)
class Hold:
    """What one request holds."""

    in_flight: InFlight
    bytes: int = 0

    def add(self, count: int) -> None:
        """Holds `count` bytes more. Raises Unavailable."""
        self.in_flight.add(count)
        self.bytes += count

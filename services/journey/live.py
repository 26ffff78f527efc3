"""The live stream's hub: reads the log once per process and lets any number of readers follow at their own pace.

Events stand in a bounded ring. A reader is a place in it, so an event costs the hub the same however many follow, and
a reader that falls out of the ring is told to resume. Positions in the log are the events' ids, so a reader resumes
at any process: from the ring, or from the log until it meets the ring.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from itertools import islice

from schemas.topics import JOURNEYS
from services.journey import positions
from services.journey.live_event import LiveEvent, id_line, live_event
from services.runtime import telemetry
from services.runtime.errors import NotFound, Rejected, Unavailable
from services.runtime.log import Log, Record

RING_EVENTS = 20_000
MOST_READERS = 1_000
BITE = 500
POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0

Numbered = tuple[bytes, LiveEvent]
"""An event with the line of its id: where this reader stands after it."""

log = telemetry.logger(__name__)


class Gone(Rejected):
    """The log no longer holds what the reader missed."""

    status = 410


class Lagged(Exception):
    """The reader fell behind what is kept in memory: it must resume."""


class _Ring:
    """The latest events, numbered from the hub's start; `before` is where the log stood before the oldest of them."""

    def __init__(self, most: int, now: Mapping[int, int]) -> None:
        self._events: deque[LiveEvent] = deque()
        self._most = most
        self.first = 0
        self.before = dict(now)
        self.after = dict(now)

    @property
    def end(self) -> int:
        return self.first + len(self._events)

    def append(self, record: Record) -> None:
        self.after = {**self.after, record.partition: record.offset + 1}
        event = live_event(record, self.after)
        if event is None:
            log.warning("event_skipped", partition=record.partition, offset=record.offset)
            return
        self._events.append(event)
        if len(self._events) > self._most:
            oldest = self._events.popleft()
            self.before = {**self.before, oldest.partition: oldest.offset + 1}
            self.first += 1

    def bite(self, start: int) -> list[LiveEvent]:
        if start < self.first:
            raise Lagged
        place = start - self.first
        return list(islice(self._events, place, place + BITE))


class LiveHub:
    """One per process. Followers see every event exactly once from where they begin."""

    def __init__(self, source: Log, *, ring_events: int = RING_EVENTS, most_readers: int = MOST_READERS) -> None:
        self._source = source
        self._ring_events = ring_events
        self._most_readers = most_readers
        self._readers = 0
        self._ring = _Ring(ring_events, {})
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins at the end of the log. Raises Unavailable."""
        self._ring = _Ring(self._ring_events, await self._source.end(JOURNEYS.name))
        self._task = asyncio.create_task(self._read_forever())

    async def stop(self) -> None:
        """Ends reading; followers end by themselves."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            self._pulse()

    @property
    def running(self) -> bool:
        """Whether events flow."""
        return self._task is not None and not self._task.done()

    @property
    def position(self) -> Mapping[int, int]:
        """Where the hub stands in the log."""
        return self._ring.after

    def enter(self) -> None:
        """Takes a reader's place, given back by `leave`. Raises Unavailable when all are taken."""
        if self.full:
            raise Unavailable("all places at the live stream are taken", retry_after=5.0)
        self._readers += 1
        telemetry.STREAM_READERS.set(self._readers)

    @property
    def full(self) -> bool:
        """Whether no reader's place is left."""
        return self._readers >= self._most_readers

    def leave(self) -> None:
        """Gives a reader's place back."""
        self._readers -= 1
        telemetry.STREAM_READERS.set(self._readers)

    async def check(self, start: Mapping[int, int]) -> None:
        """Raises Gone when a reader cannot go on from `start` without loss."""
        if not await self._holds(start):
            message = "the log does not hold what came after this id; leave out Last-Event-ID to start anew"
            raise Gone(message, field="Last-Event-ID")

    async def _holds(self, start: Mapping[int, int]) -> bool:
        if not positions.reaches(self._ring.after, start):
            await self._wait(POLL_SECONDS)  # another process may have read further than this one yet
        if not positions.reaches(self._ring.after, start):
            return positions.reaches(await self._source.end(JOURNEYS.name), start)
        if not positions.reaches(start, self._ring.before):
            with suppress(NotFound):
                await (await self._source.reader(JOURNEYS.name, start)).close()
                return True
            return False
        return True

    async def follow(
        self, start: Mapping[int, int] | None, idle_seconds: float
    ) -> AsyncGenerator[tuple[dict[int, int], list[Numbered]], None]:
        """Events after `start`, else from now on, with where the reader stands after them; none when nothing came.

        Raises Lagged when the reader was too slow, and Gone when the log no longer holds what it missed.
        """
        ring = self._ring
        here = dict(ring.after if start is None else start)
        place = ring.end
        yield here, []
        if start is not None:
            async with aclosing(self._catch_up(here)) as caught_up:
                async for numbered in caught_up:
                    yield here, numbered
            ring = self._ring
            place = ring.first
        while self.running:
            if ring is not self._ring:
                raise Lagged
            events = ring.bite(place)
            place += len(events)
            if fresh := [_pass(event, here) for event in events if event.offset >= here.get(event.partition, 0)]:
                yield here, fresh
            elif not events and not await self._wait(idle_seconds):
                yield here, []

    async def _catch_up(self, here: dict[int, int]) -> AsyncGenerator[list[Numbered], None]:
        if positions.reaches(here, self._ring.before):
            return
        try:
            reader = await self._source.reader(JOURNEYS.name, here)
        except NotFound as error:
            raise Gone("the log no longer holds what was missed", field="Last-Event-ID") from error
        try:
            while not positions.reaches(here, self._ring.before):
                records = await reader.read(BITE, POLL_SECONDS)
                events = [(record, live_event(record, {})) for record in records]
                numbered = [_pass(event, here) for _, event in events if event]
                here.update((record.partition, record.offset + 1) for record in records)
                if numbered:
                    yield numbered
        finally:
            await reader.close()

    async def _wait(self, seconds: float) -> bool:
        changed = self._changed
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await changed.wait()
        return changed.is_set()

    def _pulse(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _read_forever(self) -> None:
        while True:
            try:
                await self._read()
            except NotFound:
                self._ring = _Ring(self._ring_events, await self._end())
                self._pulse()
            except Unavailable as error:
                log.warning("live_stream_waits", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _end(self) -> Mapping[int, int]:
        try:
            return await self._source.end(JOURNEYS.name)
        except Unavailable:
            return self._ring.after

    async def _read(self) -> None:
        reader = await self._source.reader(JOURNEYS.name, self._ring.after)
        try:
            while True:
                records = await reader.read(min(BITE, self._ring_events), POLL_SECONDS)
                for record in records:
                    self._ring.append(record)
                if records:
                    self._pulse()
                    await asyncio.sleep(0)  # a full buffer would never let the readers have their turn
        finally:
            await reader.close()


def _pass(event: LiveEvent, here: dict[int, int]) -> Numbered:
    here[event.partition] = event.offset + 1
    return (event.id if event.after == here else id_line(here)), event

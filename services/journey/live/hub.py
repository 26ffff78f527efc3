"""The live stream's hub: reads the log once per process and lets any number of readers follow at their own pace.

Events stand in a bounded ring, in blocks as they were read. A reader is a place in it, so an event costs the hub the
same however many follow, and a reader that falls out of the ring is told to resume. Positions in the log are the
events' ids, so a reader resumes at any process: from the ring, or from the log until it meets the ring.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import NamedTuple

from schemas.topics import JOURNEYS
from services.journey.live import positions
from services.journey.live.block import Block, Numbered, frames_of, pass_by
from services.journey.live.event import Filter, LiveEvent, live_event
from services.runtime import telemetry
from services.runtime.errors import NotFound, Rejected, Unavailable
from services.runtime.log import Log, Record

RING_EVENTS = 20_000
MOST_READERS = 1_000
BITE = 500
POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
SERIALISED_BLOCKS = 16
"""Of so many of the latest blocks what was serialised is kept: readers who keep up are never further behind."""
PAUSE_SECONDS = 0.0001
"""Between two blocks, for each reader: what writing one to all of them takes, so that half of the time is others'."""

log = telemetry.logger(__name__)


class Gone(Rejected):
    """The log no longer holds what the reader missed."""

    status = 410


class Lagged(Exception):
    """The reader fell behind what is kept in memory: it must resume."""


class News(NamedTuple):
    """What a reader has not had: a block, shared with all who stood where they did, or events with own lines."""

    block: Block | None
    numbered: list[Numbered]

    def wanted(self, chosen: Filter) -> bytes:
        """What of it is sent to a reader with this filter."""
        return frames_of(self.numbered, chosen) if self.block is None else self.block.wanted(chosen)


class _Ring:
    """The latest blocks, numbered from the hub's start; `before` is where the log stood before the oldest of them."""

    def __init__(self, most: int, now: Mapping[int, int]) -> None:
        self._blocks: deque[Block] = deque()
        self._events = 0
        self._most = most
        self.first = 0
        self.before: Mapping[int, int] = dict(now)
        self.after: Mapping[int, int] = dict(now)

    @property
    def end(self) -> int:
        return self.first + len(self._blocks)

    def append(self, records: Sequence[Record]) -> None:
        before, events = self.after, list[LiveEvent]()
        for record in records:
            self.after = {**self.after, record.partition: record.offset + 1}
            event = live_event(record, self.after)
            if event is None:
                log.warning("event_skipped", partition=record.partition, offset=record.offset)
            else:
                events.append(event)
        self._blocks.append(Block(events, before, self.after))
        self._events += len(events)
        if len(self._blocks) > SERIALISED_BLOCKS:
            self._blocks[-1 - SERIALISED_BLOCKS].forget()
        while self._events > self._most or len(self._blocks) > self._most:
            oldest = self._blocks.popleft()
            self._events -= len(oldest.events)
            self.before = oldest.after
            self.first += 1

    def block(self, place: int) -> Block:
        if place < self.first:
            raise Lagged
        return self._blocks[place - self.first]


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
    ) -> AsyncGenerator[tuple[Mapping[int, int], News | None], None]:
        """What comes after `start`, else from now on, with where the reader stands after it; None when nothing came.

        Raises Lagged when the reader was too slow, and Gone when the log no longer holds what it missed.
        """
        ring = self._ring
        here: Mapping[int, int] = ring.after if start is None else dict(start)
        place = ring.end
        yield here, None
        if start is not None:
            async with aclosing(self._catch_up(dict(here))) as caught_up:
                async for here, numbered in caught_up:
                    yield here, News(None, numbered)
            ring = self._ring
            place = ring.first
        while self.running:
            if ring is not self._ring:
                raise Lagged
            if place == ring.end:
                if not await self._wait(idle_seconds):
                    yield here, None
                continue
            block = ring.block(place)
            place += 1
            here, news = _news(block, here)
            if news is not None:
                yield here, news

    async def _catch_up(self, here: dict[int, int]) -> AsyncGenerator[tuple[Mapping[int, int], list[Numbered]], None]:
        if positions.reaches(here, self._ring.before):
            return
        try:
            reader = await self._source.reader(JOURNEYS.name, here)
        except NotFound as error:
            raise Gone("the log no longer holds what was missed", field="Last-Event-ID") from error
        try:
            while not positions.reaches(here, self._ring.before):
                records = await reader.read(BITE, POLL_SECONDS)
                events = [live_event(record, {}) for record in records]
                numbered = [(pass_by(event, here), event) for event in events if event]
                here.update((record.partition, record.offset + 1) for record in records)
                yield dict(here), numbered
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
                if records:
                    self._ring.append(records)
                    self._pulse()
                    await asyncio.sleep(PAUSE_SECONDS * self._readers)
        finally:
            await reader.close()


def _news(block: Block, here: Mapping[int, int]) -> tuple[Mapping[int, int], News | None]:
    """Where a reader who stood `here` stands after the block, and what it has not had of it; None of nothing."""
    if here is block.before or here == block.before:
        return block.after, News(block, []) if block.events else None
    own = dict(here)
    numbered = list(block.missed(own))
    return (own, News(None, numbered)) if numbered else (here, None)

"""The consumer loop: batches in, effects out, commits behind them."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from schemas.topics import Topic
from services.runtime import telemetry
from services.runtime.clock import Clock
from services.runtime.errors import Unavailable
from services.runtime.handling import Batch, GaveUp, Handler, Handling
from services.runtime.log import Consumer, Log, Record, behind
from services.runtime.settings import Settings

POLL_SECONDS = 0.5
FETCH_SECONDS = 0.005
COMMIT_SECONDS = 0.5
"""Not every batch waits for a commit: what is handled again after a crash has no effect."""

log = telemetry.logger(__name__)


class ConsumerLoop:
    """One member of a consumer group that hands batches to `handler` and commits after its effects, now and then.

    While there is a backlog, up to `at_once` batches are in the handler's hands. They end in their order: when one
    fails, those after it are taken back until it is done. Without one it rests after a batch of `rest_from` records and
    more for as long as that took, but never so that the next begins more than `rest_seconds` after it: the busier it
    is, the more it does at once.
    """

    def __init__(
        self,
        log: Log,
        topic: Topic,
        group: str,
        handler: Handler,
        settings: Settings,
        clock: Clock,
        *,
        at_once: int = 1,
        rest_seconds: float = 0.0,
        rest_from: int = 1,
    ) -> None:
        self._log = log
        self._topic = topic
        self._group = group
        self._handler = handler
        self._settings = settings
        self._clock = clock
        self._at_once = at_once
        self._rest_seconds = rest_seconds
        self._rest_from = rest_from
        self._under_way: deque[Batch] = deque()
        self._done: dict[int, int] = {}
        self._next_batch = 0.0
        self._next_commit = 0.0
        self._consumer: Consumer | None = None

    async def run(self, stop: asyncio.Event, joined: Callable[[], None] = lambda: None) -> None:
        """Consumes until `stop` is set and the backlog is done, or cannot be done. Raises TooManyDeadLetters.

        Calls `joined` once the group has given it its share of the partitions.
        """
        producer = await self._log.producer()
        consumer = self._consumer = await self._log.consumer(self._topic.name, self._group)
        share = self._settings.max_dead_letter_share
        handling = Handling(self._handler, self._group, share, self._clock, producer, stop)
        try:
            joined()
            while self._under_way or not (stop.is_set() and await self._drained(consumer)):
                await self._step(consumer, handling, stop)
        except GaveUp:
            log.warning("backlog_left", consumer=self._group)
        finally:
            await self._take_back()
            with suppress(Unavailable):
                await consumer.commit(self._done)
            await consumer.close()
            await producer.close()

    async def caught_up(self) -> bool:
        """Whether all that its partitions hold was handled; not before it takes part. Raises Unavailable."""
        return self._consumer is not None and not self._under_way and await self._consumer.caught_up()

    async def _drained(self, consumer: Consumer) -> bool:
        try:
            return await consumer.caught_up()
        except Unavailable:
            return True

    async def _step(self, consumer: Consumer, handling: Handling, stop: asyncio.Event) -> None:
        """Polls; goes on to the next poll at once only where it is likely to bring a full batch too."""
        backlog = idle = False
        try:
            records = await self._poll(consumer, stop)
            idle = not records
            if records:
                self._under_way.append(handling.begin(records))
            backlog = len(records) == self._settings.batch_records
            if records and not backlog:
                self._next_batch = _now() + self._settings.batch_every_seconds
        except Unavailable as error:
            await self._wait(error)
        while len(self._under_way) >= (self._at_once if backlog else 1):
            await self._end_first(handling)
        if self._done and (idle or _now() >= self._next_commit):
            await self._commit(consumer)

    async def _poll(self, consumer: Consumer, stop: asyncio.Event) -> list[Record]:
        """Lets records gather until the next batch may begin: one of two costs nearly what one of fifty does.

        At least for a moment, since the first poll brings what the client fetched before, and not what came since.
        """
        most = self._settings.batch_records
        records = await consumer.poll(most, 0 if self._under_way else POLL_SECONDS)
        until = max(self._next_batch, _now() + FETCH_SECONDS)
        with suppress(Unavailable):  # what was polled is not lost for it, and the next poll tells
            while records and len(records) < most and not self._under_way and not stop.is_set() and _now() < until:
                records += await consumer.poll(most - len(records), min(until - _now(), POLL_SECONDS))
        return records

    async def _end_first(self, handling: Handling) -> None:
        batch = self._under_way[0]
        await asyncio.wait({batch.attempt})
        self._rest_after(batch)
        self._under_way.popleft()
        after = [] if batch.succeeded else await self._take_back()
        await handling.until_done(batch)
        self._under_way += map(handling.begin, after)
        self._done.update(behind(batch.records))

    def _rest_after(self, batch: Batch) -> None:
        if len(batch.records) < self._rest_from:
            return
        took = time.perf_counter() - batch.began
        self._next_batch = max(self._next_batch, _now() + min(took, self._rest_seconds - took))

    async def _take_back(self) -> list[Sequence[Record]]:
        """Ends what the handler does, and gives what it had in its hands."""
        batches = list(self._under_way)
        self._under_way.clear()
        for batch in batches:
            batch.attempt.cancel()
        await asyncio.gather(*[batch.attempt for batch in batches], return_exceptions=True)
        return [batch.records for batch in batches]

    async def _commit(self, consumer: Consumer) -> None:
        try:
            await consumer.commit(self._done)
            self._done.clear()
            self._next_commit = _now() + COMMIT_SECONDS
        except Unavailable as error:
            await self._wait(error)

    async def _wait(self, error: Unavailable) -> None:
        log.warning("log_unavailable", consumer=self._group, error=str(error))
        await asyncio.sleep(error.retry_after)


def _now() -> float:
    return asyncio.get_running_loop().time()

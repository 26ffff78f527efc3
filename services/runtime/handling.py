"""One batch until it is done: retry, dead letters, timing and metrics live here and nowhere else."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from schemas.dead_letter import DeadLetter, DeadLetterData
from schemas.topics import DEAD_LETTERS
from services.runtime import telemetry
from services.runtime.clock import Clock, new_id
from services.runtime.errors import Invalid, Unavailable
from services.runtime.log import Message, Producer, Record

FIRST_BACK_OFF_SECONDS = 0.1
LONGEST_BACK_OFF_SECONDS = 10.0
LAST_TRIES_SECONDS = 5.0
"""How long a consumer that was told to stop still waits for what its batch needs and cannot have."""
SHARE_WINDOW_RECORDS = 1_000

log = telemetry.logger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that its handler can never process, and why."""

    record: Record
    error: Invalid


class Handler(Protocol):
    """What a service does with a batch."""

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Commits the effects of `records` and returns those that can never be processed.

        Must be idempotent. Raises Unavailable when all of it should be tried again. Any other error is tried again
        record by record, so that one poisonous record costs only itself.
        """


@dataclass(frozen=True, slots=True)
class Batch:
    """Records whose handling began."""

    records: Sequence[Record]
    attempt: asyncio.Future[Sequence[Refusal]]
    began: float

    @property
    def succeeded(self) -> bool:
        """Whether the first attempt, which has ended, was enough."""
        return not self.attempt.cancelled() and self.attempt.exception() is None


class TooManyDeadLetters(Exception):
    """So much cannot be processed that something larger is wrong: stop and call a person."""


class GaveUp(Exception):
    """Told to stop with a batch that cannot be done now; not committed, it stays for whoever comes next."""


class Handling:
    """Hands the batches of one consumer to its handler, again and again where needed, until `stop` is set."""

    def __init__(
        self, handler: Handler, group: str, most_refused: float, clock: Clock, producer: Producer, stop: asyncio.Event
    ) -> None:
        self._handler = handler
        self._group = group
        self._recent = _Share(most_refused)
        self._clock = clock
        self._producer = producer
        self._stop = stop

    def begin(self, records: Sequence[Record]) -> Batch:
        """The first attempt, under way."""
        return Batch(records, asyncio.ensure_future(self._handler.handle(records)), time.perf_counter())

    async def until_done(self, batch: Batch) -> None:
        """Returns when the effects of a batch are committed. Raises TooManyDeadLetters, and GaveUp."""
        records = batch.records
        patience = _Patience(self._stop)
        attempt: Awaitable[Sequence[Refusal]] = batch.attempt
        while True:
            try:
                await self._put_aside(await self._outcome(records, attempt), len(records))
                break
            except Unavailable as error:
                telemetry.RETRIES.labels(self._group, "unavailable").inc()
                log.warning("batch_retried", consumer=self._group, records=len(records), error=str(error))
                await patience.wait()
                attempt = self._handler.handle(records)
        telemetry.BATCH_SECONDS.labels(self._group).observe(time.perf_counter() - batch.began)
        telemetry.BATCH_RECORDS.labels(self._group).observe(len(records))
        telemetry.RECORDS.labels(self._group).inc(len(records))

    async def _outcome(self, records: Sequence[Record], attempt: Awaitable[Sequence[Refusal]]) -> Sequence[Refusal]:
        try:
            return await attempt
        except Unavailable:
            raise
        except Exception as error:
            telemetry.RETRIES.labels(self._group, "error").inc()
            log.exception("batch_failed", consumer=self._group, records=len(records))
            if len(records) == 1:
                return [Refusal(records[0], Invalid(f"{type(error).__name__} while processing"))]
        middle = len(records) // 2
        first, second = records[:middle], records[middle:]
        return [
            *await self._outcome(first, self._handler.handle(first)),
            *await self._outcome(second, self._handler.handle(second)),
        ]

    async def _put_aside(self, refusals: Sequence[Refusal], handled: int) -> None:
        self._recent.add(handled, len(refusals))
        if self._recent.exceeded:
            raise TooManyDeadLetters(
                f"{self._group}: {self._recent.refused} of the last {self._recent.handled} records"
            )
        if refusals:
            telemetry.DEAD_LETTERED.labels(self._group).inc(len(refusals))
            await self._producer.send(DEAD_LETTERS.name, [self._letter(refusal) for refusal in refusals])

    def _letter(self, refusal: Refusal) -> Message:
        record = refusal.record
        letter = DeadLetter(
            id=new_id(),
            source=f"/{self._group}",
            time=self._clock.now(),
            data=DeadLetterData(
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                key=None if record.key is None else base64.b64encode(record.key).decode(),
                value=base64.b64encode(record.value).decode(),
                consumer=self._group,
                error=str(refusal.error),
            ),
        )
        place = f"{record.topic}/{record.partition}/{record.offset}"
        return Message(place.encode(), letter.model_dump_json(exclude_none=True).encode())


class _Patience:
    """Between tries: longer and longer, for ever; once told to stop, for a little while only."""

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop
        self._back_off = FIRST_BACK_OFF_SECONDS
        self._until: float | None = None

    async def wait(self) -> None:
        """Raises GaveUp when it has been enough."""
        if self._stop.is_set():
            now = asyncio.get_running_loop().time()
            self._until = self._until or now + LAST_TRIES_SECONDS
            if now >= self._until:
                raise GaveUp
            await asyncio.sleep(LAST_TRIES_SECONDS / 20)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), self._back_off)
        self._back_off = min(self._back_off * 2, LONGEST_BACK_OFF_SECONDS)


class _Share:
    """How many of the recent records were refused; judged only once there are enough of them."""

    def __init__(self, most: float) -> None:
        self._most = most
        self.handled = 0
        self.refused = 0

    def add(self, handled: int, refused: int) -> None:
        if self.handled >= SHARE_WINDOW_RECORDS:
            self.handled //= 2
            self.refused //= 2
        self.handled += handled
        self.refused += refused

    @property
    def exceeded(self) -> bool:
        return self.handled >= SHARE_WINDOW_RECORDS // 10 and self.refused > self._most * self.handled

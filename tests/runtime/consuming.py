"""A consumer loop on a log in memory, with handlers that keep what they handled."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from schemas.dead_letter import DeadLetter
from schemas.topics import DEAD_LETTERS, INTERACTIONS
from services.runtime.consume import ConsumerLoop
from services.runtime.handling import Handler, Refusal
from services.runtime.log import Message, Record
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings

GROUP = "kesher.some"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ONE_KEY = b"customer"


class StoppedClock:
    def now(self) -> datetime:
        return NOW


class Keeper:
    """A handler that keeps what it handled, after doing what the test has in mind for each batch."""

    def __init__(self, intent: Callable[[Sequence[Record]], Any] = lambda _: ()) -> None:
        self._intent = intent
        self.kept: list[bytes] = []
        self.batches: list[list[bytes]] = []

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        self.batches.append([record.value for record in records])
        refusals: Sequence[Refusal] = self._intent(records)
        refused = {refusal.record.offset for refusal in refusals}
        self.kept += [record.value for record in records if record.offset not in refused]
        return refusals


async def write(log: MemoryLog, values: Sequence[bytes]) -> None:
    await log.append(INTERACTIONS.name, [Message(ONE_KEY, value) for value in values])


def numbers(n: int) -> list[bytes]:
    return [str(i).encode() for i in range(n)]


def loop(
    log: Any, handler: Handler, at_once: int = 1, *, rest_seconds: float = 0.0, rest_from: int = 1, **settings: Any
) -> ConsumerLoop:
    return ConsumerLoop(
        log,
        INTERACTIONS,
        GROUP,
        handler,
        Settings(**settings),
        StoppedClock(),
        at_once=at_once,
        rest_seconds=rest_seconds,
        rest_from=rest_from,
    )


async def drain(log: Any, handler: Handler, at_once: int = 1, **settings: Any) -> None:
    """Runs the loop with `stop` set from the start: it handles the backlog and returns."""
    stop = asyncio.Event()
    stop.set()
    async with asyncio.timeout(10):
        await loop(log, handler, at_once, **settings).run(stop)


async def dead_letters(log: MemoryLog) -> list[DeadLetter]:
    reader = await log.reader(DEAD_LETTERS.name, {})
    return [DeadLetter.model_validate_json(record.value) for record in await reader.read(10_000, 0.01)]


async def committed(log: MemoryLog) -> int:
    return sum(log._groups[INTERACTIONS.name, GROUP].committed.values())

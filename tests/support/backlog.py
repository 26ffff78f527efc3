"""A log that holds one backlog, to be worked off by the real consumer loop as fast as it can."""

import asyncio
from collections.abc import Sequence

from schemas.topics import INTERACTIONS
from services.runtime.clock import SystemClock
from services.runtime.consume import ConsumerLoop
from services.runtime.handling import Handler
from services.runtime.log import Message, Positions, Reader, Record
from services.runtime.settings import Settings


async def work_off(handler: Handler, records: Sequence[Record], *, batch_records: int, at_once: int) -> None:
    """Returns when the handler has done with all records. Raises AssertionError when it refused one."""
    stop = asyncio.Event()
    stop.set()
    settings = Settings(batch_records=batch_records, max_dead_letter_share=1)
    loop = ConsumerLoop(_Backlog(records), INTERACTIONS, "backlog", handler, settings, SystemClock(), at_once=at_once)
    await loop.run(stop)


class _Backlog:
    """The log, and its one consumer."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._place = 0

    async def ensure_topics(self) -> None:
        """There is but one."""

    async def producer(self) -> "_NoDeadLetters":
        return _NoDeadLetters()

    async def consumer(self, topic: str, group: str) -> "_Backlog":
        return self

    async def reader(self, topic: str, start: Positions | None = None) -> Reader:
        raise AssertionError("a backlog is worked off by its one consumer")

    async def end(self, topic: str) -> dict[int, int]:
        raise AssertionError("a backlog is worked off by its one consumer")

    async def poll(self, limit: int, timeout_seconds: float) -> list[Record]:
        taken = self._records[self._place : self._place + limit]
        self._place += len(taken)
        return list(taken)

    async def commit(self, done: Positions) -> None:
        """Nobody reads it again."""

    async def caught_up(self) -> bool:
        return self._place == len(self._records)

    async def close(self) -> None:
        """Nothing to let go of."""


class _NoDeadLetters:
    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        raise AssertionError(f"refused: {messages[0]}")

    async def close(self) -> None:
        """Nothing to let go of."""

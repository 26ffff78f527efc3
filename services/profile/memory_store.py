"""The profile store in memory: for tests, yours and ours. Units are atomic and run one at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy
from dataclasses import fields
from itertools import count
from typing import TypeVar

from services.profile.erasure.memory import MemoryErasures
from services.profile.memory_unit import MemoryTables, MemoryUnit
from services.profile.store import ErasingUnit, Unit
from services.profile.turn import Turn
from services.runtime.database import ATTEMPTS, Conflict
from services.runtime.errors import Unavailable
from services.runtime.log import Producer

T = TypeVar("T")


class MemoryStore:
    """A store that lives as long as the process. `tables` is what is committed, to be read and not to be written."""

    def __init__(self, producer: Producer) -> None:
        self.tables = MemoryTables()
        self._producer = producer
        self._turn = asyncio.Lock()
        self._sequence = count(1).__next__

    async def run(self, step: Callable[[Unit], Awaitable[T]], turn: Turn | None = None) -> T:  # noqa: ARG002
        """The result of `step`, committed and published. Raises Unavailable."""
        result, rows = await self._committed(step)
        await self._publish(rows)
        return result

    async def run_alone(self, step: Callable[[ErasingUnit], Awaitable[T]]) -> T:
        """The result of `step`, committed and published. Raises Unavailable."""
        async with self._turn:
            tables = deepcopy(self.tables)
            unit = MemoryErasures(tables, self._sequence)
            result, rows = await step(unit), unit.commit()
            for each in fields(tables):
                setattr(self.tables, each.name, getattr(tables, each.name))
        await self._publish(rows)
        return result

    async def publish_left_over(self) -> int:
        """Publishes what units committed while the log was away; the number of outbox rows. Raises Unavailable."""
        rows = list(self.tables.outbox)
        await self._publish(rows)
        return len(rows)

    async def _committed(self, step: Callable[[Unit], Awaitable[T]]) -> tuple[T, list[int]]:
        for _ in range(ATTEMPTS):
            async with self._turn:
                unit = MemoryUnit(self.tables, self._sequence)
                try:
                    return await step(unit), unit.commit()
                except Conflict:
                    continue
        raise Unavailable("too many writers met on the same customers")

    async def _publish(self, rows: Sequence[int]) -> None:
        for row in rows:
            topic, messages = self.tables.outbox.get(row, ("", ()))
            if messages:
                await self._producer.send(topic, messages)
            self.tables.outbox.pop(row, None)

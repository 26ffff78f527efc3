"""The profile consumer: reads interactions off the log and runs the step on them, one unit after the other."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Sequence

from services.profile.lanes import LANES, Lanes
from services.profile.step import ProfileStep
from services.profile.store import Store
from services.profile.turn import Turn
from services.profile.wire import decode
from services.profile.work import Spotted
from services.runtime import telemetry
from services.runtime.consume import Refusal
from services.runtime.errors import Invalid
from services.runtime.log import Record

GROUP = "kesher.profile"
UNIT = 8_000
"""Most interactions of one unit."""
UNDER_WAY = 2 * LANES
"""Most units at once."""
AT_A_TIME = 100


class ProfileHandler:
    """Handles batches of `kesher.interactions.v1`."""

    def __init__(self, store: Store, step: ProfileStep, unit: int = UNIT) -> None:
        self._store = store
        self._unit = unit
        self._step = step
        self._lanes = Lanes()

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Applies a batch in units; what is no interaction is refused. While some are applied, the next are read.

        What comes twice is applied after all else: of two contents under one id, the first on the log counts.
        """
        refusals: list[Refusal] = []
        met: set[tuple[str, str]] = set()
        again: list[Spotted] = []
        under_way: deque[asyncio.Task[None]] = deque()
        row: list[Turn] = []
        left_over: list[Spotted] = []
        chunk = self._unit * LANES
        try:
            for start in range(0, len(records), chunk):
                read = await self._read(records[start : start + chunk], refusals)
                again += _taken_out(read, met)
                parts, left_over = self._lanes.split([*left_over, *read])
                if len(under_way) + len(parts) > UNDER_WAY:
                    await _ended(under_way, len(row))
                row = self._start(parts, row, under_way)
            await _ended(under_way, len(under_way))
            if left_over or again:
                await self._apply([*left_over, *again])
        finally:
            await _cancel(under_way)
        return refusals

    def _start(
        self, parts: Sequence[Sequence[Spotted]], before: Sequence[Turn], under_way: deque[asyncio.Task[None]]
    ) -> list[Turn]:
        row = [Turn(before) for _ in parts]
        under_way += [asyncio.create_task(self._apply(part, turn)) for part, turn in zip(parts, row, strict=True)]
        return row

    async def _apply(self, batch: Sequence[Spotted], turn: Turn | None = None) -> None:
        work = await self._store.run(lambda unit: self._step.apply(unit, batch), turn)
        self._lanes.learn_shared([work.keys[node] for node, member in work.after.items() if member.shared])
        for outcome, count in Counter(one.outcome for one in batch).items():
            telemetry.OUTCOMES.labels(outcome).inc(count)

    async def _read(self, records: Sequence[Record], refusals: list[Refusal]) -> list[Spotted]:
        """Gives way in between, so that the database gets its next statement."""
        batch: list[Spotted] = []
        for place, record in enumerate(records, start=1):
            try:
                batch.append(self._step.spot(decode(record.value)))
            except Invalid as error:
                refusals.append(Refusal(record, error))
            if place % AT_A_TIME == 0:
                await asyncio.sleep(0)
        return batch


def _taken_out(read: list[Spotted], met: set[tuple[str, str]]) -> list[Spotted]:
    """Takes what was met already out of `read`."""
    keys = [one.incoming.key for one in read]
    if met.isdisjoint(keys) and len(set(keys)) == len(keys):
        met.update(keys)
        return []
    again: list[Spotted] = []
    first: list[Spotted] = []
    for key, one in zip(keys, read, strict=True):
        (again if key in met else first).append(one)
        met.add(key)
    read[:] = first
    return again


async def _ended(tasks: deque[asyncio.Task[None]], first: int) -> None:
    for _ in range(first):
        await tasks.popleft()


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

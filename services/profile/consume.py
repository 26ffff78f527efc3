"""The profile consumer: reads interactions off the log and runs the step on them, one unit after the other."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Sequence

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
UNIT = 4_000
"""Most interactions of one unit."""
UNDER_WAY = 2
"""Most units at once."""
AT_A_TIME = 100


class ProfileHandler:
    """Handles batches of `kesher.interactions.v1`."""

    def __init__(self, store: Store, step: ProfileStep, unit: int = UNIT) -> None:
        self._store = store
        self._unit = unit
        self._step = step

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Applies a batch in units; what is no interaction is refused. While some are applied, the next is read."""
        refusals: list[Refusal] = []
        under_way: deque[asyncio.Task[None]] = deque()
        turn: Turn | None = None
        try:
            for start in range(0, len(records), self._unit):
                batch = await self._read(records[start : start + self._unit], refusals)
                if len(under_way) == UNDER_WAY:
                    await under_way.popleft()
                turn = Turn(turn)
                under_way.append(asyncio.create_task(self._apply(batch, turn)))
            while under_way:
                await under_way.popleft()
        finally:
            await _end(under_way)
        return refusals

    async def _apply(self, batch: Sequence[Spotted], turn: Turn) -> None:
        outcomes = await self._store.run(lambda unit: self._step.apply(unit, batch), turn)
        for outcome, count in Counter(outcomes).items():
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


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

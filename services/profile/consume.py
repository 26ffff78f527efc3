"""The profile consumer: reads interactions off the log and runs the step on them, one unit after the other."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from services.profile.step import ProfileStep
from services.profile.store import Store
from services.profile.wire import decode
from services.profile.work import Spotted
from services.runtime import telemetry
from services.runtime.consume import Refusal
from services.runtime.errors import Invalid
from services.runtime.log import Record

GROUP = "kesher.profile"
UNIT = 4_000
"""Most interactions of one unit."""
AT_A_TIME = 100


class ProfileHandler:
    """Handles batches of `kesher.interactions.v1`."""

    def __init__(self, store: Store, step: ProfileStep) -> None:
        self._store = store
        self._step = step

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Applies a batch in units; what is no interaction is refused. While one is applied, the next is read."""
        refusals: list[Refusal] = []
        first, *others = (records[start : start + UNIT] for start in range(0, len(records), UNIT))
        batch = await self._read(first, refusals)
        for following in (*others, ()):
            _, batch = await asyncio.gather(self._apply(batch), self._read(following, refusals))
        return refusals

    async def _apply(self, batch: Sequence[Spotted]) -> None:
        outcomes = await self._store.run(lambda unit: self._step.apply(unit, batch))
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

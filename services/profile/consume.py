"""The profile consumer: reads interactions off the log and runs the step on each batch."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence

from services.profile.step import ProfileStep
from services.profile.store import Store
from services.profile.wire import Incoming, decode
from services.runtime import telemetry
from services.runtime.consume import Refusal
from services.runtime.errors import Invalid
from services.runtime.log import Record

GROUP = "kesher.profile"
LANES = 2
"""Units at once: while PostgreSQL works for one, Python works for the other. More gain nothing on either side."""


class ProfileHandler:
    """Handles batches of `kesher.interactions.v1`."""

    def __init__(self, store: Store, step: ProfileStep) -> None:
        self._store = store
        self._step = step

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Applies a batch, one unit a lane; what is no interaction is refused.

        A customer's interactions have one key and so one partition: lanes cut by partition rarely meet on a customer.
        """
        lanes: dict[int, list[Record]] = defaultdict(list)
        for record in records:
            lanes[record.partition % LANES].append(record)
        done = await asyncio.gather(*map(self._apply, lanes.values()), return_exceptions=True)
        refusals: list[Refusal] = []
        for outcome in done:  # all of them have ended by now: none is left writing behind a retry's back
            if isinstance(outcome, BaseException):
                raise outcome
            refusals += outcome
        return refusals

    async def _apply(self, records: Sequence[Record]) -> Sequence[Refusal]:
        batch, refusals = _decode_all(records)
        outcomes = await self._store.run(lambda unit: self._step.apply(unit, batch))
        for outcome, count in Counter(outcomes).items():
            telemetry.OUTCOMES.labels(outcome).inc(count)
        return refusals


def _decode_all(records: Sequence[Record]) -> tuple[list[Incoming], list[Refusal]]:
    batch: list[Incoming] = []
    refusals: list[Refusal] = []
    for record in records:
        try:
            batch.append(decode(record.value))
        except Invalid as error:
            refusals.append(Refusal(record, error))
    return batch, refusals

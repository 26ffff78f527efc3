"""The journey consumer: reads what the profile service says and runs the step on each batch."""

import asyncio
from collections.abc import Sequence

from services.journey.announce import RETRACTED, TRANSITIONED
from services.journey.lanes import lanes
from services.journey.step import Done, JourneyStep
from services.journey.store import Store
from services.journey.wire import Incoming, decode
from services.runtime import telemetry
from services.runtime.errors import Invalid
from services.runtime.handling import Refusal
from services.runtime.log import Record

GROUP = "kesher.journey"
BATCHES_AT_ONCE = 2
"""While one is applied, the next is read."""
UNITS_AT_ONCE = 4
"""While some wait for the database, another computes."""
AT_A_TIME = 100
LATELY_SECONDS = 1.0

log = telemetry.logger(__name__)


class JourneyHandler:
    """Handles batches of `kesher.profiles.v1`."""

    def __init__(self, store: Store, step: JourneyStep) -> None:
        self._store = store
        self._step = step
        self._entrance = asyncio.Lock()
        self._stage = asyncio.Lock()
        self._applied_at = -LATELY_SECONDS

    @property
    def busy(self) -> bool:
        """Whether a batch is being applied, or was lately."""
        return self._stage.locked() or asyncio.get_running_loop().time() < self._applied_at + LATELY_SECONDS

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Applies a batch in units; what the profile service cannot have said is refused.

        A batch is read while the one before is applied, and applied after it: what is later in a timeline is hardly
        ever taken first, which would cost folding anew and a correction.
        """
        async with self._entrance:
            batch, refusals = await _read(records)
        async with self._stage:
            batch = await heeded(self._store, batch)
            await self._apply_all(lanes(batch))
            self._applied_at = asyncio.get_running_loop().time()
        return refusals

    async def _apply_all(self, parts: Sequence[Sequence[Incoming]]) -> None:
        """Raises what one of the units raised; none goes on after that."""
        at_once = asyncio.Semaphore(UNITS_AT_ONCE)
        units = [asyncio.create_task(self._apply(part, at_once)) for part in parts]
        try:
            for unit in units:
                await unit
        finally:
            for unit in units:
                unit.cancel()
            await asyncio.gather(*units, return_exceptions=True)

    async def _apply(self, batch: Sequence[Incoming], at_once: asyncio.Semaphore) -> None:
        async with at_once:
            count(await self._store.run(lambda unit: self._step.apply(unit, batch)))


async def heeded(store: Store, batch: list[Incoming]) -> list[Incoming]:
    """What is left of a batch once the policies in it are known. Raises Unavailable."""
    policies = [incoming.policy for incoming in batch if incoming.policy is not None]
    if not policies:
        return batch
    await store.state_policy(max(policies, key=lambda policy: policy.version))
    return [incoming for incoming in batch if incoming.policy is None]


async def _read(records: Sequence[Record]) -> tuple[list[Incoming], list[Refusal]]:
    """Gives way in between, so that the database gets its next statement."""
    batch: list[Incoming] = []
    refusals: list[Refusal] = []
    for place, record in enumerate(records, start=1):
        try:
            incoming = decode(record.value)
        except Invalid as error:
            refusals.append(Refusal(record, error))
        else:
            batch += [incoming] if incoming else []
        if place % AT_A_TIME == 0:
            await asyncio.sleep(0)
    return batch, refusals


def count(done: Done) -> None:
    """Adds what a step did to the metrics."""
    telemetry.TRANSITIONS.labels(TRANSITIONED).inc(done.transitioned)
    telemetry.TRANSITIONS.labels(RETRACTED).inc(done.retracted)
    for kind, times in done.lapses.items():
        telemetry.TRANSITIONS.labels(f"journey.{kind}").inc(times)
    for journey, rule in {(failure.journey, failure.rule) for failure in done.failures}:
        times = sum(1 for failure in done.failures if (failure.journey, failure.rule) == (journey, rule))
        telemetry.RULE_FAILURES.labels(journey, rule).inc(times)
        log.warning("rule_failed", journey=journey, rule=rule, times=times)

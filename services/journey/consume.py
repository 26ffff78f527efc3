"""The journey consumer: reads what the profile service says and runs the step on each batch."""

from collections.abc import Sequence

from services.journey.announce import RETRACTED, TRANSITIONED
from services.journey.step import Done, JourneyStep
from services.journey.store import Store
from services.journey.wire import Incoming, decode
from services.runtime import telemetry
from services.runtime.errors import Invalid
from services.runtime.handling import Refusal
from services.runtime.log import Record

GROUP = "kesher.journey"
UNIT = 4_000
"""Most messages of one unit."""

log = telemetry.logger(__name__)


class JourneyHandler:
    """Handles batches of `kesher.profiles.v1`."""

    def __init__(self, store: Store, step: JourneyStep) -> None:
        self._store = store
        self._step = step

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Applies a batch in units; what the profile service cannot have said is refused."""
        batch, refusals = _decode_all(records)
        for start in range(0, len(batch), UNIT):
            await self._apply(batch[start : start + UNIT])
        return refusals

    async def _apply(self, batch: Sequence[Incoming]) -> None:
        _count(await self._store.run(lambda unit: self._step.apply(unit, batch)))


def _decode_all(records: Sequence[Record]) -> tuple[list[Incoming], list[Refusal]]:
    batch: list[Incoming] = []
    refusals: list[Refusal] = []
    for record in records:
        try:
            incoming = decode(record.value)
        except Invalid as error:
            refusals.append(Refusal(record, error))
        else:
            batch += [incoming] if incoming else []
    return batch, refusals


def _count(done: Done) -> None:
    telemetry.TRANSITIONS.labels(TRANSITIONED).inc(done.transitioned)
    telemetry.TRANSITIONS.labels(RETRACTED).inc(done.retracted)
    for journey, rule in {(failure.journey, failure.rule) for failure in done.failures}:
        times = sum(1 for failure in done.failures if (failure.journey, failure.rule) == (journey, rule))
        telemetry.RULE_FAILURES.labels(journey, rule).inc(times)
        log.warning("rule_failed", journey=journey, rule=rule, times=times)

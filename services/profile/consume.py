"""The profile consumer: reads interactions off the log and runs the step on each batch."""

from collections import Counter
from collections.abc import Sequence

from services.profile.step import ProfileStep
from services.profile.store import Store
from services.profile.wire import Incoming, decode
from services.runtime import telemetry
from services.runtime.consume import Refusal
from services.runtime.errors import Invalid
from services.runtime.log import Record

GROUP = "kesher.profile"


class ProfileHandler:
    """Handles batches of `kesher.interactions.v1`."""

    def __init__(self, store: Store, step: ProfileStep) -> None:
        self._store = store
        self._step = step

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Applies a batch in one unit; what is no interaction is refused."""
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

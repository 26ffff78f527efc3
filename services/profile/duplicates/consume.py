"""The duplicates consumer: gathers which profiles changed in a batch, and runs the step on them."""

from collections.abc import Hashable, Sequence

from services.profile.duplicates.step import DuplicatesStep
from services.profile.duplicates.wire import decode
from services.runtime import telemetry
from services.runtime.consume import Refusal
from services.runtime.errors import Invalid
from services.runtime.log import Record

GROUP = "kesher.duplicates"
UNIT = 1_000
"""Most profiles of one unit."""
REMEMBERED = 100_000


class DuplicatesHandler:
    """Handles batches of `kesher.profiles.v1`."""

    def __init__(self, step: DuplicatesStep, unit: int = UNIT) -> None:
        self._step = step
        self._unit = unit
        self._done: dict[Hashable, None] = {}

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Brings everybody whom a batch speaks of up to date; what the profile service cannot have said is refused."""
        refusals: list[Refusal] = []
        profiles: set[str] = set()
        seen: set[Hashable] = set()
        for record in records:
            try:
                touched = decode(record.value)
            except Invalid as error:
                refusals.append(Refusal(record, error))
                continue
            if touched.same not in self._done:
                profiles |= touched.profiles
                seen.add(touched.same)
        await self._apply(sorted(profiles))
        self._remember(seen - {None})
        return refusals

    async def _apply(self, profiles: Sequence[str]) -> None:
        for start in range(0, len(profiles), self._unit):
            done = await self._step.run(profiles[start : start + self._unit])
            telemetry.DUPLICATE_PEOPLE.inc(done.people)
            telemetry.DUPLICATE_PAIRS.inc(done.pairs)

    def _remember(self, seen: set[Hashable]) -> None:
        """Only once it is committed: what failed is looked at again."""
        if len(self._done) + len(seen) > REMEMBERED:
            self._done.clear()
        self._done.update(dict.fromkeys(seen))

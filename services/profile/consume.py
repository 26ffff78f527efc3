"""The profile consumer: reads interactions off the log and runs the step on them."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack

from services.profile.applying import Applier
from services.profile.crowded import Crowded
from services.profile.passage import Passage
from services.profile.step import ProfileStep
from services.profile.store import Store
from services.profile.turn import Turn
from services.profile.wire import decode
from services.profile.work import Spotted
from services.runtime import telemetry
from services.runtime.errors import Invalid
from services.runtime.handling import Refusal
from services.runtime.log import Record

GROUP = "kesher.profile"
BATCHES_AT_ONCE = 2
"""While one is written, the next is read and its identifiers are numbered."""
AT_A_TIME = 100


class ProfileHandler:
    """Handles batches of `kesher.interactions.v1`, the next ones while those before are under way."""

    def __init__(self, store: Store, step: ProfileStep, crowded: Crowded | None = None) -> None:
        self._step = step
        self._crowded = crowded or Crowded()
        self._applier = Applier(store, step)
        self._entrance = asyncio.Lock()
        self._under_way: list[Passage] = []

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Applies a batch as one unit, or two where crowds are met, and what comes again as another.

        What is no interaction is refused.
        """
        refusals: list[Refusal] = []
        async with self._entrance:
            batch = await self._read(records, refusals)
            parts = [self._start(part) for part in self._crowded.apart(batch)]
        async with AsyncExitStack() as stack:
            for passage, _ in parts:
                stack.push_async_callback(self._leave, passage, stored=False)
            for passage, again in parts:
                await passage.unit_ended()
                if again:
                    await passage.before_stored()
                    await self._apply(again)
                await self._leave(passage, stored=True)
        return refusals

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

    def _start(self, batch: Sequence[Spotted]) -> tuple[Passage, list[Spotted]]:
        """Starts a unit behind those under way, and leaves over what comes again."""
        passage = Passage(list(self._under_way))
        first, again = passage.sort(batch)
        if first:
            passage.start(self._apply(first, passage.turn))
        self._under_way.append(passage)
        return passage, again

    async def _leave(self, passage: Passage, *, stored: bool) -> None:
        """Ends a passage, unless it has ended."""
        if passage in self._under_way:
            self._under_way.remove(passage)
            await passage.end(stored=stored)

    async def _apply(self, batch: Sequence[Spotted], turn: Turn | None = None) -> None:
        await self._applier.apply(batch, turn)
        for outcome, count in Counter([one.outcome for one in batch]).items():
            telemetry.OUTCOMES.labels(outcome).inc(count)

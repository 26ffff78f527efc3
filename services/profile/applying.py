"""A batch from beginning to end: what is new, then newer contents of what is stored, then conversations."""

from collections.abc import Iterable, Mapping, Sequence

from services.profile.corrections.correct import Corrector, conversations
from services.profile.step import ProfileStep
from services.profile.store import ConversationKey, Hung, Span, Store, Unit
from services.profile.turn import Turn
from services.profile.work import Spotted, Work

AT_ONCE = 2_000
"""Interactions that change hands in one unit: nothing else is stored meanwhile."""


class Applier:
    """Applies batches to a store. Applied again after a crash, a batch goes on where it stopped."""

    def __init__(self, store: Store, step: ProfileStep) -> None:
        self._store = store
        self._step = step
        self._corrector = Corrector(step)
        self._devices = self._corrector.devices

    async def apply(self, batch: Sequence[Spotted], turn: Turn | None = None) -> Work:
        """What was done with what is new, and gives each interaction of the batch its outcome. Raises Unavailable."""
        work = await self._store.run(lambda unit: self._step.apply(unit, batch), turn)
        if work.newer:
            await self._store.run_alone(lambda unit: self._corrector.revise(unit, work.newer))
        outcomes = await self._rejoin(conversations([one.incoming for one in batch]))
        for one in batch if outcomes else ():
            one.outcome = outcomes.get(one.id, one.outcome)
        await self._look_after_devices(work, batch)
        return work

    async def _look_after_devices(self, work: Work, batch: Sequence[Spotted]) -> None:
        """Looks after the commit, too. Who still writes without knowing that a device is shared is waited for."""
        spans, anew = self._devices.touched(work)
        if spans:
            look = self._store.run_alone if anew else self._store.run
            await self._rehang(spans, await look(lambda unit: self._devices.astray(unit, spans)))
        if len(work.spotted) < len(batch):
            fresh = {id(one) for one in work.spotted}
            if again := [one for one in batch if id(one) not in fresh and one.sighting.keys]:
                await self._look_again(again)

    async def _look_again(self, batch: Sequence[Spotted]) -> None:
        async def look(unit: Unit) -> tuple[dict[int, Span], dict[int, Hung]]:
            spans = await self._devices.again(unit, batch)
            return spans, await self._devices.astray(unit, spans)

        await self._rehang(*await self._store.run(look))

    async def _rehang(self, spans: Mapping[int, Span], astray: Iterable[int]) -> None:
        """Others go on between the pieces. What goes astray by what they bring, they look after themselves."""
        numbers = sorted(astray)
        for place in range(0, len(numbers), AT_ONCE):
            those = numbers[place : place + AT_ONCE]
            await self._store.run_alone(lambda unit, those=those: self._devices.rehang(unit, spans, those))  # type: ignore[misc]

    async def _rejoin(self, those: set[ConversationKey]) -> dict[int, str]:
        """Looks after the commit: whoever commits last of two that write to one conversation sees both."""
        astray = await self._store.run(lambda unit: self._corrector.astray(unit, those)) if those else {}
        return await self._store.run_alone(lambda unit: self._corrector.rejoin(unit, those)) if astray else {}

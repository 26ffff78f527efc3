"""A batch from beginning to end: what is new, then newer contents of what is stored, then conversations."""

from collections.abc import Sequence

from services.profile.correct import Corrector, conversations
from services.profile.step import ProfileStep
from services.profile.store import ConversationKey, Store
from services.profile.turn import Turn
from services.profile.work import Spotted, Work


class Applier:
    """Applies batches to a store. Applied again after a crash, a batch goes on where it stopped."""

    def __init__(self, store: Store, step: ProfileStep) -> None:
        self._store = store
        self._step = step
        self._corrector = Corrector(step)

    async def apply(self, batch: Sequence[Spotted], turn: Turn | None = None) -> Work:
        """What was done with what is new, and gives each interaction of the batch its outcome. Raises Unavailable."""
        work = await self._store.run(lambda unit: self._step.apply(unit, batch), turn)
        if work.newer:
            await self._store.run_alone(lambda unit: self._corrector.revise(unit, work.newer))
        outcomes = await self._rejoin(conversations([one.incoming for one in batch]))
        for one in batch if outcomes else ():
            one.outcome = outcomes.get(one.id, one.outcome)
        return work

    async def _rejoin(self, those: set[ConversationKey]) -> dict[int, str]:
        """Looks after the commit: whoever commits last of two that write to one conversation sees both."""
        astray = await self._store.run(lambda unit: self._corrector.astray(unit, those)) if those else {}
        return await self._store.run_alone(lambda unit: self._corrector.rejoin(unit, those)) if astray else {}

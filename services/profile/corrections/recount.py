"""Claims that were kept before their source had to vouch for them are counted anew, a few identifiers at a time.

What is left to do stands in the tables: it goes on after a crash, and several workers share it.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from services.profile.corrections.correct import Corrector
from services.profile.corrections.recount_logins import LoginRecounter
from services.profile.stated import restate
from services.profile.step import ProfileStep
from services.profile.store import Changes, ErasingUnit, Store
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.errors import Unavailable

AT_ONCE = 100
"""Identifiers that one unit counts anew: nothing else is stored meanwhile."""
AGAIN_SECONDS = 60.0

log = telemetry.logger(__name__)


class Recounter:
    """Counts claims anew under the policy of a profile step."""

    def __init__(self, step: ProfileStep) -> None:
        self._corrector = Corrector(step)

    async def sweep(self, store: Store) -> int:
        """About how many identifiers claims were counted anew. Raises Unavailable."""
        counted = 0
        while due := await store.run(lambda unit: unit.claims_due(AT_ONCE)):
            await store.run_alone(lambda unit, due=due: self.recount(unit, due))  # type: ignore[misc]
            counted += len(due)
        return counted

    async def recount(self, unit: ErasingUnit, due: Sequence[int]) -> None:
        """Gives those that are still there the claims that they should have, and resolves anew who is around them."""
        there = (await unit.members(due)).keys()
        await restate(unit, there)
        await self._corrector.replace(unit, (), [], Changes(), also=there)
        await unit.claims_counted(due)


@asynccontextmanager
async def recounting(store: Store, step: ProfileStep, *, again_seconds: float = AGAIN_SECONDS) -> AsyncIterator[None]:
    """Counts beside whatever runs inside, until nothing is left."""

    async def to_the_end() -> None:
        while True:
            try:
                if counted := await Recounter(step).sweep(store):
                    log.info("claims_counted_anew", identifiers=counted)
                if counted := await LoginRecounter(step).sweep(store):
                    log.info("logins_counted_anew", links=counted)
            except Unavailable as error:
                log.warning("counting_claims_waits", error=str(error))
            except Exception:  # what is due stays so; without this task it would until the next start
                log.exception("counting_claims_failed")
            else:
                return
            await asyncio.sleep(again_seconds)

    async with beside(to_the_end()):
        yield

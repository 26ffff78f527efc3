"""Dead letters about somebody who was erased are gone through after the erasure, so that nobody waits for it.

What is left to do stands in the tables: it goes on after a crash, and several processes share it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.tombstones import Engraver
from services.profile.erasure.erased import tombstones, with_key
from services.profile.erasure.letters import Letters, about
from services.profile.store import LettersDue, Store
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.errors import Unavailable

AGAIN_SECONDS = 60.0

log = telemetry.logger(__name__)


class DueTable(Protocol):
    """Which erasures have dead letters still to be gone through. All methods raise Unavailable."""

    async def all(self) -> dict[str, LettersDue]:
        """Those by the id of the erasure."""

    async def done(self, erasure: str, letters: int) -> None:
        """Keeps that so many letters went; what was done already stays so."""

    async def forgotten(self, erasure: str) -> int | None:
        """How many letters went, None while they are due."""


class DueLetters:
    """Goes through dead letters. Without an `engraver` nobody may have been erased yet."""

    def __init__(
        self, table: DueTable, store: Store, letters: Letters, policy: IdentityPolicy, engraver: Engraver | None
    ) -> None:
        self._table = table
        self._store = store
        self._letters = letters
        self._policy = policy
        self._engraver = engraver

    async def count(self, due: LettersDue) -> int:
        """How many letters would go. Raises Unavailable."""
        return await self._letters(about(due, with_key(self._engraver), self._policy), forget=False)

    async def after(self, erasure: str) -> int | None:
        """How many letters an erasure took; None if they cannot be gone through now, and will be later."""
        try:
            if due := (await self._table.all()).get(erasure):
                await self._forget(erasure, due)
        except Unavailable as error:
            log.warning("dead_letters_of_erased_wait", error=str(error))
        return await self._table.forgotten(erasure)

    async def sweep(self) -> int:
        """How many erasures were brought to their end. Raises Unavailable, also for want of the key."""
        left = await self._table.all()
        for erasure, due in left.items():
            await self._forget(erasure, due)
        return len(left)

    async def _forget(self, erasure: str, due: LettersDue) -> None:
        engraver = with_key(self._engraver)
        await self._store.run(lambda unit: tombstones(unit, engraver, ()))
        found = await self._letters(about(due, engraver, self._policy), forget=True)
        await self._table.done(erasure, found)


@asynccontextmanager
async def going_through(letters: DueLetters, *, again_seconds: float = AGAIN_SECONDS) -> AsyncIterator[None]:
    """Does beside whatever runs inside what erasures left to do, those before a crash too."""

    async def forever() -> None:
        while True:
            try:
                if ended := await letters.sweep():
                    log.info("dead_letters_of_erased_forgotten", erasures=ended)
            except Unavailable as error:
                log.warning("dead_letters_of_erased_wait", error=str(error))
            except Exception:  # they stay due; without this task they would until the next start
                log.exception("dead_letters_of_erased_failed")
            await asyncio.sleep(again_seconds)

    async with beside(forever()):
        yield

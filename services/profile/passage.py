"""One batch on its way through the profile handler, and what it has to do with those before it.

Of two contents under one id the first on the log counts. So what comes again waits until all else is stored: all else
of its batch, and of those before that are still under way.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from services.profile.turn import Turn
from services.profile.work import Spotted
from services.runtime.errors import Unavailable


class Passage:
    """A batch under way; `before` are the batches before it that are."""

    def __init__(self, before: Sequence["Passage"]) -> None:
        self._before = before
        self._ids: set[tuple[str, str]] = set()
        self._unit: asyncio.Task[None] | None = None
        self.turn: Turn = Turn([passage.turn for passage in before])
        """The place of its unit in the row, behind those of the batches before."""
        self._stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def sort(self, batch: Sequence[Spotted]) -> tuple[list[Spotted], list[Spotted]]:
        """What comes for the first time, and what comes again."""
        keys = {one.incoming.key for one in batch}
        met = [passage._ids for passage in self._before]  # noqa: SLF001 -- one class
        if len(keys) == len(batch) and all(map(keys.isdisjoint, met)):
            self._ids = keys
            return list(batch), []
        first: list[Spotted] = []
        again: list[Spotted] = []
        for one in batch:
            key = one.incoming.key
            (again if any(key in ids for ids in (self._ids, *met)) else first).append(one)
            self._ids.add(key)
        return first, again

    def start(self, unit: Coroutine[Any, Any, None]) -> None:
        """Runs the batch's unit beside those of others."""
        self._unit = asyncio.create_task(unit)

    async def unit_ended(self) -> None:
        """Raises what the unit raised."""
        if self._unit is not None:
            await self._unit

    async def before_stored(self) -> None:
        """Returns when all batches before are stored. Raises Unavailable when one of them will not be."""
        for passage in self._before:
            if not await asyncio.shield(passage._stored):  # noqa: SLF001 -- one class
                raise Unavailable("an earlier batch has to be stored first")

    async def end(self, *, stored: bool) -> None:
        """Lets go of those before, and ends what still runs."""
        self._before = ()
        if self._unit is not None:
            self._unit.cancel()
            await asyncio.gather(self._unit, return_exceptions=True)
        self.turn.end(failed=not stored)  # a unit that was ended before it began has not given up its turn
        self._stored.set_result(stored)

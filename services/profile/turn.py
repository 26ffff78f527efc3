"""Units in a row, yet not one by one: a unit numbers its identifiers while those before it still write.

Only numbering may overtake. Who belongs to whom is read when those before have ended.
"""

import asyncio
from collections.abc import Mapping, Sequence

from services.profile.domain.sighting import Key
from services.runtime.database import Conflict


class Turn:
    """One unit's place in the row. A unit that is tried again has lost its place, and goes beside the others."""

    def __init__(self, before: "Sequence[Turn]" = ()) -> None:
        self._before = before
        self._numbers: Mapping[Key, int] = {}
        self._begun = asyncio.Event()
        self._numbered = asyncio.Event()
        self._ended = asyncio.Event()
        self._failed = False

    @property
    def over(self) -> bool:
        """Whether the unit has ended, for good or not."""
        return self._ended.is_set()

    async def to_begin(self) -> None:
        """Waits until those before have begun: who waits in the row must not keep them from a connection."""
        for one in self._before:
            await one._begun.wait()  # noqa: SLF001 -- one class

    def begun(self) -> None:
        """Lets the next unit begin."""
        self._begun.set()

    async def to_number(self) -> Sequence[Mapping[Key, int]]:
        """Waits until identifiers may be numbered; what those before gave out and have perhaps not committed yet."""
        for one in self._before:
            await one._numbered.wait()  # noqa: SLF001 -- one class
        return [one._numbers for one in self._before]  # noqa: SLF001 -- one class

    def numbered(self, numbers: Mapping[Key, int]) -> None:
        """Lets the next unit number."""
        self._numbers = numbers
        self._numbered.set()

    async def to_read(self) -> None:
        """Waits until those before have ended. Raises Conflict when one failed: its numbers are none."""
        before, self._before = self._before, ()
        for one in before:
            await one._ended.wait()  # noqa: SLF001 -- one class
        if any(one._failed for one in before):  # noqa: SLF001 -- one class
            raise Conflict

    def end(self, *, failed: bool) -> None:
        """Lets the next unit read. Only the first end counts."""
        if not self.over:
            self._failed = failed
            self.begun()
            self.numbered({} if failed else self._numbers)
            self._ended.set()

"""Units one after the other, yet two at once: a unit numbers its identifiers while the one before it still writes.

Only numbering may overtake. Who belongs to whom is read when the unit before has ended, so units of one worker never
meet on a customer.
"""

import asyncio
from collections.abc import Mapping

from services.profile.domain.sighting import Key
from services.runtime.database import Conflict


class Turn:
    """One unit's place in the row. A unit that is tried again has lost its place, and goes beside the others."""

    def __init__(self, before: "Turn | None" = None) -> None:
        self._before = before
        self._numbers: Mapping[Key, int] = {}
        self._numbered = asyncio.Event()
        self._ended = asyncio.Event()
        self._failed = False

    @property
    def over(self) -> bool:
        """Whether the unit has ended, for good or not."""
        return self._ended.is_set()

    async def to_number(self) -> Mapping[Key, int]:
        """Waits until identifiers may be numbered; what the unit before gave out and has perhaps not committed yet."""
        if self._before is None:
            return {}
        await self._before._numbered.wait()  # noqa: SLF001 -- one class
        return self._before._numbers  # noqa: SLF001 -- one class

    def numbered(self, numbers: Mapping[Key, int]) -> None:
        """Lets the next unit number."""
        self._numbers = numbers
        self._numbered.set()

    async def to_read(self) -> None:
        """Waits until the unit before has ended. Raises Conflict when it failed: its numbers are none."""
        if self._before is not None:
            await self._before._ended.wait()  # noqa: SLF001 -- one class
            failed, self._before = self._before._failed, None  # noqa: SLF001 -- one class
            if failed:
                raise Conflict

    def end(self, *, failed: bool) -> None:
        """Lets the next unit read. Only the first end counts."""
        if not self.over:
            self._failed = failed
            self.numbered({} if failed else self._numbers)
            self._ended.set()

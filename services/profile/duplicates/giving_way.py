"""How likely duplicates give way: while the profile step is at work they take at most one part in six of the time.

A new person costs them more than the step itself, and nobody waits for them. So a flood of new people is compared
later, instead of slowing whatever everybody waits for.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

TIMES_AWAY = 5.0
"""As one part in six: what they add to the step is at most a fifth."""


class GivingWay:
    """Lets pieces of work begin one by one, and the next one later while the step is at work.

    `done` tells how much the step has done: more than a piece before means that it is at work. Nothing waits any more
    once `stop` is set.
    """

    def __init__(self, done: Callable[[], Awaitable[int]], stop: asyncio.Event, times_away: float = TIMES_AWAY) -> None:
        self._done = done
        self._stop = stop
        self._times_away = times_away
        self._seen: int | None = None
        self._next = 0.0
        self._one_by_one = asyncio.Lock()

    @asynccontextmanager
    async def piece(self) -> AsyncIterator[None]:
        """Holds one piece of work. Raises what `done` raises."""
        async with self._one_by_one:
            await self._to_begin()
            began = _now()
            try:
                yield
            finally:
                self._next = _now() + self._times_away * (_now() - began)

    async def _to_begin(self) -> None:
        done = await self._done()
        at_work, self._seen = done != self._seen, done
        if at_work and (wait := self._next - _now()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), wait)


def _now() -> float:
    return asyncio.get_running_loop().time()

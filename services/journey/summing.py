"""Changes of facts and journeys are added to their sums beside the step; until then whoever asks adds up both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.journey.store import Store
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.errors import Unavailable

SUM_UP_CHANGES = 10_000
SUM_UP_SECONDS = 3.0

log = telemetry.logger(__name__)


@asynccontextmanager
async def summing_up(store: Store, *, every_seconds: float = SUM_UP_SECONDS) -> AsyncIterator[None]:
    """Adds changes to sums now and then, beside whatever else runs inside.

    What is left to add stands in the database: it goes on after a crash, and several workers share it.
    """

    async def forever() -> None:
        while True:
            try:
                await sum_up(store)
            except Unavailable as error:
                log.warning("sums_wait", error=str(error))
            except Exception:  # changes stay where they are, and are added up by whoever asks
                log.exception("summing_up_failed")
            await asyncio.sleep(every_seconds)

    async with beside(forever()):
        yield


async def sum_up(store: Store) -> None:
    """Adds all changes to their sums. Raises Unavailable."""
    while await store.run(lambda unit: unit.sum_up(SUM_UP_CHANGES)) >= SUM_UP_CHANGES:
        pass

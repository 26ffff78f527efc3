"""Measures are written beside the step: whoever changed is measured a little later, once for all changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from services.journey.step import JourneyStep
from services.journey.store import Store
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.errors import Unavailable

SWEEP_SECONDS = 2.0
MEASURE_PROFILES = 20
"""Few: the step waits for profiles that are being measured."""
TIMES_AWAY = 9
"""While the step is busy, measuring takes at most one part in ten of the time."""

log = telemetry.logger(__name__)


@asynccontextmanager
async def measuring(
    store: Store, step: JourneyStep, busy: Callable[[], bool], *, every_seconds: float = SWEEP_SECONDS
) -> AsyncIterator[None]:
    """Measures profiles that have changed, a few at a time, beside whatever else runs inside.

    Mostly gives way while the step is `busy`: what changes several times meanwhile is measured once. What is left to do
    stands in the database: it goes on after a crash, and several workers share it.
    """

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        while True:
            began, done = loop.time(), 0
            try:
                done = await store.run(lambda unit: step.measure(unit, MEASURE_PROFILES))
            except Unavailable as error:
                log.warning("measures_wait", error=str(error))
            except Exception:  # who is not measured stays so; without this task everybody would for ever
                log.exception("measuring_failed")
            telemetry.PROFILES_MEASURED.inc(done)
            await asyncio.sleep(pause(loop.time() - began, busy=busy()) if done else every_seconds)

    async with beside(forever()):
        yield


def pause(took_seconds: float, *, busy: bool) -> float:
    """Seconds until the next profiles are measured, after some were."""
    return TIMES_AWAY * took_seconds if busy else 0

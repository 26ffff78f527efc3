"""The worker's part of retention: now and then what has expired is taken out, beside everything else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from services.profile.retention.expire import Expirer
from services.profile.step import ProfileStep
from services.profile.store import Store
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.errors import Unavailable

SWEEP_SECONDS = 3_600.0

log = telemetry.logger(__name__)


@asynccontextmanager
async def expiring(
    store: Store, step: ProfileStep, now: Callable[[], datetime], *, every_seconds: float = SWEEP_SECONDS
) -> AsyncIterator[None]:
    """Sweeps at once and then again and again, if the policy has rules for it.

    What is left to do stands in the tables: it goes on after a crash, and several workers share it.
    """
    expirer = Expirer(step)

    async def forever() -> None:
        while True:
            try:
                if gone := await expirer.sweep(store, now()):
                    telemetry.EXPIRED.inc(gone)
                    log.info("interactions_expired", interactions=gone)
            except Unavailable as error:
                log.warning("retention_waits", error=str(error))
            except Exception:  # what has expired stays so; without this task it would for ever
                log.exception("retention_failed")
            await asyncio.sleep(every_seconds)

    if not step.policy.retention:
        yield
        return
    async with beside(forever()):
        yield

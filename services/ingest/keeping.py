"""How long dead letters are kept: now and then those that are too old are removed, beside everything else."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from services.ingest.dead_letters import LetterStore
from services.runtime import telemetry
from services.runtime.errors import Unavailable

SWEEP_SECONDS = 3_600.0
REMOVED_AT_ONCE = 1_000

log = telemetry.logger(__name__)


async def keep_for(
    store: LetterStore, kept: timedelta, now: Callable[[], datetime], *, every_seconds: float = SWEEP_SECONDS
) -> None:
    """Sweeps at once and then again and again. Several processes may."""
    while True:
        try:
            if gone := await sweep(store, now() - kept):
                telemetry.DEAD_LETTERS_EXPIRED.inc(gone)
                log.info("dead_letters_expired", letters=gone)
        except Unavailable as error:
            log.warning("dead_letter_retention_waits", error=str(error))
        except Exception:  # what is too old stays so; without this task it would for ever
            log.exception("dead_letter_retention_failed")
        await asyncio.sleep(every_seconds)


async def sweep(store: LetterStore, before: datetime) -> int:
    """Removes what was put aside before that moment, in small pieces; how many. Raises Unavailable."""
    gone = 0
    while removed := await store.remove_older(before, REMOVED_AT_ONCE):
        gone += removed
    return gone

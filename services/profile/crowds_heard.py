"""The worker hears now and then which identifiers stand in crowds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.profile.crowded import Crowded
from services.profile.domain.sighting import Key
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.database import Database
from services.runtime.errors import Unavailable

EVERY_SECONDS = 10.0
MOST = 20_000
"""They are taken in at once, and meanwhile nothing else goes on."""
IN_CROWDS = """
SELECT i.namespace, i.value
FROM (SELECT component FROM large_component WHERE namespaces IS NULL) crowd
CROSS JOIN LATERAL (SELECT identifier FROM membership WHERE component = crowd.component OFFSET 0) m
CROSS JOIN LATERAL (SELECT namespace, value FROM identifier WHERE id = m.identifier OFFSET 0) i
LIMIT $1
"""
"""OFFSET 0 keeps a planner without statistics from reading whole tables."""

log = telemetry.logger(__name__)


@asynccontextmanager
async def crowds_heard(
    database: Database, crowded: Crowded, *, every_seconds: float = EVERY_SECONDS
) -> AsyncIterator[None]:
    """Tells `crowded` at once, and again and again beside whatever runs inside. Raises Unavailable at first."""
    await hear(database, crowded)

    async def forever() -> None:
        while True:
            await asyncio.sleep(every_seconds)
            try:
                await hear(database, crowded)
            except Unavailable as error:
                log.warning("crowds_not_heard", error=str(error))
            except Exception:  # what was heard last is a hint still; without this task it would grow old for ever
                log.exception("hearing_crowds_failed")

    async with beside(forever()):
        yield


async def hear(database: Database, crowded: Crowded) -> None:
    """Tells once. Raises Unavailable."""
    async with database.connection() as connection:
        rows = await connection.fetch(IN_CROWDS, MOST)
    crowded.hear(Key(*row) for row in rows)

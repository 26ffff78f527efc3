"""Webhooks on PostgreSQL, as a part of the journey store's units; the statements are in `queries`."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from services.journey.rows import Written, literals
from services.journey.webhooks import queries
from services.journey.webhooks.port import Attempt, DeadDelivery, Delivery
from services.runtime.arrays import texts, times

DELIVERY: Written = (texts, texts, texts, texts, texts, texts)
ATTEMPT: Written = (texts, texts, times, texts)


class PostgresWebhooks:
    """The deliveries of one transaction on the journey schema."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def post(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Keeps what is to be delivered."""
        if deliveries:
            rows = [delivery[:6] for delivery in deliveries]
            await self._connection.execute(queries.POST, *literals(rows, DELIVERY), now)

    async def claim(self, target: str, now: datetime, until: datetime, limit: int) -> list[Delivery]:
        """What is to be tried now."""
        rows = await self._connection.fetch(queries.CLAIM, target, now, until, limit)
        return [Delivery(str(row[0]), *row[1:]) for row in rows]

    async def attempted(self, attempts: Sequence[Attempt]) -> None:
        """Keeps what became of them."""
        await self._connection.execute(queries.ATTEMPTED, *literals(attempts, ATTEMPT))


async def dead(connection: asyncpg.Connection, limit: int) -> list[DeadDelivery]:
    """What was given up, the latest first."""
    return [DeadDelivery(str(row[0]), *row[1:]) for row in await connection.fetch(queries.DEAD, limit)]


async def replay(connection: asyncpg.Connection, delivery: str, now: datetime) -> bool:
    """Whether it was given up; it is tried anew."""
    done: str = await connection.execute(queries.REPLAY, delivery, now)
    return done == "UPDATE 1"

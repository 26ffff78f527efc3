"""The transactional outbox: messages leave if, and only if, the effect that they speak of was committed.

A batch puts its messages in its own transaction, publishes them right after the commit and deletes the row. What a
crash leaves behind is published by whoever looks next. So each message goes out at least once.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import lz4.frame
import msgspec

from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.database import Database
from services.runtime.errors import Unavailable
from services.runtime.log import Message, Producer

OUTBOX_DDL = """
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    messages bytea STORAGE EXTERNAL NOT NULL, -- packed already
    made_at timestamptz NOT NULL DEFAULT now()
)
"""
MANY = 1_000
"""Messages that are packed on another thread: the packing of bytes lets the interpreter go on meanwhile."""
GRACE_SECONDS = 5
"""Younger rows are left to the batch that put them."""

log = telemetry.logger(__name__)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Message]).decode


def pack(messages: Sequence[Message]) -> bytes:
    """Messages of a batch repeat one another: packed they are an eighth, and cost the database as much less."""
    return bytes(lz4.frame.compress(_encode(list(messages)), store_size=False))


def unpack(packed: bytes) -> list[Message]:
    """What was packed."""
    return _decode(lz4.frame.decompress(packed))


@dataclass(frozen=True, slots=True)
class OutboxTicket:
    """Messages that were put down in a transaction and wait to be published."""

    row: int
    topic: str
    messages: Sequence[Message]


class Outbox:
    """The `outbox` table of one service's schema."""

    def __init__(self, database: Database, producer: Producer) -> None:
        self._database = database
        self._producer = producer

    async def put(self, connection: asyncpg.Connection, topic: str, messages: Sequence[Message]) -> OutboxTicket:
        """Puts down messages in the caller's transaction; one row, however many they are."""
        packed = pack(messages) if len(messages) < MANY else await asyncio.to_thread(pack, messages)
        row = await connection.fetchval(
            "INSERT INTO outbox (topic, messages) VALUES ($1, $2) RETURNING id", topic, packed
        )
        return OutboxTicket(row, topic, messages)

    async def publish(self, tickets: Sequence[OutboxTicket]) -> None:
        """Sends what was put down and forgets it; call it after the commit. Raises Unavailable."""
        for ticket in tickets:
            await self._producer.send(ticket.topic, ticket.messages)
        async with self._database.connection() as connection:
            await connection.execute("DELETE FROM outbox WHERE id = ANY($1)", [ticket.row for ticket in tickets])

    async def publish_left_over(self, *, grace_seconds: float = GRACE_SECONDS) -> int:
        """Publishes what crashed batches left; the number of rows. Several workers may call it at once."""
        done = 0
        while True:
            async with self._database.transaction() as connection:
                row = await connection.fetchrow(
                    """SELECT id, topic, messages FROM outbox WHERE made_at <= now() - make_interval(secs => $1)
                       ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED""",
                    grace_seconds,
                )
                if row is None:
                    return done
                await self._producer.send(row["topic"], unpack(row["messages"]))
                await connection.execute("DELETE FROM outbox WHERE id = $1", row["id"])
                done += 1


@asynccontextmanager
async def sweep(
    outbox: Outbox, *, every_seconds: float = GRACE_SECONDS, grace_seconds: float = GRACE_SECONDS
) -> AsyncIterator[None]:
    """Publishes left-over messages now and then, beside whatever else runs inside."""

    async def forever() -> None:
        while True:
            try:
                await outbox.publish_left_over(grace_seconds=grace_seconds)
            except Unavailable as error:
                log.warning("sweep_retried", error=str(error))
            except Exception:  # the rows stay where they are; without a sweeper they would stay for ever
                log.exception("sweep_failed")
            await asyncio.sleep(every_seconds)

    async with beside(forever()):
        yield

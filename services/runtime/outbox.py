"""The transactional outbox: messages leave if, and only if, the effect that they speak of was committed.

A batch puts its messages in its own transaction and publishes them right after the commit; the row is deleted beside
whatever comes next. What a crash leaves behind is published by whoever looks next. So each message goes out at least
once.
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
FORGET = "DELETE FROM outbox WHERE id = ANY($1) AND set_config('synchronous_commit', 'off', true) = 'off'"
"""A crash of the database may bring back what was just deleted: it goes out once more. Nobody waits for the disk."""

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
        self._published: list[int] = []
        self._forgetting: asyncio.Task[None] | None = None

    async def put(self, connection: asyncpg.Connection, topic: str, messages: Sequence[Message]) -> OutboxTicket:
        """Puts down messages in the caller's transaction; one row, however many they are."""
        packed = pack(messages) if len(messages) < MANY else await asyncio.to_thread(pack, messages)
        row = await connection.fetchval(
            "INSERT INTO outbox (topic, messages) VALUES ($1, $2) RETURNING id", topic, packed
        )
        return OutboxTicket(row, topic, messages)

    async def publish(self, tickets: Sequence[OutboxTicket]) -> None:
        """Sends what was put down, and soon forgets it; call it after the commit. Raises Unavailable."""
        for ticket in tickets:
            await self._producer.send(ticket.topic, ticket.messages)
            self._published.append(ticket.row)
        if self._forgetting is None:
            self._forgetting = asyncio.create_task(self._forget())

    async def settled(self) -> None:
        """Returns when all that was published is forgotten, or cannot be."""
        if self._forgetting is not None:
            await asyncio.shield(self._forgetting)

    async def _forget(self) -> None:
        """What is published meanwhile goes with the next statement."""
        try:
            while rows := self._published:
                self._published = []
                async with self._database.connection() as connection:
                    await connection.execute(FORGET, rows)
        except Unavailable as error:
            log.warning("forgetting_failed", rows=len(rows), error=str(error))  # so a sweep publishes them again
        finally:
            self._forgetting = None

    async def publish_left_over(self, *, grace_seconds: float = GRACE_SECONDS) -> int:
        """Publishes what crashed batches left; the number of rows. Several workers may call it at once."""
        await self.settled()
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
    """Publishes left-over messages now and then, beside whatever else runs inside; lets the outbox settle after it."""

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
    await outbox.settled()

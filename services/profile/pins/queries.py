"""Pins in PostgreSQL; all of their SQL is in this file but the join that reads them with a person's traits."""

from collections.abc import Callable, Sequence
from uuid import UUID

import asyncpg

from schemas.golden_record import Pin, Trait
from schemas.topics import PROFILES
from services.profile.announce import Belonging, pinned_message, unpinned_message
from services.profile.domain.sighting import Key
from services.profile.pins.port import KeptPin, PinWish, Stated
from services.profile.store import Withdrawal
from services.runtime.database import Database
from services.runtime.errors import Unavailable
from services.runtime.log import Message
from services.runtime.outbox import Outbox, OutboxTicket

COLUMNS = """
    p.name, i.namespace, i.value, p.made_at, p.id, p.author, p.reason,
    p.trust, p.verified, p.time, p.event_id, p.source, p.value, p.withdrawn_by, p.withdrawn_reason, p.withdrawn_at
"""
PUT = f"""
WITH stated AS (
    SELECT t.*, m.profile, m.version FROM membership m JOIN trait t USING (identifier)
    WHERE m.profile = $1 AND t.name = $2 AND t.source = $3 AND t.event_id = $4
    -- One interaction hangs on one identifier. Whoever erases it waits for this, and then finds the pin.
    LIMIT 1 FOR SHARE OF t
), p AS (
    INSERT INTO pin
        (id, identifier, name, source, value, trust, verified, time, event_id, made_at, author, reason, told)
    SELECT $5, identifier, name, source, value, trust, verified, time, event_id, $6, $7, $8, true FROM stated
    RETURNING *
)
SELECT {COLUMNS}, p.identifier, stated.profile::text, stated.version
FROM p JOIN identifier i ON i.id = p.identifier CROSS JOIN stated
"""  # noqa: S608 -- constants only
WITHDRAW = f"""
WITH p AS (
    UPDATE pin SET withdrawn_by = $3, withdrawn_reason = $4, withdrawn_at = $5
    FROM membership m
    WHERE pin.id = $2 AND m.identifier = pin.identifier AND m.profile = $1 AND withdrawn_at IS NULL
    RETURNING pin.*, m.profile, m.version
)
SELECT {COLUMNS}, p.identifier, p.profile::text, p.version FROM p JOIN identifier i ON i.id = p.identifier
"""  # noqa: S608 -- constants only
TELL = f"""
WITH p AS (
    UPDATE pin SET told = true FROM membership m
    WHERE NOT pin.told AND pin.withdrawn_at IS NULL AND m.identifier = pin.identifier
    RETURNING pin.*, m.profile, m.version
)
SELECT {COLUMNS}, p.identifier, p.profile::text, p.version FROM p JOIN identifier i ON i.id = p.identifier
ORDER BY p.id
"""  # noqa: S608 -- constants only
OF_PROFILE = f"""
SELECT {COLUMNS} FROM membership m JOIN pin p USING (identifier) JOIN identifier i ON i.id = p.identifier
WHERE m.profile = $1 ORDER BY p.made_at DESC, p.id DESC
"""  # noqa: S608 -- constants only


class PostgresPins:
    """Pins in the profile schema; what is done about them is told on the log."""

    def __init__(self, database: Database, outbox: Callable[[], Outbox] | None = None) -> None:
        self._database = database
        self._outbox = outbox

    async def put(self, profile: str, stated: Stated, wish: PinWish) -> KeptPin | None:
        """Pins a value of this person."""
        asked = (UUID(profile), *stated, UUID(wish.id), *wish[1:])
        return next(iter(await self._told(PUT, asked, _pinned)), None)

    async def tell(self) -> int:
        """Tells of the pins that stand and were never told; how many. Raises Unavailable."""
        return len(await self._told(TELL, (), _pinned))

    async def withdraw(self, profile: str, pin_id: str, withdrawal: Withdrawal) -> KeptPin | None:
        """Takes back a pin of this person."""
        asked = (UUID(profile), UUID(pin_id), *withdrawal)
        told = await self._told(WITHDRAW, asked, lambda _, anchor: unpinned_message(pin_id, anchor, withdrawal.at))
        return next(iter(told), None)

    async def of(self, profile: str) -> Sequence[KeptPin]:
        """All pins of a person."""
        async with self._database.connection() as connection:
            return [_kept(row) for row in await connection.fetch(OF_PROFILE, UUID(profile))]

    async def _told(
        self, statement: str, asked: Sequence[object], message: Callable[[KeptPin, Belonging], Message]
    ) -> list[KeptPin]:
        """What the statement did; it is told if, and only if, it was committed."""
        if self._outbox is None:
            raise Unavailable("these pins can only be read")
        outbox = self._outbox()

        async def work(connection: asyncpg.Connection) -> tuple[list[KeptPin], list[OutboxTicket]]:
            rows = await connection.fetch(statement, *asked)
            kept = [_kept(row) for row in rows]
            told = [message(one, Belonging(*row[-3:])) for one, row in zip(kept, rows, strict=True)]
            return kept, [await outbox.put(connection, PROFILES.name, told)] if told else []

        kept, tickets = await self._database.in_transaction(work)
        if tickets:
            await outbox.publish(tickets)
        return kept


def _pinned(kept: KeptPin, anchor: Belonging) -> Message:
    return pinned_message(kept.name, kept.pin, anchor)


def _kept(row: asyncpg.Record) -> KeptPin:
    made_at, pin_id, author, reason = row[3:7]
    pin = Pin(made_at, str(pin_id), author, reason, Trait(*row[7:13]))
    return KeptPin(row[0], Key(row[1], row[2]), pin, Withdrawal(*row[13:16]) if row[13] else None)

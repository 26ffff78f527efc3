"""Rebuilds on PostgreSQL."""

from datetime import datetime

import asyncpg
import msgspec

from services.journey import queries as journey_queries
from services.journey.rebuild import queries
from services.journey.rebuild.port import Positions, Progress, Rebuild, Stretch, under_way
from services.runtime.database import Database

_positions = msgspec.json.Decoder(dict[int, int]).decode


class PostgresRebuildUnit:
    """Reading the log anew, in one transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def claim(self, rebuild: int) -> Stretch | None:
        """What is left to read, locked."""
        row = await self._connection.fetchrow(queries.CLAIM, rebuild)
        return None if row is None else Stretch(_positions(row[0]), _positions(row[1]), row[2])

    async def advance(self, rebuild: int, left: Stretch) -> None:
        """Keeps how far it was read. Revisions are given under the lock of definitions, so that they come in order."""
        await self._connection.execute(queries.ADVANCE, rebuild, _written(left.start), left.missed)
        if left.read:
            await self._connection.execute(journey_queries.LOCK_DEFINITIONS)
            await self._connection.execute(queries.READ, rebuild)


class PostgresRebuilds:
    """What was begun, and how far it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, log: Stretch | None) -> Rebuild:
        """A new rebuild, or the one that is under way."""

        async def work(connection: asyncpg.Connection) -> Rebuild:
            await connection.execute(journey_queries.LOCK_DEFINITIONS)
            await connection.execute(queries.LOCK)
            row = await connection.fetchrow(queries.LATEST)
            if row is not None and row["finished_at"] is None:
                return under_way(_rebuild(row), log)
            stretch = (None, None, 0, 0) if log is None else (*map(_written, log[:2]), log.missed, log.messages)
            return _rebuild(await connection.fetchrow(queries.BEGIN, *stretch))

        return await self._database.in_transaction(work)

    async def latest(self) -> Rebuild | None:
        """The last one that was begun."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(queries.LATEST)
        return None if row is None else _rebuild(row)

    async def progress(self, rebuild: int) -> Progress | None:
        """How far it is."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(queries.ONE, rebuild)
            if row is None:
                return None
            found = _rebuild(row)
            customers, folded, measured = await connection.fetchrow(queries.COUNTS, found.revision or 0)
            if found.revision is None:
                return Progress(found, customers, 0, 0)
            progress = Progress(found, customers, folded, measured)
            if found.finished_at is not None:
                return Progress(found, customers, customers, customers)
        finished_at = await self._finish(rebuild) if progress.done else None
        return progress._replace(rebuild=found._replace(finished_at=finished_at))

    async def _finish(self, rebuild: int) -> datetime | None:
        async def work(connection: asyncpg.Connection) -> datetime | None:
            finished_at: datetime | None = await connection.fetchval(queries.FINISH, rebuild)
            if finished_at is not None:
                await connection.execute(queries.LOCK_COUNTS)
                await connection.execute(queries.CLEAR_SUMS)
                await connection.execute(queries.CLEAR_CHANGES)
                await connection.execute(queries.COUNT_ANEW)
            return finished_at

        return await self._database.in_transaction(work)


def _rebuild(row: asyncpg.Record) -> Rebuild:
    id_, begun_at, finished_at, revision, positions, until, missed, messages = row
    log = None if positions is None else Stretch(_positions(positions), _positions(until), missed)
    return Rebuild(id_, begun_at, finished_at, revision, log, messages)


def _written(positions: Positions) -> str:
    return msgspec.json.encode(dict(positions)).decode()

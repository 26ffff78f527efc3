"""All SQL of the ingest service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.ingest.dead_letters import Letter
from services.runtime.database import Database

SCHEMA = "ingest"

_ADD = """
INSERT INTO dead_letters (id, topic, partition, record_offset, consumer, error, failed_at, key, value)
SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[],
                     $8::bytea[], $9::bytea[])
ON CONFLICT (id) DO NOTHING
"""
_COLUMNS = "id, topic, partition, record_offset, consumer, error, failed_at, key"
_NEWEST = f"""
SELECT {_COLUMNS}, ''::bytea, octet_length(value), number, replayed_at, replayed_by FROM dead_letters
WHERE $2::bigint IS NULL OR number < $2 ORDER BY number DESC LIMIT $1
"""  # noqa: S608 -- column names only
_GET = (
    f"SELECT {_COLUMNS}, value, octet_length(value), number, replayed_at, replayed_by FROM dead_letters WHERE id = $1"  # noqa: S608 -- ditto
)
_AFTER = f"""
SELECT {_COLUMNS}, value, octet_length(value), number, replayed_at, replayed_by FROM dead_letters
WHERE number > $1 ORDER BY number LIMIT $2
"""  # noqa: S608 -- ditto
_REMOVE = "DELETE FROM dead_letters l USING unnest($1::text[]) AS gone (id) WHERE l.id = gone.id"
_REMOVE_OLDER = """
DELETE FROM dead_letters l USING (SELECT id FROM dead_letters WHERE failed_at < $1 LIMIT $2) AS old
WHERE l.id = old.id RETURNING l.number
"""
_MARK = "UPDATE dead_letters SET replayed_at = $2, replayed_by = $3 WHERE id = $1"


class PostgresLetters:
    """Dead letters in the schema `ingest`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, letters: Sequence[Letter]) -> None:
        """Keeps those that are new by id."""
        columns: list[list[Any]] = [
            [letter.id for letter in letters],
            [letter.topic for letter in letters],
            [letter.partition for letter in letters],
            [letter.offset for letter in letters],
            [letter.consumer for letter in letters],
            [letter.error for letter in letters],
            [letter.failed_at for letter in letters],
            [letter.key for letter in letters],
            [letter.value for letter in letters],
        ]
        async with self._database.connection() as connection:
            await connection.execute(_ADD, *columns)

    async def newest(self, limit: int, before: int | None) -> list[Letter]:
        """Newest first, without their values."""
        async with self._database.connection() as connection:
            return [Letter(*row) for row in await connection.fetch(_NEWEST, limit, before)]

    async def get(self, letter_id: str) -> Letter | None:
        """One letter."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_GET, letter_id)
        return Letter(*row) if row else None

    async def after(self, number: int, limit: int) -> list[Letter]:
        """Oldest first, with their values."""
        async with self._database.connection() as connection:
            return [Letter(*row) for row in await connection.fetch(_AFTER, number, limit)]

    async def remove(self, letter_ids: Sequence[str]) -> None:
        """Forgets letters."""
        async with self._database.connection() as connection:
            await connection.execute(_REMOVE, list(letter_ids))

    async def remove_older(self, before: datetime, limit: int) -> int:
        """Forgets old letters."""
        async with self._database.connection() as connection:
            return len(await connection.fetch(_REMOVE_OLDER, before, limit))

    async def mark_replayed(self, letter_id: str, at: datetime, by: str) -> None:
        """Notes the last replay."""
        async with self._database.connection() as connection:
            await connection.execute(_MARK, letter_id, at, by)

"""Which erasures have dead letters still to be gone through, in PostgreSQL."""

from uuid import UUID

from services.profile.store import LettersDue
from services.runtime.database import Database

ALL = """
SELECT d.erasure::text, d.marks, d.until, d.namespaces, d.regions,
    ARRAY(SELECT e.label::text FROM erased_profile e WHERE e.erasure = d.erasure)
FROM letters_due d ORDER BY d.until, d.erasure
"""
DONE = """
WITH gone AS (DELETE FROM letters_due WHERE erasure = $1 RETURNING erasure)
UPDATE erasure SET dead_letters = $2 FROM gone WHERE id = gone.erasure
"""
FORGOTTEN = """
SELECT dead_letters FROM erasure WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM letters_due d WHERE d.erasure = $1)
"""


class PostgresDueLetters:
    """The table `letters_due`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, LettersDue]:
        """What is due, the oldest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(ALL)
        return {
            row[0]: LettersDue(frozenset(row[1]), row[2], frozenset(row[5]), tuple(row[3]), tuple(row[4]))
            for row in rows
        }

    async def done(self, erasure: str, letters: int) -> None:
        """Only who removes it from the table keeps the number."""
        async with self._database.connection() as connection:
            await connection.execute(DONE, UUID(erasure), letters)

    async def forgotten(self, erasure: str) -> int | None:
        """How many went."""
        async with self._database.connection() as connection:
            found: int | None = await connection.fetchval(FORGOTTEN, UUID(erasure))
        return found

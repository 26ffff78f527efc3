"""Versions in PostgreSQL; all of their SQL is in this file."""

from pydantic import ValidationError

from schemas.journey_definition import JourneyDefinition
from services.journey.versions.port import Version
from services.runtime.database import Database

OF = "SELECT version, accepted_at, body FROM definition WHERE key = $1 ORDER BY version DESC"


class PostgresVersions:
    """Answers from the table of definitions, which only grows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, definition: str) -> list[Version]:
        """All versions."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(OF, definition)
        return [Version(number, since, _understood(body)) for number, since, body in rows]


def _understood(body: str) -> JourneyDefinition | None:
    try:
        return JourneyDefinition.model_validate_json(body)
    except ValidationError:
        return None

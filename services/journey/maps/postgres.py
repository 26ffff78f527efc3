"""What maps need, in PostgreSQL; all of their own SQL is in this file."""

from collections.abc import Sequence
from uuid import UUID

from services.journey.domain.measures.blueprint import Behind, Served, System
from services.journey.domain.measures.journey_map import Average
from services.journey.domain.model import Position
from services.journey.maps.port import Encounter, Way
from services.journey.window import Window
from services.runtime.database import Database

BEHIND = """
SELECT stage, queue, source, grouping(source) = 1, count(*),
    count(handle), coalesce(sum(handle), 0), count(wait), coalesce(sum(wait), 0),
    count(transfers), coalesce(sum(transfers), 0)
FROM fact
WHERE definition = $1 AND ($2::timestamptz IS NULL OR time >= $2) AND ($3::timestamptz IS NULL OR time < $3)
    AND ($4::text IS NULL OR EXISTS (SELECT 1 FROM profile p WHERE p.id = fact.profile AND $4 = ANY (p.segments)))
GROUP BY GROUPING SETS ((stage, queue), (stage, source))
"""
ENCOUNTERS = """
SELECT f.time, f.source, f.interaction, f.touchpoint, f.stage, f.channel, f.queue,
    f.wait, f.handle, f.transfers, f.emotion, f.effort, said.agent
FROM fact f
LEFT JOIN interaction i ON i.source = f.source AND i.id = f.interaction
LEFT JOIN LATERAL (
    SELECT nullif(told ->> 'agent', '') AS agent FROM (SELECT convert_from(i.body, 'UTF8')::json AS told) AS body
    WHERE json_typeof(told -> 'agent') = 'string'
) AS said ON true
WHERE f.profile = $1 AND f.definition = $2 AND f.number = $3
ORDER BY f.time, f.source, f.interaction LIMIT $4
"""


class PostgresMaps:
    """Answers from the table of facts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def behind(self, definition: str, window: Window, segment: str | None = None) -> Behind:
        """Groups of agents, and systems."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(BEHIND, definition, *window, segment)
        return Behind(
            [Served(*row[:2], *(Average(*row[at : at + 2]) for at in (5, 7, 9))) for row in rows if row[3]],
            [System(row[0], row[2], row[4]) for row in rows if not row[3]],
        )

    async def encounters(self, way: Way, limit: int) -> Sequence[Encounter]:
        """Interactions on the way."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(ENCOUNTERS, UUID(way.profile), way.definition, way.number, limit)
        return [Encounter(Position(*row[:3]), *row[3:]) for row in rows]

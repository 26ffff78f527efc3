"""What counts open to, on PostgreSQL. Its statements are made here, of constants alone."""
# ruff: noqa: S608 -- what is put together here are constants of this file and of `queries`

from collections.abc import Sequence

import asyncpg

from schemas.journey_definition import JourneyDefinition
from services.journey import queries
from services.journey.counted.port import FoundJourney, FoundStep, JourneysAsked, StepsAsked
from services.journey.domain.model import Position
from services.journey.window import Window
from services.runtime.database import Database

_WHICH = """'' AS source, profile::text || ' ' || number AS interaction"""
"""Where a journey stands in a list: see `place_of`."""
_WITHIN = """
    ($4::timestamptz IS NULL OR time >= $4) AND ($5::timestamptz IS NULL OR time < $5)
    AND ($7::timestamptz IS NULL
        OR (time, source COLLATE "C", interaction COLLATE "C") > ($7, $8::text, $9::text))
ORDER BY time, source COLLATE "C", interaction COLLATE "C" LIMIT $10
"""
JOURNEYS = f"""
{queries.SETTLED}, opened AS (
    SELECT profile, number, opened_at AS time, {_WHICH}, stage, status, visits::jsonb AS visits FROM settled
)
SELECT profile, number, time, source, interaction, stage, status FROM opened
WHERE visits ?| $11::text[] AND NOT visits ?| $12::text[]
    AND ($13::text IS NULL OR stage = $13) AND ($14::text IS NULL OR status = $14) AND {_WITHIN}
"""
ENDS = f"""
{queries.SETTLED}, ended AS (
    SELECT profile, number, closed_at AS time, {_WHICH}, NULL::text AS channel FROM settled
    WHERE closed_at IS NOT NULL AND ($11::boolean OR stage = $12::text)
)
SELECT profile, number, time, source, interaction, channel FROM ended WHERE {_WITHIN}
"""
STEPS = f"""
SELECT profile, number, time, source, interaction, channel FROM transition
WHERE definition = $1 AND {queries.IN_SEGMENT.format("transition")} AND to_stage = $11
    AND ($2::boolean OR from_stage IS NOT DISTINCT FROM $3::text) AND {_WITHIN}
"""


class PostgresCounted:
    """Answers from the tables of journeys and transitions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def journeys(self, asked: JourneysAsked, after: Position | None, limit: int) -> list[FoundJourney]:
        """A page of journeys."""
        those = asked.those
        common = _common(asked.definition, asked, after, limit)
        rows = await self._fetch(
            JOURNEYS, *common, sorted(those.any_of), sorted(those.none_of), those.stage, those.status
        )
        return [FoundJourney(str(row[0]), row[1], Position(*row[2:5]), *row[5:]) for row in rows]

    async def steps(self, asked: StepsAsked, after: Position | None, limit: int) -> list[FoundStep]:
        """A page of steps."""
        key, _, _, *place = common = _common(asked.definition, asked, after, limit)
        if asked.to is None:
            rows = await self._fetch(ENDS, *common, asked.anywhere, asked.from_stage)
        else:
            rows = await self._fetch(STEPS, key, asked.anywhere, asked.from_stage, *place, asked.to)
        return [FoundStep(str(row[0]), row[1], Position(*row[2:5]), row[5]) for row in rows]

    async def _fetch(self, query: str, *arguments: object) -> Sequence[asyncpg.Record]:
        async with self._database.connection() as connection:
            rows: Sequence[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows


def _common(
    definition: JourneyDefinition, asked: JourneysAsked | StepsAsked, after: Position | None, limit: int
) -> list[object]:
    """The arguments of every statement, from $1 to $10."""
    window: Window = asked.window
    return [
        *(definition.key, asked.now, definition.abandoned_after),
        *(window.since, window.until, asked.segment),
        *(after or (None, None, None)),
        limit,
    ]

"""What is kept of one person, from PostgreSQL; the statements are in `queries`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from schemas.exported_journeys import ExportedAction, ExportedSegment, JourneyRead, Pages
from services.journey.actions.port import Cued, Decided
from services.journey.actions.postgres import contacts
from services.journey.domain.outcomes import contacted
from services.journey.records import queries
from services.journey.records.outcomes import Watched, watched
from services.journey.records.views import (
    exported_action,
    exported_delivery,
    exported_journey,
    exported_lapse,
    exported_measures,
    exported_pain,
    exported_step,
)
from services.journey.registry import Registry
from services.journey.rows import journey_of, lapse_of, measured_of, pain_of, transition_of
from services.runtime.database import Database

AT_A_TIME = 200
Place = Sequence[object]
_BEGINNING, _NO_ID = datetime(1, 1, 1, tzinfo=UTC), UUID(int=0)


class Part(NamedTuple):
    """How one part is asked for: from which place on, and what a row becomes without its place."""

    query: str
    beginning: Place
    view: Callable[[asyncpg.Record], BaseModel]


def _action(row: asyncpg.Record) -> ExportedAction:
    state, decided_at, lot, target, *delivery = row[11:20]
    cued = Cued(str(row[21]), str(row[0]), *row[1:11])
    return exported_action(cued, state, decided_at, lot, exported_delivery(target, *delivery) if target else None)


PARTS: Mapping[str, Part] = {
    "segments": Part(queries.SEGMENTS, ("",), lambda row: ExportedSegment(segment=row[0])),
    "journeys": Part(queries.JOURNEYS, (_BEGINNING, "", -1), lambda row: exported_journey(journey_of(row[:-3]))),
    "steps": Part(queries.STEPS, (_BEGINNING, _NO_ID), lambda row: exported_step(transition_of(row).step)),
    "pain_points": Part(queries.PAINS, (_BEGINNING, "", "", "", -1, ""), lambda row: exported_pain(pain_of(row[1:9]))),
    "lapses": Part(queries.LAPSES, (_BEGINNING, "", ""), lambda row: exported_lapse(lapse_of(row[:-3]).lapse)),
    "measures": Part(queries.MEASURES, (_BEGINNING, "", "", ""), lambda row: exported_measures(measured_of(row[:-4]))),
}


class PostgresJourneyRecords:
    """Records on the journey schema. No connection is held while what was read is written."""

    def __init__(self, database: Database, registry: Callable[[], Awaitable[Registry]]) -> None:
        self._database = database
        self._registry = registry

    def of(self, profile: str, now: datetime) -> Mapping[str, Pages]:
        """All parts, in pages."""
        parts = {name: self._part(part, profile) for name, part in PARTS.items()}
        return {**parts, "actions": self._actions(profile, now)}

    async def _part(self, part: Part, profile: str) -> Pages:
        async for rows in self._pages(part.query, profile, part.beginning):
            yield [part.view(row) for row in rows]

    async def _actions(self, profile: str, now: datetime) -> Pages:
        registry = await self._registry()
        async for rows in self._pages(queries.ACTIONS, profile, (_BEGINNING, _NO_ID)):
            told = [(str(row[0]), _action(row)) for row in rows]
            yield [await self._with_outcome(owner, one, watched(one, registry, now)) for owner, one in told]

    async def _with_outcome(self, owner: str, action: ExportedAction, span: Watched | None) -> ExportedAction:
        if span is None:
            return action
        within = span.until - span.since
        decided = Decided(action.action, action.state, owner, span.since)
        async with self._database.connection() as connection:
            timelines = await contacts(connection, [decided], {action.action: within})
        back = contacted(timelines.get(owner, ()), span.since, within)
        return action.model_copy(update={"contacted": back})

    async def reads(self, profiles: Sequence[str]) -> AsyncIterator[Sequence[JourneyRead]]:
        """Who read of these; notes of one moment come together."""
        async for rows in self._pages(queries.READS, list(profiles), (_BEGINNING,)):
            yield [JourneyRead(at=row[0], person=row[1], roles=row[2]) for row in rows]

    async def _pages(self, query: str, whose: object, after: Place) -> AsyncIterator[list[asyncpg.Record]]:
        while rows := await self._page(query, whose, after):
            yield rows
            after = rows[-1][-len(after) :]

    async def _page(self, query: str, whose: object, after: Place) -> list[asyncpg.Record]:
        async with self._database.connection() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, whose, *after, AT_A_TIME)
            return rows

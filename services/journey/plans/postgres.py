"""Plans in PostgreSQL; all of their SQL is in this file. Its statements are made here, of constants alone."""
# ruff: noqa: S608 -- what is put together here are names of measures

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from services.journey.domain.effects.observed import HERE, PAIRS, Observed, Place, Side
from services.journey.domain.effects.subject import Subject
from services.journey.domain.effects.windows import Windows
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.model import Position
from services.journey.plans.port import Change, Deed, PlanFact
from services.journey.plans.wish import PlanWish
from services.journey.window import Window
from services.runtime.database import Database

_COLUMNS = "id, revision, definition, deed, wish, person, roles, at"
PUT = f"""
INSERT INTO plan_change ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8) ON CONFLICT DO NOTHING RETURNING id
"""
OF = f"""
SELECT {_COLUMNS} FROM (
    SELECT DISTINCT ON (id) {_COLUMNS} FROM plan_change WHERE definition = $1 ORDER BY id, revision DESC
) AS latest
WHERE deed <> 'dropped'
"""
RECORD = f"SELECT {_COLUMNS} FROM plan_change WHERE id = $2 AND definition = $1 ORDER BY revision"
FIRST_FACT = "SELECT min(time) FROM fact WHERE definition = $1"

_PLACES = {
    Place.BEFORE: "before AND here",
    Place.AFTER: "NOT before AND here",
    Place.BEFORE_ELSEWHERE: "before AND NOT here",
    Place.AFTER_ELSEWHERE: "NOT before AND NOT here",
}
_WITHIN = "definition = $1 AND time >= $3 AND time < $6 AND (time < $4 OR time >= $5)"
_CELL = "CROSS JOIN LATERAL (SELECT time < $4 AS before, $2::text IS NULL OR stage = $2 AS here) AS cell"


def _each(parts: Sequence[str]) -> str:
    """These columns of one customer, for each place in turn."""
    columns = (
        f"{part.replace('PLACE', where)} AS {name}{int(place)}"
        for place, where in _PLACES.items()
        for name, part in zip("nyj", parts, strict=True)
    )
    return ", ".join(columns)


_NUMBERS = [f"{name}{int(place)}" for place in Place for name in "ny"]
_HERE, _ANYWHERE = (" + ".join(f"n{int(place)}" for place in places) for places in (HERE, Place))
_SUMS = ", ".join(
    f"coalesce(sum(n{int(p)}), 0), coalesce(sum(y{int(p)}), 0), count(*) FILTER (WHERE n{int(p)} > 0), "
    f"coalesce(sum(j{int(p)}), 0)"
    for p in Place
)
_PRODUCTS = ", ".join(f"coalesce(sum({_NUMBERS[a]}::double precision * {_NUMBERS[b]}), 0)" for a, b in PAIRS)
_OBSERVED = f"SELECT count(*) FILTER (WHERE {_HERE} > 0), count(*) FILTER (WHERE {_ANYWHERE} > 0), {_SUMS}, {_PRODUCTS}"


def _of_measure(measure: Measure) -> str:
    parts = (
        "count(*) FILTER (WHERE PLACE)",
        f"coalesce(sum({measure}) FILTER (WHERE PLACE), 0)",
        "count(DISTINCT number) FILTER (WHERE PLACE)",
    )
    ends = "AND time + time_in_stage * interval '1 second' < CASE WHEN before THEN $4 ELSE $6 END"
    return f"""
        WITH customer AS (
            SELECT {_each(parts)} FROM fact {_CELL}
            WHERE {_WITHIN} AND {measure} IS NOT NULL {ends if measure is Measure.TIME_IN_STAGE else ""}
            GROUP BY profile
        )
        {_OBSERVED} FROM customer
    """


_MET = (
    "count(*) FILTER (WHERE PLACE)",
    "count(*) FILTER (WHERE met AND PLACE)::double precision",
    "count(*) FILTER (WHERE PLACE)",
)
OF_PAIN_POINT = f"""
WITH journey AS (
    SELECT DISTINCT profile, number, before, here FROM fact {_CELL} WHERE {_WITHIN}
), met AS (
    SELECT DISTINCT profile, number, before, here, true AS met FROM pain {_CELL} WHERE {_WITHIN} AND key = $7
), customer AS (
    SELECT {_each(_MET)} FROM journey LEFT JOIN met USING (profile, number, before, here) GROUP BY profile
)
{_OBSERVED} FROM customer
"""

_IN_WINDOW = "definition = $1 AND ($2::text IS NULL OR stage = $2) AND time >= $3 AND time < $4"
_PAGE = """
    ($5::timestamptz IS NULL OR (time, source, interaction) > ($5, $6::text, $7::text))
ORDER BY time, source, interaction LIMIT $8
"""


def _facts_of_measure(measure: Measure) -> str:
    ends = "AND time + time_in_stage * interval '1 second' < $4" if measure is Measure.TIME_IN_STAGE else ""
    return f"""
        SELECT profile, number, time, source, interaction, stage, {measure} FROM fact
        WHERE {_IN_WINDOW} AND {measure} IS NOT NULL {ends} AND {_PAGE}
    """


JOURNEYS_OF_PAIN_POINT = f"""
WITH first AS (
    SELECT DISTINCT ON (profile, number) profile, number, time, source, interaction, stage FROM fact
    WHERE {_IN_WINDOW} ORDER BY profile, number, time, source, interaction
), met AS (
    SELECT DISTINCT profile, number, true AS met FROM pain WHERE {_IN_WINDOW} AND key = $9
)
SELECT profile, number, time, source, interaction, stage, coalesce(met, false)::integer::double precision
FROM first LEFT JOIN met USING (profile, number) WHERE {_PAGE}
"""


class PostgresPlans:
    """Plans in the journey schema."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, change: Change) -> bool:
        """Keeps a change."""
        async with self._database.connection() as connection:
            kept = await connection.fetchval(
                PUT,
                UUID(change.id),
                change.revision,
                change.definition,
                change.deed.value,
                change.wish.model_dump_json(exclude_none=True),
                change.person,
                list(change.roles),
                change.at,
            )
        return kept is not None

    async def of(self, definition: str) -> list[Change]:
        """The latest changes."""
        async with self._database.connection() as connection:
            standing = [_change(row) for row in await connection.fetch(OF, definition)]
        return sorted(standing, key=lambda one: (one.wish.since, one.id), reverse=True)

    async def record(self, definition: str, plan: str) -> list[Change]:
        """All changes of a plan."""
        async with self._database.connection() as connection:
            return [_change(row) for row in await connection.fetch(RECORD, definition, UUID(plan))]

    async def observed(self, definition: str, subject: Subject, windows: Windows) -> Observed:
        """Summed up by customer."""
        arguments = [definition, subject.stage, *windows.before, *windows.after]
        async with self._database.connection() as connection:
            if subject.measure is None:
                row = await connection.fetchrow(OF_PAIN_POINT, *arguments, subject.pain_point)
            else:
                row = await connection.fetchrow(_of_measure(subject.measure), *arguments)
        return _observed(row)

    async def facts(
        self, definition: str, subject: Subject, window: Window, after: Position | None, limit: int
    ) -> list[PlanFact]:
        """A page of facts."""
        arguments = [definition, subject.stage, *window, *(after or (None, None, None)), limit]
        async with self._database.connection() as connection:
            if subject.measure is None:
                rows = await connection.fetch(JOURNEYS_OF_PAIN_POINT, *arguments, subject.pain_point)
            else:
                rows = await connection.fetch(_facts_of_measure(subject.measure), *arguments)
        return [PlanFact(str(row[0]), row[1], Position(*row[2:5]), *row[5:]) for row in rows]

    async def first_fact(self, definition: str) -> datetime | None:
        """The first fact's time."""
        async with self._database.connection() as connection:
            first: datetime | None = await connection.fetchval(FIRST_FACT, definition)
            return first


def _change(row: asyncpg.Record) -> Change:
    wish = PlanWish.model_validate_json(row[4])
    return Change(str(row[0]), row[1], row[2], Deed(row[3]), wish, row[5], tuple(row[6]), row[7])


def _observed(row: asyncpg.Record) -> Observed:
    here, anywhere, *numbers = row
    sums, products = numbers[: 4 * len(Place)], numbers[4 * len(Place) :]
    sides = [Side(int(n), float(y), c, int(j)) for n, y, c, j in (sums[4 * p : 4 * p + 4] for p in Place)]
    return Observed(sides, here, anywhere, products)

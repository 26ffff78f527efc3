"""What can be asked about measures, on PostgreSQL. Its statements are made here, of constants alone."""
# ruff: noqa: S608 -- what is put together here are names of measures and dimensions

from collections.abc import Iterable, Iterator, Sequence

import asyncpg

from services.journey import queries
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.figures import TIMES, Dimension, Figure, in_order
from services.journey.domain.measures.journey_map import Average, Cell
from services.journey.domain.measures.pain_points import PainCount
from services.journey.domain.measures.snakes_and_ladders import OF_STEPS
from services.journey.domain.model import Position
from services.journey.measures.port import FactsAsked, FoundFact, MetPain, Narrowing, PainsAsked
from services.journey.rows import piece_columns
from services.journey.window import Window
from services.runtime.database import Database

_DAY = "(time AT TIME ZONE 'UTC')::date::text"
_GROUP: dict[Dimension | None, str] = {None: "NULL::text", **{by: by.value for by in Dimension}, Dimension.DAY: _DAY}
_EACH: dict[Dimension | None, str] = {Dimension.SEGMENT: "LEFT JOIN LATERAL unnest(segments) AS each (segment) ON true"}
"""Where a fact may be in several groups."""
_WITHIN = "definition = $1 AND ($2::timestamptz IS NULL OR time >= $2) AND ($3::timestamptz IS NULL OR time < $3)"
_IN_SEGMENT = (
    "({1}::text IS NULL OR EXISTS (SELECT 1 FROM profile p WHERE p.id = {0}.profile AND {1} = ANY (p.segments)))"
)
_AFTER = "($4::timestamptz IS NULL OR (time, source, interaction) > ($4, $5::text, $6::text))"
_ORDER = "ORDER BY time, source, interaction LIMIT $7"
PAIN_COUNTS = f"""
SELECT key, stage, sum(times)::bigint, count(*), sum(weight)
FROM (
    SELECT key, stage, profile, count(*) AS times, sum(weight) AS weight
    FROM pain WHERE {_WITHIN} AND {_IN_SEGMENT.format("pain", "$4")} GROUP BY key, stage, profile
) AS met
GROUP BY key, stage ORDER BY key COLLATE "C", stage COLLATE "C"
"""
"""Customers are told apart by hashing, not by sorting."""
PAINS = f"""
SELECT profile, number, time, source, interaction, stage, weight FROM pain
WHERE {_WITHIN} AND key = $8 AND ($9::text IS NULL OR stage = $9) AND {_IN_SEGMENT.format("pain", "$10")}
    AND ($4::timestamptz IS NULL OR (time, source COLLATE "C", interaction COLLATE "C") > ($4, $5::text, $6::text))
ORDER BY time, source COLLATE "C", interaction COLLATE "C" LIMIT $7
"""


def _aggregates(measure: Measure) -> str:
    half, most = (
        f"percentile_disc({share}) WITHIN GROUP (ORDER BY {measure})" if measure in TIMES else "NULL"
        for share in (0.5, 0.9)
    )
    return f"count({measure}), sum({measure}), {half}, {most}"


_ALL = ", ".join(map(_aggregates, Measure))
FIGURES = {
    by: f"SELECT {group}, {_ALL} FROM fact {_EACH.get(by, '')} WHERE {_WITHIN} GROUP BY 1"
    for by, group in _GROUP.items()
}

_CELL = ("stage", "touchpoint", "channel", "source", "queue")


def _summed(*measures: Measure) -> str:
    """How many facts there are of each of these measures, and their totals, by the parts of a cell."""
    parts = ", ".join(_CELL)
    kept = ", ".join(f"{one}_facts, {one}_total" for one in measures)
    counted = ", ".join(f"count({one}), coalesce(sum({one}::text::numeric), 0)" for one in measures)
    totals = ", ".join(f"sum({one}_facts) AS {one}_facts, sum({one}_total) AS {one}_total" for one in measures)
    return f"""{queries.PIECES}, part ({parts}, facts, {kept}) AS (
        SELECT {parts}, facts, {kept} FROM piece JOIN fact_sum s USING (span)
        WHERE s.definition = $1 AND s.at >= piece.since AND s.at < piece.until
        UNION ALL
        SELECT {parts}, facts, {kept} FROM piece JOIN fact_change c ON c.hour >= piece.since AND c.hour < piece.until
        WHERE piece.span <> 'fact' AND c.definition = $1
        UNION ALL
        SELECT {parts}, count(*), {counted} FROM piece JOIN fact f ON f.time >= piece.since AND f.time < piece.until
        WHERE piece.span = 'fact' AND f.definition = $1 GROUP BY {parts}
    ), summed AS (
        SELECT {parts}, {totals} FROM part GROUP BY {parts} HAVING sum(facts) > 0
    )
    """


_OF_CELLS = (Measure.EMOTION, Measure.WAIT, Measure.HANDLE, Measure.TIME_IN_STAGE, Measure.EFFORT)
_CELLS_OF_SUMMED = f"""
SELECT stage, touchpoint, channel,
    {", ".join(f"sum({one}_facts)::bigint, sum({one}_total)::float8" for one in _OF_CELLS)},
    array_agg(DISTINCT source), array_agg(DISTINCT queue) FILTER (WHERE queue IS NOT NULL)
FROM summed GROUP BY stage, touchpoint, channel
ORDER BY stage COLLATE "C", touchpoint COLLATE "C", channel COLLATE "C" NULLS FIRST
"""
CELLS = _summed(*_OF_CELLS) + _CELLS_OF_SUMMED
_NUMBERED = ", ".join(
    f"count({one}) AS {one}_facts, coalesce(sum({one}::text::numeric), 0) AS {one}_total" for one in _OF_CELLS
)
CELLS_OF_SEGMENT = f"""
WITH summed AS (
    SELECT {", ".join(_CELL)}, {_NUMBERED}
    FROM fact WHERE {_WITHIN} AND {_IN_SEGMENT.format("fact", "$4")} GROUP BY {", ".join(_CELL)}
)
{_CELLS_OF_SUMMED}
"""
"""There are no sums by segment: who is in one changes, and all that they did with them."""
OF_TOUCHPOINTS = f"""
{_summed(*OF_STEPS)}
SELECT touchpoint, {", ".join(f"sum({one}_facts)::bigint, sum({one}_total)::float8" for one in OF_STEPS)}
FROM summed GROUP BY touchpoint
"""
OF_PROFILE = f"SELECT definition, {', '.join(map(_aggregates, Measure))} FROM fact WHERE profile = $1 GROUP BY 1"


def _facts(measure: Measure, by: Dimension | None, within: Iterable[Narrowing]) -> str:
    group = "$8::text IS NULL" if by is None else f"{_GROUP[by]} IS NOT DISTINCT FROM $8::text"
    if by is Dimension.SEGMENT:
        group = "CASE WHEN $8::text IS NULL THEN segments = '{}' ELSE $8 = ANY(segments) END"
    narrowed = " ".join(f"AND {part} IS NOT DISTINCT FROM ${nth}::text" for nth, part in enumerate(within, start=10))
    return f"""
        SELECT profile, number, time, source, interaction, touchpoint, stage, channel, {measure} FROM fact
        WHERE {_WITHIN} AND {_AFTER} AND {measure} IS NOT NULL AND {group}
            AND {_IN_SEGMENT.format("fact", "$9")} {narrowed} {_ORDER}
    """


class PostgresReading:
    """Answers from the tables of facts and pain points."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, definition: str, window: Window, by: Dimension | None) -> list[Figure]:
        """Every measure, by group."""
        rows = await self._fetch(FIGURES[by], definition, *window)
        return in_order(figure for row in rows for figure in _figures(row))

    async def cells(self, definition: str, window: Window, segment: str | None = None) -> list[Cell]:
        """What a map is made of."""
        if segment is None:
            rows = await self._fetch(CELLS, definition, *piece_columns(window))
        else:
            rows = await self._fetch(CELLS_OF_SEGMENT, definition, *window, segment)
        return [_cell(row) for row in rows]

    async def touchpoints(self, definition: str, window: Window) -> list[Figure]:
        """What touchpoints lead to."""
        rows = await self._fetch(OF_TOUCHPOINTS, definition, *piece_columns(window))
        return in_order(
            Figure(row[0], measure, row[1 + 2 * place], row[2 + 2 * place])
            for row in rows
            for place, measure in enumerate(OF_STEPS)
            if row[1 + 2 * place]
        )

    async def of_profile(self, profile: str) -> list[Figure]:
        """Every measure of one profile, by definition."""
        return in_order(figure for row in await self._fetch(OF_PROFILE, profile) for figure in _figures(row))

    async def facts(self, asked: FactsAsked, after: Position | None, limit: int) -> list[FoundFact]:
        """A page of facts."""
        statement = _facts(asked.measure, asked.by, asked.within)
        group = None if asked.by is None else asked.group
        asks = (asked.definition, *asked.window, *_place(after), limit, group, asked.segment, *asked.within.values())
        rows = await self._fetch(statement, *asks)
        return [FoundFact(str(row[0]), row[1], Position(*row[2:5]), *row[5:]) for row in rows]

    async def pain_counts(self, definition: str, window: Window, segment: str | None = None) -> list[PainCount]:
        """How often each pain point was met."""
        return [PainCount(*row) for row in await self._fetch(PAIN_COUNTS, definition, *window, segment)]

    async def pains(self, asked: PainsAsked, after: Position | None, limit: int) -> list[MetPain]:
        """A page of meetings with a pain point."""
        definition, key, window, stage, segment = asked
        rows = await self._fetch(PAINS, definition, *window, *_place(after), limit, key, stage, segment)
        return [MetPain(str(row[0]), row[1], Position(*row[2:5]), *row[5:]) for row in rows]

    async def _fetch(self, query: str, *arguments: object) -> Sequence[asyncpg.Record]:
        async with self._database.connection() as connection:
            rows: Sequence[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows


def _place(after: Position | None) -> Sequence[object]:
    return after or (None, None, None)


def _cell(row: asyncpg.Record) -> Cell:
    averages = [Average(*row[place : place + 2]) for place in range(3, 13, 2)]
    emotion, wait, handle, time_in_stage, effort = averages
    return Cell(
        row[0],
        row[1],
        row[2],
        interactions=effort.facts,
        emotion=emotion,
        wait=wait,
        handle=handle,
        time_in_stage=time_in_stage,
        effort=effort.total,
        sources=row[13],
        queues=row[14] or [],
    )


def _figures(row: asyncpg.Record) -> Iterator[Figure]:
    group, *values = row
    for place, measure in enumerate(Measure):
        facts, total, half, most = values[4 * place : 4 * place + 4]
        if facts:
            yield Figure(group, measure, facts, total, half, most)

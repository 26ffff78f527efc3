"""Makes a large journey store of a small one: what the step left of some customers is left of many more, in SQL.

A copy has other customers, other interactions and other moments, all later by the same; their histories are the same.
Sums of facts follow by themselves, numbers of journeys are counted anew.
tests/bench/test_journey_replica.py compares figures over copies with those of the sample.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from services.journey import queries
from services.journey.schema import SCHEMA
from services.runtime.database import Database

TABLES = ("belonging", "interaction", "profile", "journey", "transition", "pain", "lapse", "fact")
LATER = timedelta(seconds=613)
"""Between the moments of a copy and those of the next."""
COPIES_AT_A_TIME = 5
COUNT_ANEW = f"""
INSERT INTO journey_change ({", ".join(queries.JOURNEY_CHANGE_FIELDS)})
SELECT definition, date_trunc('hour', opened_at, 'UTC'), {queries.VISITED}, stage, status, count(*)
FROM journey GROUP BY 1, 2, 3, 4, 5
"""
_PROFILE = "overlay(s.profile::text PLACING substr(md5(s.profile::text || k), 1, 12) FROM 25 FOR 12)::uuid"
_DIFFERING: Mapping[str, str] = {
    "anchor": "s.anchor + k * 1000000000::bigint",
    "identifier": "s.identifier + k * 1000000000::bigint",
    "left_by": "s.left_by + k * 1000000000::bigint",
    "number": "s.number + k * 1000000000::bigint",
    "interaction": "s.interaction || '-' || k",
    "profile": _PROFILE,
}
"""Columns of a copy by their name; `s` is the sample's row, `k` the copy."""
_IDS: Mapping[str, str] = {
    "interaction": "s.id || '-' || k",
    "profile": _PROFILE.replace("s.profile", "s.id"),
    "transition": "md5(s.id::text || k)::uuid",
}
_NUMBERED = frozenset({"interaction"})
"""Where `number` is an interaction's own; elsewhere it counts a customer's journeys."""


async def replicate(database: Database, copies: int, advance: Callable[[int], None]) -> None:
    """Adds so many copies; `advance` is told of each lot of rows. Nobody else may write meanwhile."""
    async with database.connection() as connection:
        for table in TABLES:
            columns = await connection.fetch(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = $1 AND table_name = $2",
                SCHEMA,
                table,
            )
            await connection.execute(f"CREATE TEMPORARY TABLE sample AS TABLE {SCHEMA}.{table}")
            for first in range(1, copies + 1, COPIES_AT_A_TIME):
                last = min(first + COPIES_AT_A_TIME - 1, copies)
                done = await connection.execute(_query(table, dict(columns), first, last))
                advance(int(done.rpartition(" ")[2]))
            await connection.execute("DROP TABLE sample")
        await connection.execute("TRUNCATE journey_change, journey_sum")
        await connection.execute(COUNT_ANEW)


def _query(table: str, columns: Mapping[str, str], first: int, last: int) -> str:
    values = ", ".join(_value(table, column, kind) for column, kind in columns.items())
    return f"""
        INSERT INTO {table} ({", ".join(columns)})
        SELECT {values} FROM sample s CROSS JOIN generate_series({first}, {last}) k
    """


def _value(table: str, column: str, kind: str) -> str:
    if column == "id":
        return _IDS[table]
    if kind == "timestamp with time zone":
        return f"s.{column} + k * interval '{LATER.total_seconds()} seconds'"
    if column == "number" and table not in _NUMBERED:
        return "s.number"
    return _DIFFERING.get(column, f"s.{column}")

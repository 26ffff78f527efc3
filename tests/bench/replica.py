"""Makes a large store of a small one: what the profile step left of some customers is left of many more, in SQL.

Customers of the sample have numbers 100nnnn. A copy has them with another block of numbers in front, 101 to 999, in
every table: other identifiers, other interactions, other profiles, the same histories. tests/bench/test_replica.py
compares the result, table by table, with what the step itself leaves of all of them.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from services.profile.worker import SCHEMA
from services.runtime.database import Database
from tests.bench.traffic import Traffic

SAMPLE_BLOCK = 100
BLOCK = 10_000
MARKS = ("c-", "+97254", "user", "r")
"""What stands before the block in a customer number, a telephone number, an address and an interaction's id."""
ROWS_AT_A_TIME = 50_000
INTRODUCED_BY = 3
"""Identifiers that each customer of the sample has, all first seen in one interaction."""
BESIDE = (
    {"interaction": "id"},
    {"identifier": "id", "membership": "identifier", "profile": "founder", "link": "a", "trait": "identifier"}
    | {"claim": "identifier"},
)
"""What each of two connections copies: tables by the number that puts their rows in the order of their making."""
TABLES = tuple(table for those in BESIDE for table in those)

Expressions = Mapping[str, str]
"""Columns of a copy, in SQL, that differ from the sample's; `s` is the sample's row, `k` the block."""


def sample(customers: int, interactions: int) -> list[bytes]:
    """Customers who introduce themselves, and return until there are so many interactions for each."""
    first = SAMPLE_BLOCK * BLOCK
    traffic = Traffic(customers, f"r{SAMPLE_BLOCK}", numbers=range(first, first + customers))
    introductions = [event.body for event in traffic.introductions()]
    return [*introductions, *traffic.history((interactions - 1) * customers)]


def moved(text: str, block: int) -> str:
    """What is said of the sample's customers, said of those in another block."""
    for mark in MARKS:
        text = text.replace(f"{mark}{SAMPLE_BLOCK}", f"{mark}{block}")
    return text


async def rows_to_copy(database: Database, copies: int) -> int:
    """How many rows so many copies are."""
    async with database.connection() as connection:
        counts: list[int] = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]
    return copies * sum(counts)


async def replicate(database: Database, copies: int, advance: Callable[[int], None]) -> None:
    """Adds so many copies; `advance` is told of each lot of rows. Nobody else may write meanwhile."""
    async with database.connection() as connection:
        identifier, interaction = [
            _Numbers(await connection.fetchval(f"SELECT max(id) FROM {table}"), copies, together)
            for table, together in (("identifier", INTRODUCED_BY), ("interaction", 1))
        ]
    differing = _differing(identifier, interaction)
    async with asyncio.TaskGroup() as group:
        for those in BESIDE:
            group.create_task(_copy(database, those, differing, copies, advance))
    async with database.connection() as connection:
        await connection.execute(
            "SELECT setval(pg_get_serial_sequence('identifier', 'id'), (SELECT max(id) FROM identifier)),"
            " setval('interaction_number', (SELECT max(id) FROM interaction))"
        )


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers of copies follow those of the sample, all copies of a row side by side: histories go on side by side.

    So many numbers that were given out `together` stay so.
    """

    most: int
    copies: int
    together: int

    def of(self, number: str) -> str:
        lot, copy = f"({number} - 1) / {self.together}", f"k - {SAMPLE_BLOCK + 1}"
        return (
            f"{self.most} + ({lot} * {self.copies} + {copy}) * {self.together} + ({number} - 1) % {self.together} + 1"
        )

    def of_all(self, literal: str) -> str:
        """The same of an array's literal."""
        return (
            f"(SELECT '{{' || string_agg(({self.of('x')})::text, ',' ORDER BY place) || '}}'"
            f" FROM unnest({literal}::bigint[]) WITH ORDINALITY AS each (x, place))"
        )


def _differing(identifier: _Numbers, interaction: _Numbers) -> Mapping[str, Expressions]:
    body = f"convert_to({_moved(_text('s.body'))}, 'UTF8')"
    return {
        "identifier": {"id": identifier.of("s.id"), "value": _moved("s.value")},
        "membership": {name: identifier.of(f"s.{name}") for name in ("identifier", "component", "founder")}
        | {"profile": _profile("s.profile")},
        "profile": {"id": _profile("s.id"), "founder": identifier.of("s.founder")},
        "link": {name: identifier.of(f"s.{name}") for name in ("a", "b")}
        | {"interaction": interaction.of("s.interaction")},
        "trait": {"identifier": identifier.of("s.identifier"), "event_id": _moved("s.event_id")},
        "claim": {"identifier": identifier.of("s.identifier")},
        "interaction": {
            "id": interaction.of("s.id"),
            "event_id": _moved("s.event_id"),
            "anchor": identifier.of("s.anchor"),
            "identifiers": identifier.of_all("s.identifiers"),
            "digest": "substr(sha256(s.body || int4send(k)), 1, 8)",  # the step's hash is not PostgreSQL's
            "body": body,
        },
    }


def _moved(text: str) -> str:
    for mark in MARKS:
        text = f"replace({text}, '{mark}{SAMPLE_BLOCK}', '{mark}' || k)"
    return text


def _text(body: str) -> str:
    return f"convert_from({body}, 'UTF8')"


def _profile(profile: str) -> str:
    """Another profile id with the same time in front."""
    return f"overlay({profile}::text PLACING substr(md5({profile}::text || k), 1, 12) FROM 25 FOR 12)::uuid"


async def _copy(
    database: Database,
    tables: Mapping[str, str],
    differing: Mapping[str, Expressions],
    copies: int,
    advance: Callable[[int], None],
) -> None:
    async with database.connection() as connection:
        for table, order in tables.items():
            query = _query(table, order, await _columns(connection, table), differing[table], copies)
            most = await connection.fetchval(f"SELECT max({order}) FROM {table}")
            step = max(1, ROWS_AT_A_TIME // copies // INTRODUCED_BY) * INTRODUCED_BY
            for start in range(1, most + 1, step):
                done = await connection.execute(query, start, min(start + step - 1, most))
                advance(int(done.rpartition(" ")[2]))


def _query(table: str, order: str, columns: Sequence[str], differing: Expressions, copies: int) -> str:
    """Inserts the copies of the rows in a range of the sample."""
    values = ", ".join(differing.get(column, f"s.{column}") for column in columns)
    return f"""
        INSERT INTO {table} ({", ".join(columns)}) OVERRIDING SYSTEM VALUE
        SELECT {values} FROM {table} s CROSS JOIN generate_series({SAMPLE_BLOCK + 1}, {SAMPLE_BLOCK + copies}) k
        WHERE s.{order} BETWEEN $1::bigint AND $2::bigint ORDER BY {differing[order]}
    """


async def _columns(connection: asyncpg.Connection, table: str) -> list[str]:
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2", SCHEMA, table
    )
    return [row[0] for row in rows]

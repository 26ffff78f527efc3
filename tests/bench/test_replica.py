"""The short cut to a large store: what SQL copies is what the profile step leaves."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from services.profile.worker import SCHEMA
from services.runtime.database import Database
from tests.bench.profile_runner import handle_all, handler, on_log, prepare, producer, profile_database
from tests.bench.replica import SAMPLE_BLOCK, TABLES, moved, replicate, rows_to_copy, sample
from tests.support.postgres import PostgresServer

CUSTOMERS = 40
INTERACTIONS = 5
COPIES = 4

KEY = "SELECT namespace || ' ' || value FROM identifier WHERE id ="
IN_WORDS: Mapping[str, Mapping[str, str | None]] = {
    "identifier": {"id": None},
    "membership": {
        **{name: f"({KEY} s.{name})" for name in ("identifier", "component", "founder")},
        "profile": f"({KEY} (SELECT founder FROM profile p WHERE p.id = s.profile))",
        "version": None,
    },
    "profile": {"id": None, "founder": f"({KEY} s.founder)", "made_at": None},
    "link": {
        "a": f"least(({KEY} s.a), ({KEY} s.b))",
        "b": f"greatest(({KEY} s.a), ({KEY} s.b))",
        "interaction": "(SELECT event_id FROM interaction i WHERE i.id = s.interaction)",
    },
    "trait": {"identifier": f"({KEY} s.identifier)"},
    "claim": {"identifier": f"({KEY} s.identifier)"},
    "interaction": {
        "id": None,
        "anchor": f"({KEY} s.anchor)",
        "identifiers": f"ARRAY(SELECT ({KEY} each.number) FROM unnest(s.identifiers::bigint[]) WITH ORDINALITY"
        " AS each (number, place) ORDER BY place)::text",
        "digest": "length(digest)",
    },
}
"""Columns whose numbers are told in words; None for those that the step itself never gives twice alike."""
NOT_COPIED = {"duplicate_model", "alembic_version"}
"""Tables with rows that have nothing to do with customers."""

Told = dict[str, list[tuple[object, ...]]]


async def test_copies_are_what_the_step_would_leave(postgres_server: PostgresServer) -> None:
    values = sample(CUSTOMERS, INTERACTIONS)
    blocks = range(SAMPLE_BLOCK, SAMPLE_BLOCK + COPIES + 1)
    everybody = [moved(value.decode(), block).encode() for value in values for block in blocks]

    async with _loaded(postgres_server, values) as database:
        expected_rows, rows = await rows_to_copy(database, COPIES), list[int]()
        await replicate(database, COPIES, rows.append)
        copied = await _told(database)
        await _go_on(database)
    async with _loaded(postgres_server, everybody) as database:
        stepped = await _told(database)

    assert len(everybody) == CUSTOMERS * INTERACTIONS * len(blocks) == len(copied["interaction"])
    assert len(copied["profile"]) == CUSTOMERS * len(blocks)
    assert sum(rows) == expected_rows
    assert {table for table, those in stepped.items() if those} - NOT_COPIED == set(TABLES)
    for table in stepped:
        assert copied[table] == stepped[table], table


async def _go_on(database: Database) -> None:
    """What comes next gets new numbers, and finds those who were copied."""
    known = moved(sample(1, 1)[0].decode().replace("r100-0", "r100-next"), SAMPLE_BLOCK + COPIES)
    async with producer(None) as to:
        await handle_all(handler(database, to), on_log([known.encode()]))
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT outcome FROM interaction ORDER BY id DESC LIMIT 1") == "attached"


@asynccontextmanager
async def _loaded(server: PostgresServer, values: Sequence[bytes]) -> AsyncIterator[Database]:
    async with (
        server.fresh_database(await server.template("bench_replica", prepare)) as url,
        profile_database(url) as database,
        producer(None) as to,
    ):
        await handle_all(handler(database, to), on_log(values))
        yield database


async def _told(database: Database) -> Told:
    """All tables, in words."""
    async with database.connection() as connection:
        columns = await connection.fetch(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c WHERE table_schema = $1", SCHEMA
        )
        told: Told = {}
        for table in {row[0] for row in columns}:
            words = IN_WORDS.get(table, {})
            those = [words.get(column, f"s.{column}") for of, column in columns if of == table]
            rows = await connection.fetch(f"SELECT {', '.join(filter(None, those))} FROM {table} s")
            told[table] = sorted((tuple(row) for row in rows), key=str)
    return told

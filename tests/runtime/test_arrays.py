"""What is written as a literal, PostgreSQL reads back as it was."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import asyncpg
import pytest

from services.runtime.arrays import literal, moments, texts, times

MEANING_SOMETHING = [
    "{",
    "}",
    ",",
    '"',
    "\\",
    "\n",
    "\t",
    "\x01",
    "\x1f",
    "\x7f",
    " ",
    "/",
    "n",
    "u",
    "0",
    "NULL",
    "null",
]
LETTERS = ["a", "é", "ש", "😀", "\u2028", "\ufeff"]


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_any_text_is_read_back(connection: asyncpg.Connection) -> None:
    random = Random(1)
    made = ["".join(random.choices(MEANING_SOMETHING + LETTERS, k=random.randint(0, 6))) for _ in range(20_000)]
    assert await connection.fetchval("SELECT $1::text::text[]", texts(made)) == made
    for one in made[:500]:
        assert await connection.fetchval("SELECT $1::text::text[]", texts([one])) == [one]


async def test_nothing_is_null_and_no_word_is(connection: asyncpg.Connection) -> None:
    for made in ([None, "null", "NULL", ""], [None, "\n"], []):
        assert await connection.fetchval("SELECT $1::text::text[]", texts(made)) == made


async def test_numbers_and_booleans_are_read_back(connection: asyncpg.Connection) -> None:
    numbers = [0, -1, 2**63 - 1, -(2**63)]
    assert await connection.fetchval("SELECT $1::text::bigint[]", literal(numbers)) == numbers
    assert await connection.fetchval("SELECT $1::text::boolean[]", literal([True, False])) == [True, False]
    assert await connection.fetchval("SELECT $1::text::bigint[]", literal([])) == []
    assert await connection.fetchval("SELECT $1::text::bigint[]", literal([None, 1])) == [None, 1]
    fractions = [0.1, -2.5, 1e-300, 1e300, 1 / 3]
    assert await connection.fetchval("SELECT $1::text::float8[]", literal(fractions)) == fractions


async def test_any_time_is_read_back(connection: asyncpg.Connection) -> None:
    made = [
        datetime(1, 1, 1, tzinfo=UTC),
        None,
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 22, 10, 0, 0, 1, tzinfo=timezone(timedelta(hours=-3))),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ]
    assert await connection.fetchval("SELECT $1::text::timestamptz[]", times(made)) == made


async def test_times_are_read_back_to_the_microsecond(connection: asyncpg.Connection) -> None:
    far = datetime(9998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    times = [far, datetime(2, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC) - timedelta(microseconds=1)]
    read = await connection.fetchval(
        """SELECT array_agg(
            'epoch'::timestamptz + x / 1000000 * interval '1 second' + x % 1000000 * interval '1 microsecond'
        ) FROM unnest($1::text::bigint[]) AS x""",
        moments(times),
    )
    assert read == times


SERVICES = [Path(__file__).parents[2] / "services" / name for name in ("ingest", "profile", "journey", "runtime")]
COMPARED = re.compile(r"(?:ANY|ALL) ?\(\s*\$\d+::text::")


def test_no_statement_compares_rows_with_an_array_literal() -> None:
    """PostgreSQL reads the literal anew for each row that it compares: a table of 30,000 took a minute."""
    modules = [path for service in SERVICES for path in service.rglob("*.py")]
    assert len(modules) > len(SERVICES)
    assert [str(path) for path in modules if COMPARED.search(path.read_text())] == []

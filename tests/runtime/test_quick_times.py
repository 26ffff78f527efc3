"""The quick way gives and takes the same moments as asyncpg's own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.quick_times import decode, encode, quick_times

HERE = timezone(timedelta(hours=5, minutes=45))
MOMENTS = [
    datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=HERE),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
]


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_both_ways_write_and_read_the_same(connection: asyncpg.Connection) -> None:
    await connection.execute("CREATE TEMPORARY TABLE told (way text, place bigint, at timestamptz)")
    for way in ("own", "quick"):
        rows = [(way, place, at) for place, at in enumerate([*MOMENTS, None])]
        await connection.copy_records_to_table("told", records=rows)
        await quick_times(connection)
    told = await connection.fetch("SELECT at, at::text FROM told WHERE way = 'own' ORDER BY place")
    assert await connection.fetch("SELECT at, at::text FROM told WHERE way = 'quick' ORDER BY place") == told
    assert [row[0] for row in told] == [*MOMENTS, None]
    await connection.reset_type_codec("timestamptz", schema="pg_catalog")
    assert [row[0] for row in await connection.fetch("SELECT at FROM told WHERE way = 'quick' ORDER BY place")] == [
        *MOMENTS,
        None,
    ]


async def test_so_in_arguments_and_lists(connection: asyncpg.Connection) -> None:
    await quick_times(connection)
    assert await connection.fetchval("SELECT $1::timestamptz", MOMENTS[3]) == MOMENTS[3]
    assert await connection.fetchval("SELECT $1::timestamptz[]", MOMENTS) == MOMENTS


async def test_what_never_ends_is_the_end_of_the_calendar(connection: asyncpg.Connection) -> None:
    await quick_times(connection)
    row = await connection.fetchrow("SELECT 'infinity'::timestamptz, '-infinity'::timestamptz")
    assert tuple(row) == (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))


@given(st.datetimes(timezones=st.just(UTC) | st.just(HERE), min_value=datetime(1, 1, 2)))  # noqa: DTZ001 -- zones come beside it
def test_what_is_encoded_comes_back(moment: datetime) -> None:
    assert decode(encode(moment)) == moment
    assert decode(encode(moment)).tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        encode(datetime(2026, 1, 1))  # noqa: DTZ001 -- that is what is refused

"""Sums equal a recount at every moment, whatever is written meanwhile and whoever adds changes to them."""

import asyncio
import random
from collections.abc import Sequence

import asyncpg
import pytest

from services.journey import queries
from services.journey.domain.definition import load_definition
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.store import Store
from services.journey.summing import summing_up
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.contracts.journey_time import ABANDONED, WAITS, Timed
from tests.journey.feed import attached, erased, moved, withdrawn
from tests.support.eventually import eventually

BY = "stage, touchpoint, channel, source, queue"
TOTALS = [
    total
    for one in queries.SUMMED_MEASURES
    for total in (f"sum({one}_facts)::bigint AS {one}_facts", f"trim_scale(sum({one}_total)) AS {one}_total")
]
FACTS = [
    fact
    for one in queries.SUMMED_MEASURES
    for fact in (f"count({one})", f"trim_scale(coalesce(sum({one}::text::numeric), 0))")
]
KEPT = f"""
SELECT definition, date_trunc('{{span}}', at, 'UTC'), {BY}, sum(facts)::bigint, {", ".join(TOTALS)}
FROM (
    SELECT * FROM (SELECT definition, at, {BY}, facts, {{sums}} FROM fact_sum WHERE span = '{{span}}') AS kept
    UNION ALL SELECT definition, hour, {BY}, facts, {{sums}} FROM fact_change
) AS both_of_them
GROUP BY 1, 2, {BY} HAVING sum(facts) <> 0
""".replace("{sums}", ", ".join(f"{one}_{what}" for one in queries.SUMMED_MEASURES for what in ("facts", "total")))
COUNTED = f"""
SELECT definition, date_trunc('{{span}}', time, 'UTC'), {BY}, count(*), {", ".join(FACTS)} FROM fact GROUP BY 1, 2, {BY}
"""
JOURNEYS_KEPT = """
SELECT definition, date_trunc('{span}', at, 'UTC'), visited, stage, status, sum(journeys)::bigint
FROM (
    SELECT definition, at, visited, stage, status, journeys FROM journey_sum WHERE span = '{span}'
    UNION ALL SELECT definition, hour, visited, stage, status, journeys FROM journey_change
) AS both_of_them
GROUP BY 1, 2, 3, 4, 5 HAVING sum(journeys) <> 0
"""
JOURNEYS_COUNTED = f"""
SELECT definition, date_trunc('{{span}}', opened_at, 'UTC'), {queries.VISITED}, stage, status, count(*)
FROM journey GROUP BY 1, 2, 3, 4, 5
"""


@pytest.mark.parametrize("seed", range(3))
async def test_sums_are_a_recount_at_every_moment(settings: Settings, seed: int) -> None:
    chance, log, database = random.Random(seed), MemoryLog(), Database(settings, SCHEMA)
    await database.open()
    producer = await log.producer()
    workers = [Timed(PostgresStore(database, Outbox(database, producer)), log) for _ in range(2)]
    timed, store = workers[0], workers[0].store
    await store.accept(load_definition(WAITS).what)
    messages = _messages(chance)
    shares = [messages[place::2] for place in range(2)]
    written, checks = asyncio.Event(), 0
    async with asyncio.TaskGroup() as together:
        together.create_task(_write_all(workers, shares, written))
        for place in range(2):
            together.create_task(_add_up(store, written, random.Random(place)))
        while not written.is_set():
            await _check(database)
            checks += 1
            await asyncio.sleep(0)
    timed.hours = 40.0 + ABANDONED
    await timed.until(timed.hours)
    await timed.measure()
    assert await _check(database) > 10
    async with summing_up(store, every_seconds=0.01):
        await eventually(lambda: _all_added(database))
    assert await _check(database) > 10
    assert checks > 3
    await database.close()


async def _write_all(workers: Sequence[Timed], shares: Sequence[Sequence[bytes]], written: asyncio.Event) -> None:
    pairs = zip(workers, shares, strict=True)
    await asyncio.gather(*(_write(worker, share, random.Random(n)) for n, (worker, share) in enumerate(pairs)))
    written.set()


async def _write(timed: Timed, share: Sequence[bytes], own: random.Random) -> None:
    for start in range(0, len(share), 4):
        await timed.feed(share[start : start + 4])
        timed.hours = max(timed.hours, own.uniform(0, 40))
        await timed.store.run(lambda unit: timed.step.tick(unit, 3))
        await timed.store.run(lambda unit: timed.step.measure(unit, 2))


async def _add_up(store: Store, written: asyncio.Event, own: random.Random) -> None:
    while not written.is_set():
        await store.run(lambda unit: unit.sum_up(own.choice((1, 5, 1_000))))
        await asyncio.sleep(0)


async def _check(database: Database) -> int:
    """In one snapshot; how many sums there are."""
    async with database.connection() as connection, connection.transaction(isolation="repeatable_read"):
        found = 0
        for span in ("hour", "day"):
            for kept, counted in ((KEPT, COUNTED), (JOURNEYS_KEPT, JOURNEYS_COUNTED)):
                sums = await _rows(connection, kept.format(span=span))
                assert sums == await _rows(connection, counted.format(span=span))
                found += len(sums)
        return found


async def _all_added(database: Database) -> bool:
    async with database.connection() as connection:
        query = "SELECT NOT EXISTS (SELECT FROM fact_change) AND NOT EXISTS (SELECT FROM journey_change)"
        return bool(await connection.fetchval(query))


async def _rows(connection: asyncpg.Connection, query: str) -> list[str]:
    return sorted(str(tuple(row)) for row in await connection.fetch(query))


def _messages(chance: random.Random) -> list[bytes]:
    """Visits with waits that no binary fraction is exactly, of customers who are merged, corrected and erased; late."""
    types = ("store.visited", "order.placed", "order.fulfilled", "page.viewed")
    said = [
        attached(
            chance.choice(types),
            anchor=(customer := chance.randint(1, 5)),
            profile=customer,
            hours=round(chance.uniform(0, 60), 2),
            id_=str(number),
            sentiment=chance.choice((None, 0.1, -0.3)),
            queue=chance.choice((None, "desk")),
            measures={"wait_seconds": chance.randint(0, 999) / 10, "handle_seconds": chance.randint(0, 99) / 7},
        )
        for number in range(60)
    ]
    said += [moved((2, 1, 2, 2)), moved((3, 4, 2, 3)), erased((5, 3), profiles=(5,))]
    said += [withdrawn(str(number), 4) for number in (7, 11)]
    said += [attached("order.placed", hours=3, id_=str(number), placed=2) for number in (20, 21)]
    chance.shuffle(said)
    return said

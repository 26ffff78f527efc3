"""The short cut to a large journey store: figures over copies are those of the sample, so many times."""

from services.journey.consume import JourneyHandler
from services.journey.domain.measures.catalogue import Measure
from services.journey.postgres import PostgresStore
from services.journey.registry import shipped
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.journey.window import Window
from services.runtime.clock import SystemClock
from services.runtime.database import Database
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.bench.journey_replica import TABLES, replicate
from tests.bench.journey_step import handle_all, prepare, said_of
from tests.bench.profile_runner import NoProducer
from tests.bench.traffic import Traffic
from tests.support.postgres import PostgresServer

CUSTOMERS = 20
COPIES = 3
TIMES = COPIES + 1
EVER = Window()


async def test_copies_count_as_the_sample_does(postgres_server: PostgresServer) -> None:
    traffic = Traffic(CUSTOMERS, "copied")
    introductions = [event.body for event in traffic.introductions()]
    before, after = await said_of(postgres_server, introductions, traffic.history(5 * CUSTOMERS, 600.0))
    async with postgres_server.fresh_database(await postgres_server.template("bench_journey", prepare)) as url:
        database = Database(Settings(database_url=url), SCHEMA)
        await database.open()
        store, step = PostgresStore(database, Outbox(database, NoProducer())), JourneyStep(SystemClock().now)
        for definition in shipped():
            await store.accept(definition.what)
        await handle_all(JourneyHandler(store, step), [*before, *after])
        assert await store.run(lambda unit: step.measure(unit, CUSTOMERS)) == CUSTOMERS
        sample, rows = await _told(store), await _rows(database)
        assert all(rows[table] for table in TABLES)
        told = list[int]()
        await replicate(database, COPIES, told.append)
        assert await _rows(database) == {table: TIMES * count for table, count in rows.items()}
        assert sum(told) == COPIES * sum(rows.values())
        assert await _told(store) == {what: TIMES * count for what, count in sample.items()}
        await store.run(lambda unit: unit.sum_up(1_000_000))
        assert await _told(store) == {what: TIMES * count for what, count in sample.items()}
        await database.close()


async def _rows(database: Database) -> dict[str, int]:
    async with database.connection() as connection:
        return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


async def _told(store: PostgresStore) -> dict[tuple[str, ...], float]:
    """What is asked of a map, by what it is about."""
    now, told = SystemClock().now(), dict[tuple[str, ...], float]()
    for definition in shipped():
        what, key = definition.what, definition.key
        for part in await store.funnel(what, EVER, now):
            told |= {(key, "funnel", part.stage, name): count for name, count in zip("erln", part[1:], strict=True)}
        for cell in await store.reading.cells(key, EVER):
            told[key, "cell", cell.stage, cell.touchpoint, cell.channel or ""] = cell.interactions
        for pain in await store.reading.pain_counts(key, EVER):
            told |= {(key, "pain", *pain[:2], "times"): pain.times, (key, "pain", *pain[:2]): pain.customers}
        for link in await store.flow(what, EVER, now):
            told[key, "flow", str(link.from_stage), str(link.to)] = link.times
        for figure in await store.reading.figures(key, EVER, None):
            told[key, "figure", str(figure.measure)] = figure.facts
    assert {what[-1] for what in told if what[1] == "figure"} <= set(Measure)
    return told

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import chain

import pytest

from services.journey.domain.definition import load_definition
from services.journey.domain.fold import fold
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.figures import Dimension, figures
from services.journey.domain.measures.measured import measured
from services.journey.measures.measuring import measuring, pause
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.timers import telling_time
from services.journey.window import Window
from services.journey.worker import folding_anew
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.contracts.journey_actions import Acting, JourneyActionsContract
from tests.contracts.journey_alerts import Alerting, JourneyAlertsContract
from tests.contracts.journey_counted import JourneyCountedContract
from tests.contracts.journey_joining import JourneyJoiningContract
from tests.contracts.journey_maps import JourneyMapsContract
from tests.contracts.journey_measures import JourneyMeasuresContract
from tests.contracts.journey_plans import JourneyPlansContract
from tests.contracts.journey_profiles import JourneyProfilesContract
from tests.contracts.journey_rebuild import JourneyRebuildContract, Rebuilding
from tests.contracts.journey_records import JourneyRecordsContract
from tests.contracts.journey_segments import JourneySegmentsContract
from tests.contracts.journey_store import NEWER, OTHER, History, JourneyStoreContract, Stores
from tests.contracts.journey_time import WAITS, JourneyTimeContract, Timed
from tests.contracts.journey_traits import JourneyTraitsContract
from tests.contracts.journey_versions import JourneyVersionsContract
from tests.journey.feed import attached, erased, everything, profile_id
from tests.journey.timelines import rounds
from tests.support.eventually import eventually


class TestPostgresStore(
    JourneyStoreContract,
    JourneyJoiningContract,
    JourneyMeasuresContract,
    JourneyProfilesContract,
    JourneyPlansContract,
    JourneyMapsContract,
    JourneyCountedContract,
    JourneyVersionsContract,
    JourneySegmentsContract,
):
    @pytest.fixture
    async def stores(self, settings: Settings) -> AsyncIterator[Stores]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        store = PostgresStore(database, Outbox(database, await log.producer()))
        await store.accept(rounds().what)
        yield Stores(store, log)
        await database.close()


class TestPostgresTraits(JourneyTraitsContract):
    @pytest.fixture
    async def stores(self, settings: Settings) -> AsyncIterator[Stores]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        store = PostgresStore(database, Outbox(database, await log.producer()))
        await store.accept(rounds().what)
        yield Stores(store, log)
        await database.close()


class TestPostgresRebuild(JourneyRebuildContract):
    @pytest.fixture
    async def rebuilding(self, settings: Settings) -> AsyncIterator[Rebuilding]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        store = PostgresStore(database, Outbox(database, await log.producer()))
        await store.accept(rounds().what)
        rebuilding = Rebuilding(store, log)

        async def damage() -> None:
            async with database.connection() as connection:
                await connection.execute("DELETE FROM journey; DELETE FROM fact; UPDATE pain SET weight = 9")

        async def lose() -> None:
            async with database.connection() as connection:
                await connection.execute("DELETE FROM interaction WHERE number % 2 = 0")

        rebuilding.damage, rebuilding.lose = damage, lose
        yield rebuilding
        await database.close()


class TestPostgresTime(JourneyTimeContract):
    @pytest.fixture
    async def timed(self, settings: Settings) -> AsyncIterator[Timed]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        store = PostgresStore(database, Outbox(database, await log.producer()))
        await store.accept(load_definition(WAITS).what)
        yield Timed(store, log)
        await database.close()


class TestPostgresActions(JourneyActionsContract):
    @pytest.fixture
    async def acting(self, settings: Settings) -> AsyncIterator[Acting]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        yield Acting(PostgresStore(database, Outbox(database, await log.producer())), log)
        await database.close()


class TestPostgresRecords(JourneyRecordsContract):
    @pytest.fixture
    async def acting(self, settings: Settings) -> AsyncIterator[Acting]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        yield Acting(PostgresStore(database, Outbox(database, await log.producer())), log)
        await database.close()


class TestPostgresAlerts(JourneyAlertsContract):
    @pytest.fixture
    async def alerting(self, settings: Settings) -> AsyncIterator[Alerting]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        yield Alerting(PostgresStore(database, Outbox(database, await log.producer())), log)
        await database.close()


@pytest.mark.parametrize("seed", range(2))
async def test_workers_side_by_side_end_the_same(settings: Settings, seed: int) -> None:
    """Four workers, each with a share of the messages in any order, on the same customers at the same time."""
    chance, log = random.Random(seed), MemoryLog()
    database = Database(settings, SCHEMA)
    await database.open()
    producer = await log.producer()
    workers = [Stores(PostgresStore(database, Outbox(database, producer)), log) for _ in range(4)]
    await workers[0].store.accept(rounds().what)
    history = History(chance)
    messages = history.messages()
    chance.shuffle(messages)
    shares = [[messages[place::4][start : start + 3] for start in range(0, len(messages), 3)] for place in range(4)]
    feeding = asyncio.gather(*(worker.feed(*share) for worker, share in zip(workers, shares, strict=True)))
    while not feeding.done():
        await workers[0].store.run(lambda unit: workers[0].step.measure(unit, 1))
    await feeding
    await workers[0].measure()
    facts = {
        profile_id(profile): measured(timeline, [(rounds(), fold(rounds(), None, timeline))])
        for profile, timeline in history.timelines().items()
    }
    for by in Dimension:
        expected = figures(chain(*facts.values()), by)
        assert await workers[0].store.reading.figures("rounds", Window(), by) == expected
    for profile, expected in history.expected().items():
        assert await workers[0].steps(profile) == [(step.from_stage, step.to) for step in expected]
    assert len(await workers[0].replay()) == sum(map(len, history.expected().values()))
    await database.close()


async def test_several_workers_tell_each_lapse_once(settings: Settings) -> None:
    log, database = MemoryLog(), Database(settings, SCHEMA)
    await database.open()
    producer = await log.producer()
    workers = [Timed(PostgresStore(database, Outbox(database, producer)), log) for _ in range(4)]
    await workers[0].store.accept(load_definition(WAITS).what)
    await workers[0].feed([attached("store.visited", anchor=n, profile=n, id_=str(n)) for n in range(1, 61)])
    await asyncio.gather(*(worker.until(20, limit=3) for worker in workers))
    told = [event["type"] for event in await everything(log)]
    assert [told.count(f"journey.{kind}") for kind in ("overdue", "stalled", "abandoned")] == [60, 60, 60]
    await database.close()


async def test_what_comes_due_is_told_beside_other_work(settings: Settings) -> None:
    log, database = MemoryLog(), Database(settings, SCHEMA)
    await database.open()
    timed = Timed(PostgresStore(database, Outbox(database, await log.producer())), log)
    await timed.store.accept(load_definition(WAITS).what)
    await timed.feed([attached("store.visited")])
    behind = [False, True]  # popped from the end: at first there is a backlog

    async def caught_up() -> bool:
        return not behind.pop()

    async with telling_time(timed.store, timed.step, caught_up, every_seconds=0.01):
        timed.hours = 4
        await eventually(lambda: _told(timed))
    assert await timed.told() == [("overdue", "one", 0, 2), ("stalled", "one", 0, 3)]
    assert behind == []
    await database.close()


async def _told(timed: Timed) -> bool:
    return len(await timed.told()) == 2


async def test_profiles_are_folded_anew_beside_other_work(settings: Settings) -> None:
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    stores = Stores(PostgresStore(database, Outbox(database, await log.producer())), log)
    await stores.store.accept(rounds().what)
    await stores.feed([attached("store.visited"), attached("order.cancelled", hours=1)])
    async with folding_anew(stores.store, stores.step, every_seconds=0.01):
        await stores.store.accept(load_definition(NEWER).what)
        await eventually(lambda: _walked(stores))
    await database.close()


async def _walked(stores: Stores) -> bool:
    return await stores.steps(1) == [(None, "one"), ("one", "two")]


async def test_measuring_goes_on_while_the_step_is_busy(settings: Settings) -> None:
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    stores = Stores(PostgresStore(database, Outbox(database, await log.producer())), log)
    await stores.store.accept(rounds().what)
    await stores.feed([attached("store.visited", measures={"wait_seconds": 5.0})])
    asked = asyncio.Event()

    def busy() -> bool:
        asked.set()
        return True

    async with measuring(stores.store, stores.step, busy, every_seconds=0.01):
        await eventually(lambda: _has_waited(stores))
        await asked.wait()
    await database.close()


@pytest.mark.parametrize(("busy", "seconds"), [(True, 0.9), (False, 0)])
def test_measuring_takes_a_tenth_of_the_time_of_a_busy_step(busy: bool, seconds: float) -> None:
    assert pause(0.1, busy=busy) == pytest.approx(seconds)


async def _has_waited(stores: Stores) -> bool:
    figures_now = await stores.store.reading.figures("rounds", Window(), None)
    assert [one.total for one in figures_now if one.measure is Measure.WAIT] == [5.0]
    return True


async def test_journeys_of_a_definition_that_only_a_newer_kesher_understands_stay_as_they_are(
    settings: Settings,
) -> None:
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    producer = await log.producer()
    newer = Stores(PostgresStore(database, Outbox(database, producer)), log)
    await newer.store.accept(rounds().what)
    await newer.store.accept(load_definition(OTHER).what)
    await newer.feed([attached("store.visited", anchor=n, profile=n, id_=str(n)) for n in (1, 2)])
    await newer.feed([attached("order.cancelled", hours=1)])
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO definition (key, version, body) SELECT key, 3, replace(body, 'stages', 'steps')"
            " FROM definition WHERE key = 'rounds'"
        )
    older = Stores(PostgresStore(database, Outbox(database, producer)), log)
    before = await newer.steps(1)
    await older.feed([attached("order.cancelled", hours=2, id_="more")])  # folds the profile anew
    await older.sweep()
    assert (await older.store.registry()).unread == {"rounds"}
    assert await older.steps(1) == before
    assert [event for event in await everything(log) if event["data"]["corrects"]] == []
    await older.feed([erased((2, 9), profiles=(2,))])
    assert await older.steps(2) == []
    async with database.connection() as connection:
        left = await connection.fetchval("SELECT count(*) FROM journey WHERE profile = $1", profile_id(2))
        await connection.execute("DELETE FROM definition WHERE version = 3")
    assert left == 0
    await database.close()

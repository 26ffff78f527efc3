import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from services.journey.domain.definition import load_definition
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.worker import folding_anew
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.contracts.journey_measures import JourneyMeasuresContract
from tests.contracts.journey_store import NEWER, History, JourneyStoreContract, Stores
from tests.journey.feed import attached
from tests.journey.timelines import rounds
from tests.support.eventually import eventually


class TestPostgresStore(JourneyStoreContract, JourneyMeasuresContract):
    @pytest.fixture
    async def stores(self, settings: Settings) -> AsyncIterator[Stores]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        store = PostgresStore(database, Outbox(database, await log.producer()))
        await store.accept(rounds().what)
        yield Stores(store, log)
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
    await asyncio.gather(*(worker.feed(*share) for worker, share in zip(workers, shares, strict=True)))
    for profile, expected in history.expected().items():
        assert await workers[0].steps(profile) == [(step.from_stage, step.to) for step in expected]
    assert len(await workers[0].replay()) == sum(map(len, history.expected().values()))
    await database.close()


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

from collections.abc import AsyncIterator

import pytest

from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.contracts.journey_store import JourneyStoreContract, Stores
from tests.journey.timelines import rounds


class TestPostgresStore(JourneyStoreContract):
    @pytest.fixture
    async def stores(self, settings: Settings) -> AsyncIterator[Stores]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        store = PostgresStore(database, Outbox(database, await log.producer()))
        await store.accept(rounds().what)
        yield Stores(store, log)
        await database.close()

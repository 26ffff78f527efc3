from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA, VERSIONS
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.contracts.journey_store import JourneyStoreContract, Stores
from tests.journey.timelines import rounds
from tests.support.postgres import PostgresServer


@pytest.fixture
async def settings(postgres_server: PostgresServer) -> AsyncIterator[Settings]:
    async def prepare(url: str) -> None:
        await migrate(Settings(database_url=SecretStr(url)), SCHEMA, VERSIONS)

    template = await postgres_server.template("journey", prepare)
    async with postgres_server.fresh_database(template) as url:
        yield Settings(database_url=SecretStr(url))


class TestPostgresStore(JourneyStoreContract):
    @pytest.fixture
    async def stores(self, settings: Settings) -> AsyncIterator[Stores]:
        database, log = Database(settings, SCHEMA), MemoryLog()
        await database.open()
        store = PostgresStore(database, Outbox(database, await log.producer()))
        await store.accept(rounds().what)
        yield Stores(store, log)
        await database.close()

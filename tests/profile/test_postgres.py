from collections.abc import AsyncIterator

import pytest

from tests.contracts.profile_store import ProfileStoreContract
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import Recorder
from tests.support.postgres import PostgresServer


class TestPostgresStore(ProfileStoreContract):
    @pytest.fixture
    async def kept(self, postgres_server: PostgresServer) -> AsyncIterator[KeptInPostgres]:
        template = await migrated(postgres_server)
        async with postgres_server.fresh_database(template) as url, opened(url, Recorder()) as kept:
            yield kept

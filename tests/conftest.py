"""Servers that tests ask for by name; each starts once a session and only when asked for."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from tests.support.broker import BrokerServer
from tests.support.in_memory import in_memory
from tests.support.kafka import KafkaServer, require_kafka
from tests.support.postgres import PostgresServer

POSTGRES_BYTES = 4 << 30
FOLDERS_BYTES = 8 << 30
"""Far more than they take."""

LONGEST = (
    "runtime/test_kafka_log.py",
    "journey/test_postgres.py",
    "journey/oracle/test_shop_service.py",
    "journey/oracle/test_bank_service.py",
    "profile/test_concurrent_histories.py",
    "profile/test_histories.py",
    "profile/decisions/test_decide.py",
    "profile/erasure/test_erase.py",
    "crash/test_workers.py",
)
"""They begin first: a worker that began one of them last would keep the others waiting."""

pytest_plugins = ["tests.support.whole"]

# No deadlines: the machine is shared. `--hypothesis-profile=long` looks ten times as hard.
settings.register_profile("ci", deadline=None, max_examples=100, print_blob=True)
settings.register_profile("long", settings.get_profile("ci"), max_examples=1_000)
settings.load_profile("ci")


def pytest_configure() -> None:
    """Folders of tests lie in memory where there is room: databases and logs write and sync all the time."""
    if folder := in_memory(FOLDERS_BYTES):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONGEST))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    # Not under pytest's own folder: a second session closes that one to PostgreSQL's user while it runs.
    with TemporaryDirectory(prefix="kesher-postgres-", dir=in_memory(POSTGRES_BYTES)) as folder:
        server = PostgresServer(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
async def database_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    async with postgres_server.fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[BrokerServer]:
    server = BrokerServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    require_kafka()
    server = KafkaServer(tmp_path_factory.mktemp("kafka"))
    server.start()
    yield server
    server.stop()

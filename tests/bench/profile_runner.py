"""The profile step on PostgreSQL without a log: what `kesher work profile` does with a batch, in this process."""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import uvloop

from schemas.topics import INTERACTIONS
from services.profile.consume import BATCHES_AT_ONCE, ProfileHandler
from services.profile.crowded import Crowded
from services.profile.domain.policy import IdentityPolicy
from services.profile.postgres_store import PostgresStore
from services.profile.step import ProfileStep
from services.profile.worker import SCHEMA, VERSIONS
from services.runtime.clock import SystemClock, new_id
from services.runtime.database import BY_INDEX, Database
from services.runtime.garbage import BATCHES, settle_garbage_collector
from services.runtime.kafka_log import KafkaLog
from services.runtime.log import Message, Producer, Record
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from services.runtime.threads import settle_threads
from tests.bench.machine import cpu_seconds
from tests.support.backlog import work_off

BATCH = 4_000
READ_AT_ONCE = Settings().batch_records

T = TypeVar("T")


class NoProducer:
    """A log that takes no time."""

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Forgets them."""

    async def close(self) -> None:
        """Nothing to let go of."""


async def prepare(url: str) -> None:
    """Makes the tables."""
    await migrate(Settings(database_url=url), SCHEMA, VERSIONS)


@asynccontextmanager
async def profile_database(url: str) -> AsyncIterator[Database]:
    """A pool on the profile schema."""
    database = Database(Settings(database_url=url), SCHEMA, planned=BY_INDEX)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def producer(bootstrap_servers: str | None) -> AsyncIterator[Producer]:
    """A real one on a broker, else one that takes no time."""
    if bootstrap_servers is None:
        yield NoProducer()
        return
    log = KafkaLog(Settings(kafka_bootstrap_servers=bootstrap_servers, kafka_idempotent=False))
    await log.ensure_topics()
    made = await log.producer()
    try:
        yield made
    finally:
        await made.close()


def handler(database: Database, to: Producer, crowded: Crowded | None = None) -> ProfileHandler:
    """What the worker's consumer loop calls."""
    step = ProfileStep(IdentityPolicy(), new_id, SystemClock().now)
    return ProfileHandler(PostgresStore(database, Outbox(database, to)), step, crowded)


def on_log(values: Sequence[bytes]) -> list[Record]:
    """Interactions as records, on the partitions that a customer's key puts them on."""
    partitions = INTERACTIONS.partitions
    return [
        Record(INTERACTIONS.name, zlib.crc32(_first_identifier(value)) % partitions, place, None, value)
        for place, value in enumerate(values)
    ]


def _first_identifier(value: bytes) -> bytes:
    identifiers = json.loads(value)["data"].get("identifiers") or [{}]
    return str(identifiers[0].get("value")).encode()


async def handle_all(handling: ProfileHandler, records: Sequence[Record]) -> None:
    """Interactions through the whole step, in batches as the worker reads them."""
    await work_off(handling, records, batch_records=READ_AT_ONCE, at_once=BATCHES_AT_ONCE)


async def timed(handling: ProfileHandler, records: Sequence[Record]) -> float:
    """Seconds from when one batch is handed over to when it is committed. Raises AssertionError if it refused one."""
    began = time.perf_counter()
    refusals = await handling.handle(records)
    taken = time.perf_counter() - began
    assert not refusals, refusals
    return taken


async def tend(database: Database) -> None:
    """Does what autovacuum would soon do by itself, and a checkpoint: what was loaded is written before it counts."""
    async with database.connection() as connection:
        for (table,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1", SCHEMA):
            await connection.execute(f'VACUUM ANALYZE "{table}"')
        await connection.execute("CHECKPOINT")


@dataclass(slots=True)
class Spent:
    """What a number of interactions took: time, and processor time of this process and the database."""

    interactions: int
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, more: "Spent") -> None:
        """Adds what some of the interactions took."""
        self.seconds += more.seconds
        self.cpu_seconds += more.cpu_seconds

    @property
    def per_second(self) -> float:
        return self.interactions / self.seconds

    @property
    def per_cpu_second(self) -> float:
        return self.interactions / self.cpu_seconds


@contextmanager
def spending(interactions: int, database_pid: int) -> Iterator[Spent]:
    """Filled in when the block has dealt with so many interactions."""
    spent = Spent(interactions)
    began, cpu = time.perf_counter(), time.process_time() + cpu_seconds(database_pid)
    yield spent
    spent.seconds = time.perf_counter() - began
    spent.cpu_seconds = time.process_time() + cpu_seconds(database_pid) - cpu


def run(work: Callable[[], Awaitable[T]]) -> T:
    """The result of `work` on an event loop, with a garbage collector and threads like the worker's."""

    async def main() -> T:
        return await work()

    settle_garbage_collector(BATCHES)
    settle_threads()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())

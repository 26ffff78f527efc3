"""How late a journey is told to be overdue while a million others wait, and how fast a crowd that is due at once is."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from services.journey.domain.definition import load_definition
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA, VERSIONS
from services.journey.step import JourneyStep
from services.journey.timers import telling_time
from services.runtime.clock import SystemClock
from services.runtime.database import BY_INDEX, Database
from services.runtime.log import Message
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.bench.figures import latency
from tests.bench.options import Options
from tests.bench.profile_runner import NoProducer, run
from tests.bench.report import Row, Target
from tests.bench.servers import DurablePostgres, postgres
from tests.support.eventually import eventually

NAME = "timers"
PENDING = 1_000_000
ONE_BY_ONE = 200
EVERY_SECONDS = 0.05
AT_ONCE = 20_000
AIM_MS = 2_000
PATIENCE_SECONDS = 300.0
DEFINITION = """
key: waiting
version: 1
title: {en: Waiting}
stages:
  - {key: waits, when: 'i.type == "claim.approved"', expected: P30D}
"""
WAITING = """
WITH made AS (
    INSERT INTO profile (id, time, source, interaction, registry)
    SELECT gen_random_uuid(), now(), '/bench/main', n::text, $2 FROM generate_series(1, $1::integer) AS n
    RETURNING id, interaction::integer AS n
)
INSERT INTO journey (profile, definition, number, version, opened_at, stage, entered_at, touched_at, status,
    touchpoints, visits, pain_points, effort, due)
SELECT id, 'waiting', 1, 1, entered, 'waits', entered, entered, 'active', 1, '{"waits": 1}', '{}', 0,
    entered + interval '30 days'
FROM made CROSS JOIN LATERAL (
    SELECT now() - interval '30 days' + make_interval(secs => $3::float + $4::float * n) AS entered
) AS begun
"""


def bench(options: Options) -> Iterator[Row]:
    pending = options.size(PENDING, 1_000)
    with postgres(options.folder / "timers") as server:
        yield run(lambda: _one_by_one(server, pending))
        yield run(lambda: _at_once(server, pending, options.size(AT_ONCE, 200)))


@dataclass
class _Late(NoProducer):
    """Notes for each event how long after its moment it left, in seconds."""

    seconds: list[float] = field(default_factory=list)

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """As it leaves."""
        now = SystemClock().now()
        moments = (datetime.fromisoformat(json.loads(message.value)["data"]["at"]) for message in messages)
        self.seconds += [(now - moment).total_seconds() for moment in moments]


async def _one_by_one(server: DurablePostgres, pending: int) -> Row:
    """Due one after the other, while the others are due in the next weeks."""
    async with _waiting(server, pending) as (database, revision):
        await _wait_on(database, ONE_BY_ONE, revision, 1.0, EVERY_SECONDS)
        told = await _told(database, ONE_BY_ONE)
    return Row(
        bench=NAME,
        case=f"{pending:,} pending, one due each {EVERY_SECONDS * 1000:.0f} ms: lateness",
        latency=latency(told),
        targets=(Target("max", "<", AIM_MS),),
        note="from its moment until its event leaves, one worker",
    )


async def _at_once(server: DurablePostgres, pending: int, crowd: int) -> Row:
    async with _waiting(server, pending) as (database, revision):
        await _wait_on(database, crowd, revision, -1.0, 0.0)
        began = perf_counter()
        await _told(database, crowd)
        seconds = perf_counter() - began
    return Row(bench=NAME, case=f"{pending:,} pending, {crowd:,} due at once", per_second=crowd / seconds)


@asynccontextmanager
async def _waiting(server: DurablePostgres, pending: int) -> AsyncIterator[tuple[Database, int]]:
    """A database with so many journeys due in one to thirty days, and the revision of its definitions."""
    async with server.fresh_database() as url:
        settings = Settings(database_url=url)
        await migrate(settings, SCHEMA, VERSIONS)
        database = Database(settings, SCHEMA, planned=BY_INDEX)
        await database.open()
        store = PostgresStore(database)
        await store.accept(load_definition(DEFINITION).what)
        revision = (await store.registry()).revision
        await _wait_on(database, pending, revision, 86_400.0, 29 * 86_400.0 / pending)
        async with database.connection() as connection:
            await connection.execute("ANALYZE")
        yield database, revision
        await database.close()


async def _wait_on(database: Database, count: int, revision: int, first: float, every: float) -> None:
    async with database.connection() as connection:
        await connection.execute(WAITING, count, revision, first, every)


async def _told(database: Database, count: int) -> list[float]:
    """How late each of so many was told."""
    late, clock = _Late(), SystemClock()
    store = PostgresStore(database, Outbox(database, late))

    async def caught_up() -> bool:
        return True

    async with telling_time(store, JourneyStep(clock.now), caught_up):
        await eventually(lambda: len(late.seconds) >= count, PATIENCE_SECONDS)
    return late.seconds

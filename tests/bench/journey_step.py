"""The journey step beside its floor: decoding the same interactions and copying them into one table, no more."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from statistics import median

from schemas.journey_definition import JourneyDefinition
from schemas.topics import PROFILES
from services.journey.consume import BATCHES_AT_ONCE, JourneyHandler
from services.journey.memory_store import MemoryStore
from services.journey.postgres import PostgresStore
from services.journey.registry import shipped
from services.journey.schema import SCHEMA, VERSIONS
from services.journey.step import JourneyStep
from services.journey.store import Store
from services.journey.wire import decode
from services.runtime.clock import SystemClock
from services.runtime.database import BY_INDEX, Database
from services.runtime.log import Message, Record
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.bench import profile_runner
from tests.bench.figures import Beside, in_turns
from tests.bench.options import Options
from tests.bench.profile_runner import BATCH, READ_AT_ONCE, NoProducer, Spent, run, spending
from tests.bench.report import Row, Target
from tests.bench.servers import DurablePostgres, postgres
from tests.bench.ten_journeys import ten_journeys
from tests.bench.traffic import Traffic
from tests.support.backlog import work_off

NAME = "journey"
INTERACTIONS = 60_000
IN_MEMORY = 8_000
CUSTOMERS = 20_000
TEMPLATE = "bench_journey"
AIM_PER_SECOND = 12_000
FLOOR_TABLE = """
CREATE SCHEMA floor;
CREATE TABLE floor.bare (
    source text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    anchor bigint NOT NULL,
    time timestamptz NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (source, id)
);
CREATE INDEX ON floor.bare (anchor)
"""
"""A yardstick of its own, so that a change of the service's tables does not change what it is measured against."""


def bench(options: Options) -> Iterator[Row]:
    count = options.size(INTERACTIONS, 2 * BATCH)
    two, ten = [definition.what for definition in shipped()], ten_journeys()
    with postgres(options.folder / "journey") as server:
        mixed = _Measured(server, *_said(server, options, count, steps=False))
        yield from _beside("shipped definitions", mixed, two, options.rounds)
        aims = (Target("per_second", ">=", AIM_PER_SECOND),)
        yield from _beside("10 definitions of 8 stages", mixed, ten, options.rounds, aims)
        few = _Measured(server, mixed.warm_up, mixed.messages[:IN_MEMORY])
        yield few.row("10 definitions, in memory", [run(lambda: few.in_memory(ten)) for _ in range(options.rounds)])
        busy = _Measured(server, *_said(server, options, count, steps=True))
        yield from _beside("shipped definitions, nearly every interaction a step", busy, two, options.rounds)


def _said(
    server: DurablePostgres, options: Options, count: int, *, steps: bool
) -> tuple[Sequence[Message], Sequence[Message]]:
    """What the profile service says of customers' introductions, and of so many interactions after them."""
    traffic = Traffic(options.size(CUSTOMERS, 100), "h")
    before = [event.body for event in traffic.introductions()]
    after = [e.body for e in traffic.steps([60 + 0.01 * n for n in range(count)])] if steps else traffic.history(count)
    return run(lambda: said_of(server, before, after))


async def said_of(
    server: DurablePostgres, before: Sequence[bytes], after: Sequence[bytes]
) -> tuple[Sequence[Message], Sequence[Message]]:
    """What the profile step says of these interactions, first and then."""
    template = await server.template("bench_profile", profile_runner.prepare)
    async with server.fresh_database(template) as url, profile_runner.profile_database(url) as database:
        told = _Kept(), _Kept()
        for kept, values in zip(told, (before, after), strict=True):
            await profile_runner.handle_all(profile_runner.handler(database, kept), profile_runner.on_log(values))
        return told[0].messages, told[1].messages


class _Kept(NoProducer):
    """Remembers what is sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """In the order of sending."""
        self.messages += messages


class _Measured:
    """Floor and step on the same messages, each time in a fresh database; remembers every pass of the floor."""

    def __init__(self, server: DurablePostgres, warm_up: Sequence[Message], messages: Sequence[Message]) -> None:
        self._server = server
        self.warm_up = warm_up
        self.messages = messages
        self.floors: list[Spent] = []

    def floor(self) -> float:
        """Interactions per second."""
        self.floors.append(run(self._floor))
        return self.floors[-1].per_second

    async def _floor(self) -> Spent:
        async with self._database() as database:
            async with database.connection() as connection:
                await connection.execute(FLOOR_TABLE)
            with spending(len(self.messages), self._server.pid) as spent:
                for start in range(0, len(self.messages), BATCH):
                    await _copy(database, self.messages[start : start + BATCH])
            return spent

    async def step(self, definitions: Sequence[JourneyDefinition]) -> Spent:
        """The whole step on PostgreSQL."""
        async with self._database() as database:
            return await self._pass(PostgresStore(database, Outbox(database, NoProducer())), definitions)

    async def in_memory(self, definitions: Sequence[JourneyDefinition]) -> Spent:
        """The whole step on tables in memory."""
        return await self._pass(MemoryStore(NoProducer()), definitions)

    async def _pass(self, store: Store, definitions: Sequence[JourneyDefinition]) -> Spent:
        for definition in definitions:
            await store.accept(definition)
        handler = JourneyHandler(store, JourneyStep(SystemClock().now))
        await handle_all(handler, self.warm_up)
        with spending(len(self.messages), self._server.pid) as spent:
            await handle_all(handler, self.messages)
        return spent

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        template = await self._server.template(TEMPLATE, prepare)
        async with self._server.fresh_database(template) as url:
            database = Database(Settings(database_url=url), SCHEMA, planned=BY_INDEX)
            await database.open()
            try:
                yield database
            finally:
                await database.close()

    def row(self, case: str, passes: Sequence[Spent], note: str = "") -> Row:
        """What passes over these messages took."""
        rates = [spent.per_second for spent in passes]
        return Row(
            bench=NAME,
            case=case,
            per_second=median(rates),
            per_cpu_second=median(spent.per_cpu_second for spent in passes),
            rounds={"per_second": rates},
            note=note,
        )


def _beside(
    case: str,
    measured: _Measured,
    definitions: Sequence[JourneyDefinition],
    rounds: int,
    aims: Sequence[Target] = (),
) -> Iterator[Row]:
    passes: list[Spent] = []
    measured.floors.clear()

    def step() -> float:
        passes.append(run(lambda: measured.step(definitions)))
        return passes[-1].per_second

    beside: Beside = in_turns(rounds, measured.floor, step)
    yield measured.row(f"{case}: floor", measured.floors, "decode and COPY")
    yield replace(
        measured.row(case, passes, f"{len(measured.messages):,} messages, read {READ_AT_ONCE:,} at once, one process"),
        ratio=beside.ratio,
        rounds={"floor": beside.floor, "step": beside.step},
        targets=aims,
    )


async def prepare(url: str) -> None:
    """Makes the tables."""
    await migrate(Settings(database_url=url), SCHEMA, VERSIONS)


async def handle_all(handler: JourneyHandler, messages: Sequence[Message]) -> None:
    """Messages through the whole step, in batches as the worker reads them."""
    records = [Record(PROFILES.name, 0, place, *message) for place, message in enumerate(messages)]
    await work_off(handler, records, batch_records=READ_AT_ONCE, at_once=BATCHES_AT_ONCE)


async def _copy(database: Database, messages: Sequence[Message]) -> None:
    told = (decode(message.value) for message in messages)
    new = [incoming.told[0] for incoming in told if incoming and incoming.told]
    rows = [(one.source, one.id, one.anchor, one.time, one.type, one.body) for one in new]
    async with database.transaction() as connection:
        await connection.copy_records_to_table("bare", schema_name="floor", records=rows)

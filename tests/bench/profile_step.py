"""The profile step beside its floor: decoding the same interactions and copying them into one table, no more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from services.profile.wire import Incoming, decode
from services.runtime.database import Database
from tests.bench.figures import Beside, in_turns
from tests.bench.options import Options
from tests.bench.profile_runner import (
    BATCH,
    READ_AT_ONCE,
    Spent,
    handle_all,
    handler,
    on_log,
    prepare,
    producer,
    profile_database,
    run,
    spending,
)
from tests.bench.report import Row, Target
from tests.bench.servers import DurablePostgres, broker, postgres
from tests.bench.traffic import Traffic

NAME = "profile"
INTERACTIONS = 100_000
WARM_UP = 500
CUSTOMERS = 20_000
TEMPLATE = "bench_profile"
AIM_PER_SECOND = 12_000
AIM_RATIO = 0.25
PASSES = 3
"""In each round: the ratio is near its aim, and one pass says it to a tenth only."""
FLOOR_TABLE = """
CREATE SCHEMA floor;
CREATE TABLE floor.bare (
    id bigint PRIMARY KEY,
    source text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    anchor bigint,
    identifiers bigint[] NOT NULL,
    time timestamptz NOT NULL,
    channel text NOT NULL,
    conversation text,
    outcome text NOT NULL,
    digest bytea NOT NULL,
    body bytea NOT NULL,
    UNIQUE (source, event_id)
);
CREATE INDEX ON floor.bare (anchor, time DESC, id DESC)
"""
"""A yardstick of its own, so that a change of the service's tables does not change what it is measured against."""


def bench(options: Options) -> Iterator[Row]:
    traffic = Traffic(options.size(CUSTOMERS, 100), "h")
    warm_up, values = traffic.history(WARM_UP), traffic.history(options.size(INTERACTIONS, 2 * BATCH))
    with postgres(options.folder / "profile") as server:
        measured = _Measured(server, warm_up, values)
        beside = in_turns(PASSES * options.rounds, measured.floor, lambda: measured.step(None))
        yield from _rows(measured, beside)
        with broker(options.folder / "profile-broker", kafka=False) as log:
            published = _Measured(server, warm_up, values)
            servers = log["KESHER_KAFKA_BOOTSTRAP_SERVERS"]
            beside = in_turns(max(1, options.rounds // 2), published.floor, lambda: published.step(servers))
        yield _beside("step and publish", published, beside, "the same, its messages sent to the embedded broker")


class _Measured:
    """Floor and step on the same interactions, each time in a fresh database; remembers every pass."""

    def __init__(self, server: DurablePostgres, warm_up: Sequence[bytes], values: Sequence[bytes]) -> None:
        self._server = server
        self._warm_up = warm_up
        self.values = values
        self.floors: list[Spent] = []
        self.steps: list[Spent] = []

    def floor(self) -> float:
        """Interactions per second."""
        self.floors.append(run(self._floor))
        return self.floors[-1].per_second

    def step(self, servers: str | None) -> float:
        """Interactions per second, messages sent to a broker or to nowhere."""
        self.steps.append(run(lambda: self._step(servers)))
        return self.steps[-1].per_second

    async def _floor(self) -> Spent:
        async with self._server.fresh_database() as url, profile_database(url) as database:
            async with database.connection() as connection:
                await connection.execute(FLOOR_TABLE)
            await _copy(database, self._warm_up, 0)
            with spending(len(self.values), self._server.pid) as spent:
                await _copy(database, self.values, WARM_UP)
            return spent

    async def _step(self, servers: str | None) -> Spent:
        template = await self._server.template(TEMPLATE, prepare)
        async with (
            self._server.fresh_database(template) as url,
            profile_database(url) as database,
            producer(servers) as to,
        ):
            handling = handler(database, to)
            await handle_all(handling, on_log(self._warm_up))
            records = on_log(self.values)
            with spending(len(records), self._server.pid) as whole:
                await handle_all(handling, records)
            return whole


async def _copy(database: Database, values: Sequence[bytes], number: int) -> None:
    for start in range(0, len(values), BATCH):
        batch = [decode(value) for value in values[start : start + BATCH]]
        rows = [_row(number + start + place, incoming) for place, incoming in enumerate(batch)]
        async with database.transaction() as connection:
            await connection.copy_records_to_table("bare", schema_name="floor", records=rows)


def _row(number: int, incoming: Incoming) -> tuple[object, ...]:
    envelope, data = incoming.envelope, incoming.data
    return (
        number,
        envelope.source,
        envelope.id,
        None,
        [],
        envelope.time,
        data.channel,
        data.conversation,
        "attached",
        incoming.digest,
        incoming.body,
    )


def _rows(measured: _Measured, beside: Beside) -> Iterator[Row]:
    yield _spent("floor", measured.floors, "decode and COPY")
    aims = (Target("ratio", ">=", AIM_RATIO), Target("per_second", ">=", AIM_PER_SECOND))
    note = f"{len(measured.values):,} interactions, read {READ_AT_ONCE:,} at once, one process"
    yield _beside("whole step", measured, beside, note, aims)


def _beside(case: str, measured: _Measured, beside: Beside, note: str, aims: Sequence[Target] = ()) -> Row:
    return replace(
        _spent(case, measured.steps, note),
        ratio=beside.ratio,
        rounds={"floor": beside.floor, "step": beside.step},
        targets=aims,
    )


def _spent(case: str, passes: Sequence[Spent], note: str) -> Row:
    rates = [spent.per_second for spent in passes]
    return Row(
        bench=NAME,
        case=case,
        per_second=median(rates),
        per_cpu_second=median(spent.per_cpu_second for spent in passes),
        rounds={"per_second": rates},
        note=note,
    )

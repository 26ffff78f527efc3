"""The profile step beside its floor: decoding the same interactions and copying them into one table, no more."""

import time
from collections.abc import Iterator, Sequence
from statistics import median

from services.profile.wire import Incoming, decode
from tests.bench.figures import Beside, in_turns
from tests.bench.options import Options
from tests.bench.profile_runner import BATCH, handle_all, handler, prepare, producer, profile_database, run
from tests.bench.report import Row, Target
from tests.bench.servers import DurablePostgres, broker, postgres
from tests.bench.traffic import Traffic

NAME = "profile"
INTERACTIONS = 100_000
CUSTOMERS = 20_000
TEMPLATE = "bench_profile"
AIM_PER_SECOND = 12_000
AIM_RATIO = 0.25
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
    values = Traffic(options.size(CUSTOMERS, 100), "h").history(options.size(INTERACTIONS, 2 * BATCH))
    with postgres(options.folder / "profile") as server:
        halves: list[tuple[float, float]] = []
        beside = in_turns(options.rounds, lambda: _floor(server, values), lambda: _step(server, values, None, halves))
        yield from _rows(beside, halves, len(values))
        with broker(options.folder / "profile-broker", kafka=False) as log:
            servers = log["KESHER_KAFKA_BOOTSTRAP_SERVERS"]
            published = in_turns(
                max(1, options.rounds // 2),
                lambda: _floor(server, values),
                lambda: _step(server, values, servers, []),
            )
        note = "the same, its messages sent to the embedded broker"
        yield _beside("step and publish", published, note)


def _rows(beside: Beside, halves: Sequence[tuple[float, float]], count: int) -> Iterator[Row]:
    floor = median(beside.floor)
    yield Row(bench=NAME, case="floor", per_second=floor, rounds={"floor": beside.floor}, note="decode and COPY")
    aims = (Target("ratio", ">=", AIM_RATIO), Target("per_second", ">=", AIM_PER_SECOND))
    note = f"{count:,} interactions, batches of {BATCH:,}, one process"
    yield _beside("whole step", beside, note, aims)
    for case, rates, said in (
        ("first half", [first for first, _ in halves], "into an empty database: most customers are new"),
        ("second half", [second for _, second in halves], "customers return"),
    ):
        yield Row(bench=NAME, case=case, per_second=median(rates), rounds={"step": rates}, note=said)


def _beside(case: str, beside: Beside, note: str, aims: Sequence[Target] = ()) -> Row:
    rounds = {"floor": beside.floor, "step": beside.step}
    rate = median(beside.step)
    return Row(bench=NAME, case=case, per_second=rate, ratio=beside.ratio, rounds=rounds, targets=aims, note=note)


def _floor(server: DurablePostgres, values: Sequence[bytes]) -> float:
    async def work() -> float:
        async with server.fresh_database() as url, profile_database(url) as database:
            async with database.connection() as connection:
                await connection.execute(FLOOR_TABLE)
            began = time.perf_counter()
            for start in range(0, len(values), BATCH):
                batch = [decode(value) for value in values[start : start + BATCH]]
                rows = [_row(start + place, incoming) for place, incoming in enumerate(batch)]
                async with database.transaction() as connection:
                    await connection.copy_records_to_table("bare", schema_name="floor", records=rows)
            return len(values) / (time.perf_counter() - began)

    return run(work)


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


def _step(
    server: DurablePostgres, values: Sequence[bytes], servers: str | None, halves: list[tuple[float, float]]
) -> float:
    async def work() -> float:
        template = await server.template(TEMPLATE, prepare)
        middle = len(values) // 2 // BATCH * BATCH or BATCH
        async with (
            server.fresh_database(template) as url,
            profile_database(url) as database,
            producer(servers) as to,
        ):
            handling = handler(database, to)
            first = await handle_all(handling, values[:middle])
            second = await handle_all(handling, values[middle:])
            halves.append((first, second))
            return len(values) / (middle / first + (len(values) - middle) / second)

    return run(work)

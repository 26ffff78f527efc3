"""How much memory `make run` takes: after its start, and after a while of traffic."""

import time
from collections.abc import Iterator

from services.runtime.clock import SystemClock
from services.runtime.embedded.ports import LOOPBACK
from tests.bench.generator import generate, steady
from tests.bench.machine import memory_of, total
from tests.bench.options import Options
from tests.bench.plan import Plan
from tests.bench.report import Row, Target
from tests.bench.requests import events_in_batches
from tests.bench.servers import Access, Program, parts, stack
from tests.bench.traffic import Traffic

NAME = "memory"
SETTLING_SECONDS = 5.0
SECONDS = 60.0
PER_SECOND = 1_000
CUSTOMERS = 20_000
BATCH = 50
CONNECTIONS = 8
AIM_MIB = 1_024


def bench(options: Options) -> Iterator[Row]:
    with stack(options.folder / "memory", demo=True) as (program, access):
        time.sleep(SETTLING_SECONDS)
        yield _row(program, "after the start", "with demonstration traffic")
        sent = _load(options, access)
        time.sleep(SETTLING_SECONDS)
        yield _row(program, "after load", f"{sent:,} interactions at {PER_SECOND:,}/s")


def _row(program: Program, case: str, note: str) -> Row:
    taken = memory_of(parts(program.pid))
    return Row(
        bench=NAME, case=case, mib=total(taken).rss, memory=taken, targets=(Target("mib", "<", AIM_MIB),), note=note
    )


def _load(options: Options, access: Access) -> int:
    seconds = options.seconds(SECONDS)
    schedule = steady(PER_SECOND / BATCH, seconds)
    traffic = Traffic(options.size(CUSTOMERS, 100), "memory", start=SystemClock().now())
    events = traffic.history(len(schedule) * BATCH, seconds_apart=1 / PER_SECOND)
    outcome = generate(
        Plan(
            host=LOOPBACK,
            port=access.port,
            requests=events_in_batches(events, access.source_key, BATCH),
            connections=CONNECTIONS,
            schedule=schedule,
        )
    )
    return (len(schedule) - outcome.failures) * BATCH

"""Interactions over HTTP into one web process, beside the framework's floor: an endpoint that only answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from services.runtime.clock import SystemClock
from services.runtime.embedded.ports import LOOPBACK
from tests.bench.figures import in_turns, latency
from tests.bench.generator import generate
from tests.bench.machine import memory_of
from tests.bench.options import Options
from tests.bench.plan import Outcome, Plan
from tests.bench.report import Row
from tests.bench.requests import events_in_batches, single_events
from tests.bench.servers import Program, broker, floor, postgres, web
from tests.bench.traffic import Traffic

NAME = "ingest"
POOL = 20_000
BATCH = 100
SECONDS = 8.0
WARM_UP_SECONDS = 1.0
SINGLE_CONNECTIONS = 32
BATCH_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class _Load:
    """One shape of traffic; `each` is the interactions of one request."""

    case: str
    requests: Sequence[bytes]
    connections: int
    each: int


def bench(options: Options) -> Iterator[Row]:
    for kafka in options.brokers:
        folder = options.folder / f"ingest-{kafka}"
        yield from _on_broker(options, folder, kafka=kafka)


def _on_broker(options: Options, folder: Path, *, kafka: bool) -> Iterator[Row]:
    name = "Apache Kafka" if kafka else "embedded broker"
    with (
        postgres(folder / "postgres") as server,
        broker(folder / "broker", kafka=kafka) as log,
        web(folder, server.url("kesher"), log) as (program, access),
        floor(folder) as lowest,
    ):
        for load in _loads(options, access.source_key):
            yield from _beside(options, load, lowest, program, name)


def _loads(options: Options, key: str) -> list[_Load]:
    traffic = Traffic(POOL // 5, "ingest", start=SystemClock().now())
    events = traffic.history(options.size(POOL, 10 * BATCH), seconds_apart=0.001)
    return [
        _Load("single events", single_events(events, key), SINGLE_CONNECTIONS, 1),
        _Load(f"batches of {BATCH}", events_in_batches(events, key, BATCH), BATCH_CONNECTIONS, BATCH),
    ]


def _beside(options: Options, load: _Load, lowest: Program, program: Program, name: str) -> Iterator[Row]:
    on_floor: list[Outcome] = []
    on_kesher: list[Outcome] = []
    seconds = options.seconds(SECONDS)
    beside = in_turns(
        options.rounds,
        lambda: _measure(load, lowest, seconds, on_floor),
        lambda: _measure(load, program, seconds, on_kesher),
    )
    for case, measured, rates, ratio in (
        (f"{load.case}: floor", on_floor, beside.floor, None),
        (f"{load.case}: {name}", on_kesher, beside.step, beside.ratio),
    ):
        waits = [wait for one in measured for wait in one.latencies(WARM_UP_SECONDS)]
        each = (load.each * len(one.statuses) / one.server_cpu_seconds for one in measured)
        yield Row(
            bench=NAME,
            case=case,
            per_second=median(rates),
            ratio=ratio,
            per_cpu_second=median(each),
            latency=latency(waits),
            rounds={"per_second": rates},
            memory=memory_of([("web", program.pid)]) if ratio else {},
            note=_note(load, measured),
        )


def _measure(load: _Load, server: Program, seconds: float, into: list[Outcome]) -> float:
    plan = Plan(
        host=LOOPBACK,
        port=server.port,
        requests=list(load.requests),
        connections=load.connections,
        seconds=seconds + WARM_UP_SECONDS,
        server_pid=server.pid,
    )
    outcome = generate(plan)
    into.append(outcome)
    return outcome.per_second(WARM_UP_SECONDS) * load.each


def _note(load: _Load, measured: Sequence[Outcome]) -> str:
    failures = sum(one.failures for one in measured)
    generator = median(one.busy for one in measured)
    server = median(one.server_busy for one in measured)
    said = f"{load.connections} connections; processor: server {server:.0%}, generator {generator:.0%}"
    return f"{said}; {failures} requests failed" if failures else said

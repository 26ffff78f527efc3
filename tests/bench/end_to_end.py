"""From an HTTP request to the transition on the live stream, through every process of the stack.

Latency counts from when an interaction was due to be sent, whether or not the sender was kept waiting, to when the
stream first names it.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.runtime.clock import SystemClock
from services.runtime.embedded.ports import LOOPBACK
from tests.bench.figures import growth, latency
from tests.bench.generator import generate, poisson, steady
from tests.bench.http_client import request
from tests.bench.machine import memory_of
from tests.bench.options import Options
from tests.bench.plan import Outcome, Plan
from tests.bench.report import Row, Target
from tests.bench.requests import events_in_batches, single_events
from tests.bench.servers import Access, Program, broker, parts, stack
from tests.bench.traffic import Event, Traffic

NAME = "end_to_end"
CUSTOMERS = 10_000
BATCH = 100
SECONDS = 15.0
WARM_UP_SECONDS = 3.0
LATENCY_RATES = (200, 1_000)
LATENCY_CONNECTIONS = 64
BATCH_CONNECTIONS = 16
LEVELS = (1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000)
HALVINGS = 2
AIM_PER_SECOND = 4_000
AIM_P99_MS = 300
MOST_GROWTH = 0.02
"""Seconds of delay that a second of sending may add: beyond it a backlog grows."""
MOST_DELAY_SECONDS = 2.0


@dataclass(slots=True)
class _Kesher:
    """A running stack with customers that it knows already; every load on it is new traffic of theirs."""

    program: Program
    access: Access
    traffic: Traffic
    loads: int = 0
    tried: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A load's interactions that are certain to cause a transition, each as (due, delay); `lost` were never named."""

    outcome: Outcome
    points: Sequence[tuple[float, float]]
    lost: int

    @property
    def kept_up(self) -> bool:
        """Whether the delay stayed what it was: no backlog grew."""
        if self.lost or self.outcome.failures or not self.points:
            return False
        span = max(due for due, _ in self.points) - min(due for due, _ in self.points)
        delays = [delay for _, delay in self.points]
        return growth(self.points) <= MOST_GROWTH * span and max(delays) <= MOST_DELAY_SECONDS


def bench(options: Options) -> Iterator[Row]:
    for kafka in options.brokers:
        name = "Apache Kafka" if kafka else "embedded broker"
        for case, measured in (("latency", _latency_rows), ("sustained", _sustained_rows)):
            folder = options.folder / f"end-to-end-{case}-{'kafka' if kafka else 'embedded'}"
            with _kesher(options, folder, kafka=kafka) as kesher:
                yield from measured(kesher, options.seconds(SECONDS), name)


@contextmanager
def _kesher(options: Options, folder: Path, *, kafka: bool) -> Iterator[_Kesher]:
    """A stack of its own for each case: what one leaves on the log and in the store is not the other's."""
    with ExitStack() as running:
        servers = None
        if kafka:
            log = running.enter_context(broker(folder / "kafka", kafka=True))
            servers = log["KESHER_KAFKA_BOOTSTRAP_SERVERS"]
        program, access = running.enter_context(stack(folder / "data", kafka=servers))
        kesher = _Kesher(program, access, Traffic(options.size(CUSTOMERS, 200), "load"))
        _introduce(kesher)
        yield kesher


def _introduce(kesher: _Kesher) -> None:
    kesher.traffic.start = SystemClock().now()
    events = list(kesher.traffic.introductions())
    _load(kesher, events, steady(10, len(events) / BATCH / 10), BATCH)


def _latency_rows(kesher: _Kesher, seconds: float, name: str) -> Iterator[Row]:
    for rate in LATENCY_RATES:
        yield _latency_row(kesher, rate, seconds, name)


def _latency_row(kesher: _Kesher, rate: int, seconds: float, name: str) -> Row:
    seen = _send(kesher, rate, seconds + WARM_UP_SECONDS, 1)
    delays = [delay for due, delay in seen.points if due >= WARM_UP_SECONDS]
    return Row(
        bench=NAME,
        case=f"latency at {rate:,}/s: {name}",
        per_second=seen.outcome.per_second(WARM_UP_SECONDS),
        per_cpu_second=len(seen.points) / seen.outcome.server_cpu_seconds,
        latency=latency(delays),
        targets=(Target("p99", "<", AIM_P99_MS),) if rate == max(LATENCY_RATES) else (),
        note=_note(seen),
    )


def _sustained_rows(kesher: _Kesher, seconds: float, name: str) -> Iterator[Row]:
    held, seen = _highest(kesher, seconds)
    yield Row(
        bench=NAME,
        case=f"sustained rate: {name}",
        per_second=held,
        per_cpu_second=len(seen.points) / seen.outcome.server_cpu_seconds if seen else None,
        latency=latency([delay for _, delay in seen.points]) if seen else None,
        targets=(Target("per_second", ">=", AIM_PER_SECOND),),
        memory=memory_of(parts(kesher.program.pid)),
        note="; ".join([f"batches of {BATCH}, {seconds:.0f} s each", *kesher.tried, *([_note(seen)] if seen else [])]),
    )


def _highest(kesher: _Kesher, seconds: float) -> tuple[float, _Seen | None]:
    """The highest rate that was held: level by level, then between the last two."""
    best, held, failed = None, 0.0, 0.0
    for level in LEVELS:
        seen = _tried(kesher, level, seconds)
        if not seen.kept_up:
            failed = level
            break
        best, held = seen, level
    for _ in range(HALVINGS if failed else 0):
        middle = (held + failed) / 2
        seen = _tried(kesher, middle, seconds)
        if seen.kept_up:
            best, held = seen, middle
        else:
            failed = middle
    return held, best


def _tried(kesher: _Kesher, rate: float, seconds: float) -> _Seen:
    seen = _send(kesher, rate, seconds + WARM_UP_SECONDS, BATCH)
    kesher.tried.append(f"{rate:,.0f} {'held' if seen.kept_up else 'not held'}")
    return seen


def _send(kesher: _Kesher, rate: float, seconds: float, batch: int) -> _Seen:
    kesher.loads += 1
    schedule = poisson(rate, seconds, kesher.loads) if batch == 1 else steady(rate / batch, seconds)
    kesher.traffic.start = SystemClock().now()
    times = [due for due in schedule for _ in range(batch)]
    return _load(kesher, list(kesher.traffic.steps(times)), schedule, batch)


def _load(kesher: _Kesher, events: Sequence[Event], schedule: Sequence[float], batch: int) -> _Seen:
    key = kesher.access.source_key
    bodies = [event.body for event in events]
    certain = {event.key: schedule[number // batch] for number, event in enumerate(events) if event.certain}
    plan = Plan(
        host=LOOPBACK,
        port=kesher.access.port,
        requests=single_events(bodies, key) if batch == 1 else events_in_batches(bodies, key, batch),
        connections=LATENCY_CONNECTIONS if batch == 1 else BATCH_CONNECTIONS,
        schedule=list(schedule),
        stream=request("GET", "/v1/stream", kesher.access.tokens["ops"]),
        awaited=list(certain),
        server_pid=kesher.program.pid,
    )
    outcome = generate(plan)
    points = [(certain[name], at - certain[name]) for name, at in outcome.seen.items()]
    return _Seen(outcome, points, len(certain) - len(points))


def _note(seen: _Seen) -> str:
    said = [f"processor: Kesher {seen.outcome.server_busy:.0%}, generator {seen.outcome.busy:.0%}"]
    said += [f"{seen.outcome.failures} requests failed"] if seen.outcome.failures else []
    said += [f"{seen.lost} never seen"] if seen.lost else []
    said += [f"stream resumed {seen.outcome.reconnects} times"] if seen.outcome.reconnects else []
    return "; ".join(said)

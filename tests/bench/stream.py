"""The live stream with a thousand readers: from when a transition is due on the log to when readers have it."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

import httpx
import msgspec

from schemas.topics import JOURNEYS
from services.journey.announce import transitioned
from services.journey.domain.model import Position, Transition
from services.journey.store import StoredTransition
from services.runtime.embedded.ports import LOOPBACK
from services.runtime.kafka_log import KafkaLog
from services.runtime.log import Message
from services.runtime.settings import Settings
from tests.bench.figures import latency
from tests.bench.generator import ROOT
from tests.bench.http_client import request
from tests.bench.machine import MEBIBYTE, cpu_seconds, memory_of, total
from tests.bench.options import Options
from tests.bench.profile_runner import run
from tests.bench.readers import ReadersPlan, ReadersSeen
from tests.bench.report import Row, Target
from tests.bench.servers import Access, Program, broker, postgres, web

NAME = "stream"
READERS = 1_000
PER_SECOND = 500
EVERY_SECONDS = 0.02
WARM_UP_SECONDS = 42.0
"""Until the ring of events that the hub keeps is full."""
SECONDS = 30.0
SLOW = 20
STUCK = 10
SLOW_BYTES_PER_SECOND = 40_000
JOURNEYS_APART = 50
REST_SECONDS = 2.0
AIM_MS = 500
MOST_GROWTH = 1.05
ROLES = ("agent", "ops", "steward")
STAGES = ("awareness", "consideration", "purchase", "retention", "support")
CHANNELS = ("web", "call", "chat", "store", "email")


def bench(options: Options) -> Iterator[Row]:
    folder = options.folder / "stream"
    readers = options.size(READERS, 20)
    with postgres(folder / "postgres") as server:
        for case, paths, slow in (
            (f"{readers:,} readers of everything, {SLOW} of them too slow", ["/v1/stream"], SLOW),
            (f"{readers:,} readers with {JOURNEYS_APART} filters", _filtered(), 0),
        ):
            with (
                broker(folder / "broker", kafka=False) as log,
                web(folder, server.url("kesher"), log) as (program, access),
            ):
                _refuses_strangers(access)
                yield from _Case(options, program, access, log).rows(case, paths, readers, slow)


def _filtered() -> list[str]:
    """Each wants one kind of journey of fifty, and half of them one channel only."""
    return [
        f"/v1/stream?journey=journey-{n}" + (f"&channel={CHANNELS[n % len(CHANNELS)]},web" if n % 2 else "")
        for n in range(JOURNEYS_APART)
    ]


def _refuses_strangers(access: Access) -> None:
    url = f"http://{LOOPBACK}:{access.port}/v1/stream"
    assert httpx.get(url, trust_env=False).status_code == httpx.codes.UNAUTHORIZED


@dataclass(frozen=True, slots=True)
class _Sent:
    """When each event was due, and what it was, by its number; the server's processor time and memory meanwhile."""

    due: Sequence[float]
    measured_from: float
    server_cpu_seconds: float
    seconds: float
    mib: Sequence[float]

    @property
    def growth(self) -> float:
        """Memory in the last fifth of the time by that of the first, after the warm-up."""
        part = max(1, len(self.mib) // 5)
        return median(self.mib[-part:]) / median(self.mib[:part])


@dataclass(frozen=True, slots=True)
class _Case:
    options: Options
    program: Program
    access: Access
    log: dict[str, str]

    def rows(self, case: str, paths: Sequence[str], readers: int, slow: int) -> Iterator[Row]:
        """Latency, and what the memory of the web process did meanwhile."""
        slow = min(slow, readers // 5)
        plan = ReadersPlan(
            host=LOOPBACK,
            port=self.access.port,
            requests=[
                request("GET", paths[n % len(paths)], self.access.tokens[ROLES[n % len(ROLES)]]) for n in range(readers)
            ],
            slow=slow,
            slow_bytes_per_second=SLOW_BYTES_PER_SECOND,
            stuck=min(STUCK, slow // 2),
        )
        with _reading(plan) as process:
            sent = run(self._send)
            seen = _end(process)
        yield self._latency(case, plan, sent, seen)
        yield Row(
            bench=NAME,
            case=f"{case}: memory",
            mib=total(memory_of([("web", self.program.pid)])).rss,
            ratio=sent.growth,
            targets=(Target("ratio", "<=", MOST_GROWTH),),
            note="of the web process, at the end; x: by what it was after the warm-up",
        )

    def _latency(self, case: str, plan: ReadersPlan, sent: _Sent, seen: ReadersSeen) -> Row:
        quick = len(plan.requests) - plan.slow
        late = [at - sent.due[first] for at, first in seen.oldest if sent.due[first] >= sent.measured_from]
        delivered = sum(seen.events[:quick])
        return Row(
            bench=NAME,
            case=case,
            per_second=delivered / seen.wall_seconds,
            per_cpu_second=delivered / sent.server_cpu_seconds,
            latency=latency(late),
            targets=(Target("p99", "<", AIM_MS),),
            note=_note(plan, sent, seen),
        )

    async def _send(self) -> _Sent:
        """Sends at its rate whatever becomes of it; an event is due at its own moment, not at that of its lot."""
        kafka = KafkaLog(
            Settings(kafka_bootstrap_servers=self.log["KESHER_KAFKA_BOOTSTRAP_SERVERS"], kafka_idempotent=False)
        )
        producer = await kafka.producer()
        warm_up, seconds = self.options.seconds(WARM_UP_SECONDS), self.options.seconds(SECONDS)
        begin, due, mib, number = time.monotonic(), list[float](), list[float](), 0
        cpu = cpu_seconds(self.program.pid)
        while (now := time.monotonic() - begin) < warm_up + seconds:
            lot = []
            while (moment := number / PER_SECOND) <= now:
                due.append(begin + moment)
                lot.append(_event(number))
                number += 1
            if lot:
                await producer.send(JOURNEYS.name, lot)
            if now >= warm_up + len(mib):
                mib.append(total(memory_of([("web", self.program.pid)])).rss)
            await asyncio.sleep(EVERY_SECONDS)
        await asyncio.sleep(REST_SECONDS)
        await producer.close()
        used = cpu_seconds(self.program.pid) - cpu
        return _Sent(due, begin + warm_up, used, time.monotonic() - begin, mib)


def _event(number: int) -> Message:
    position = Position(datetime.now(UTC), "/b", str(number))
    came_from, to = STAGES[number % len(STAGES)], STAGES[(number + 1) % len(STAGES)]
    step = Transition(
        f"journey-{number % JOURNEYS_APART}", 1, 1, came_from, to, position, CHANNELS[number % len(CHANNELS)]
    )
    return transitioned(StoredTransition(f"{number:032x}", 0, str(UUID(int=number)), step), None, position.time)


@contextmanager
def _reading(plan: ReadersPlan) -> Iterator["subprocess.Popen[bytes]"]:
    """The process of the readers, all of them connected."""
    process = subprocess.Popen(
        (sys.executable, "-m", "tests.bench.readers"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = msgspec.msgpack.encode(plan)
        process.stdin.write(f"{len(said)}\n".encode() + said)
        process.stdin.flush()
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.kill()
        process.wait()


def _end(process: "subprocess.Popen[bytes]") -> ReadersSeen:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"end\n")
    process.stdin.flush()
    return msgspec.msgpack.decode(process.stdout.read(), type=ReadersSeen)


def _note(plan: ReadersPlan, sent: _Sent, seen: ReadersSeen) -> str:
    quick = len(plan.requests) - plan.slow
    web_busy, readers_busy = sent.server_cpu_seconds / sent.seconds, seen.cpu_seconds / seen.wall_seconds
    said = [
        f"{PER_SECOND} transitions/s",
        f"processor: web {web_busy:.0%}, readers {readers_busy:.0%}",
        f"{sum(seen.received) / MEBIBYTE / seen.wall_seconds:.0f} MiB/s",
    ]
    if any(seen.ended[:quick]):
        said.append(f"{sum(seen.ended[:quick])} quick readers were let go")
    if missed := _missed(plan, sent, seen):
        said.append(f"{missed} events missed or repeated")
    if plan.slow:
        gone = sum(ended or told for ended, told in zip(seen.ended[quick:], seen.told[quick:], strict=True))
        said.append(f"{gone} of {plan.slow} slow readers shed, {sum(seen.told[quick:])} of them told to resume")
    return "; ".join(said)


def _missed(plan: ReadersPlan, sent: _Sent, seen: ReadersSeen) -> int:
    """By how much the readers' counts differ from what each of them should have had."""
    quick = len(plan.requests) - plan.slow
    expected = {raw: _wanted(raw, len(sent.due)) for raw in set(plan.requests)}
    return sum(abs(expected[raw] - events) for raw, events in zip(plan.requests[:quick], seen.events, strict=False))


def _wanted(raw: bytes, events: int) -> int:
    path = raw.split(b" ")[1].decode()
    if "?" not in path:
        return events
    journey = int(path.partition("journey=journey-")[2].partition("&")[0])
    channels = path.partition("channel=")[2]
    return sum(
        1
        for number in range(journey, events, JOURNEYS_APART)
        if not channels or CHANNELS[number % len(CHANNELS)] in channels.split(",")
    )

"""The load generator, a process of its own: reads a plan, carries it out, writes what happened, ends."""

import asyncio
import gc
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import uvloop

from tests.bench.http_client import BodyStream, Connection
from tests.bench.machine import cpu_seconds
from tests.bench.plan import Outcome, Plan

_EVENT_END = b"\n\n"
_INTERACTION = re.compile(rb'"interaction": ?"([^"]+)"')
_EVENT_ID = re.compile(rb"^id: ?(.+?)\r?$", re.MULTILINE)
LEAD_SECONDS = 0.2


class Watch:
    """Notes when awaited interactions are first named on a stream of server-sent events."""

    def __init__(self, awaited: list[str]) -> None:
        self._missing = {name.encode() for name in awaited}
        self._rest = b""
        self.seen: dict[str, float] = {}
        self.last_event_id: bytes | None = None
        self.complete = asyncio.Event()

    def take(self, body: bytes) -> None:
        """Reads a piece of the stream, however it was cut."""
        now = time.perf_counter()
        whole, end, self._rest = (self._rest + body.replace(b"\r\n", b"\n")).rpartition(_EVENT_END)
        if not end:
            return
        for name in _INTERACTION.findall(whole):
            if name in self._missing:
                self._missing.discard(name)
                self.seen[name.decode()] = now
        if ids := _EVENT_ID.findall(whole):
            self.last_event_id = ids[-1]
        if not self._missing:
            self.complete.set()

    def cut(self) -> None:
        """Forgets half an event: it will come again."""
        self._rest = b""


class Run:
    """One plan being carried out."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._next = 0
        self._start = 0.0
        self._results: list[tuple[float, float, int]] = []
        self._watch = Watch(plan.awaited)
        self._reconnects = 0

    async def outcome(self) -> Outcome:
        async with self._streaming():
            self._start = time.perf_counter() + LEAD_SECONDS
            cpu, server_cpu = time.process_time(), self._server_cpu()
            work = self._open if self._plan.schedule else self._closed
            await asyncio.gather(*(work() for _ in range(self._plan.connections)))
            await self._until_seen()
            wall = time.perf_counter() - self._start
            used, server_used = time.process_time() - cpu, self._server_cpu() - server_cpu
        due, answered, statuses = (list(column) for column in zip(*self._results, strict=True))
        seen = {name: at - self._start for name, at in self._watch.seen.items()}
        return Outcome(
            due=due,
            answered=answered,
            statuses=statuses,
            seen=seen,
            wall_seconds=wall,
            cpu_seconds=used,
            server_cpu_seconds=server_used,
            reconnects=self._reconnects,
        )

    def _server_cpu(self) -> float:
        return 0.0 if self._plan.server_pid is None else cpu_seconds(self._plan.server_pid)

    async def _open(self) -> None:
        connection = Connection(self._plan.host, self._plan.port)
        while self._next < len(self._plan.schedule):
            place = self._next
            self._next += 1
            due = self._plan.schedule[place]
            await asyncio.sleep(self._start + due - time.perf_counter())
            await self._send(connection, self._plan.requests[place], due)
        connection.close()

    async def _closed(self) -> None:
        connection = Connection(self._plan.host, self._plan.port)
        await asyncio.sleep(self._start - time.perf_counter())
        while (now := time.perf_counter() - self._start) < self._plan.seconds:
            place = self._next % len(self._plan.requests)
            self._next += 1
            await self._send(connection, self._plan.requests[place], now)
        connection.close()

    async def _send(self, connection: Connection, request: bytes, due: float) -> None:
        try:
            status = await connection.send(request)
        except OSError:
            status = 0
        self._results.append((due, time.perf_counter() - self._start, status))

    @asynccontextmanager
    async def _streaming(self) -> AsyncIterator[None]:
        if self._plan.stream is None:
            yield
            return
        stream = await self._connect(self._plan.stream)
        following = asyncio.create_task(self._follow(stream))
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _follow(self, stream: BodyStream) -> None:
        while True:
            await stream.ended
            self._reconnects += 1
            self._watch.cut()
            assert self._plan.stream is not None
            head, _, _ = self._plan.stream.partition(b"\r\n\r\n")
            resume = b"\r\nLast-Event-ID: " + self._watch.last_event_id if self._watch.last_event_id else b""
            stream = await self._connect(head + resume + b"\r\n\r\n")

    async def _connect(self, request: bytes) -> BodyStream:
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_connection(
            lambda: BodyStream(request, self._watch.take), self._plan.host, self._plan.port
        )
        status = await stream.answered
        if status != 200:
            raise ConnectionError(f"the stream was answered with {status}")
        return stream

    async def _until_seen(self) -> None:
        if self._plan.awaited:
            try:
                async with asyncio.timeout(self._plan.patience_seconds):
                    await self._watch.complete.wait()
            except TimeoutError:
                return


def main() -> None:
    plan = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Plan)
    gc.collect()
    gc.freeze()
    gc.disable()  # a pause of ours would count as the server's
    outcome = uvloop.run(Run(plan).outcome())
    sys.stdout.buffer.write(msgspec.msgpack.encode(outcome))


if __name__ == "__main__":
    main()

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.bench.http_client import Connection, request
from tests.bench.load import Run, Watch
from tests.bench.plan import Plan

STREAM = (
    b"retry: 1000\n: here\nid: 0-0\n\n"
    b'id: 0-1\nevent: journey.transitioned\ndata: {"interaction":"/bench/main a-1","to":"x"}\n\n'
    b'id: 0-2\nevent: journey.transitioned\ndata: {"interaction":"/bench/main b-1","to":"x"}\n\n'
    b'id: 0-3\nevent: journey.transitioned\ndata: {"interaction":"/bench/main a-2","to":"x"}\n\n'
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_a_stream_is_read_alike_however_it_is_cut(cuts: list[int]) -> None:
    watch = Watch(["/bench/main a-1", "/bench/main a-2"])
    places = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(places):
        watch.take(STREAM[start:end])

    assert set(watch.seen) == {"/bench/main a-1", "/bench/main a-2"}
    assert watch.complete.is_set()
    assert watch.last_event_id == b"0-3"


@asynccontextmanager
async def _server(status: bytes, stall_first: float = 0.0) -> AsyncIterator[tuple[int, list[bytes]]]:
    received: list[bytes] = []
    ended: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        ended.append(task)
        with suppress(asyncio.IncompleteReadError):
            while True:
                received.append(await reader.readuntil(b"\r\n\r\n"))
                if len(received) == 1:
                    await asyncio.sleep(stall_first)
                writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\nok")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], received
    finally:
        server.close()
        await asyncio.gather(*ended)
        await server.wait_closed()


async def test_one_connection_carries_requests_one_after_another() -> None:
    async with _server(b"202 Accepted") as (port, received):
        connection = Connection("127.0.0.1", port)
        statuses = [await connection.send(request("GET", f"/{n}", "key")) for n in range(3)]
        connection.close()

    assert statuses == [202, 202, 202]
    assert [head.split()[1] for head in received] == [b"/0", b"/1", b"/2"]


async def test_a_stall_counts_for_all_that_was_due_meanwhile() -> None:
    async with _server(b"200 OK", stall_first=0.3) as (port, _):
        plan = Plan(
            host="127.0.0.1",
            port=port,
            requests=[request("GET", "/", "key")] * 10,
            connections=1,
            schedule=[number / 100 for number in range(10)],
        )
        outcome = await Run(plan).outcome()

    assert min(outcome.latencies()) > 0.15  # the last was due after 0.09 s and could go out after 0.3 s
    assert outcome.failures == 0


async def test_refusals_count_as_failures_and_have_no_latency() -> None:
    async with _server(b"429 Too Many Requests") as (port, _):
        plan = Plan(host="127.0.0.1", port=port, requests=[request("GET", "/", "key")], connections=1, schedule=[0.0])
        outcome = await Run(plan).outcome()

    assert outcome.failures == 1
    assert outcome.latencies() == []

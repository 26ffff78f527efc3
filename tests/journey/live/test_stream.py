import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from services.journey.live.hub import LiveHub
from services.journey.live.stream import stream_router
from services.runtime.access import Access
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.journey.conftest import FixedClock
from tests.journey.live.test_live import message, said
from tests.support.eventually import eventually

Token = Callable[..., dict[str, str]]


class StreamOnly:
    """The live stream as a component of its own."""

    name = "stream"

    def __init__(self, log: MemoryLog, access: Access) -> None:
        self.hub = LiveHub(log, most_readers=2)
        self.router = stream_router(self.hub, access)

    async def start(self) -> None:
        await self.hub.start()

    async def ready(self) -> None:
        pass

    async def stop(self) -> None:
        await self.hub.stop()


@pytest.fixture
async def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
async def stream(settings: Settings, log: MemoryLog, clock: FixedClock) -> StreamOnly:
    return StreamOnly(log, Access(settings, clock))


@pytest.fixture
async def url(settings: Settings, stream: StreamOnly) -> AsyncIterator[str]:
    app: FastAPI = create_app("test", [stream], settings)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none", timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1/stream"
    server.should_exit = True
    await task


async def test_events_flow_and_a_place_is_given_back(
    url: str, stream: StreamOnly, log: MemoryLog, token: Token
) -> None:
    async with httpx.AsyncClient(headers=token("ops")) as client:
        async with client.stream("GET", url, params={"journey": "rounds"}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.aiter_lines()
            assert [await anext(lines) for _ in range(3)] == ["retry: 1000", ": here", "id: 0.0-1.0-2.0-3.0"]
            await said(log, message(1, journey="elsewhere"), message(2))
            assert await anext(lines) == ""
            assert (await anext(lines)).startswith("id: ")
            assert await anext(lines) == "event: journey.transitioned"
            assert '"id":"t2.' in await anext(lines)
        async with client.stream("GET", url), client.stream("GET", url):
            await eventually(lambda: stream.hub.full)
            refused = await client.get(url)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        await eventually(lambda: not stream.hub.full)


@pytest.mark.parametrize(
    ("params", "headers", "status", "field"),
    [
        ({"persona": "vip"}, {}, 400, "persona"),
        ({}, {"Last-Event-ID": "nonsense"}, 400, "Last-Event-ID"),
        ({}, {"Last-Event-ID": "0.99-1.99"}, 410, "Last-Event-ID"),
    ],
)
async def test_what_is_refused(
    url: str, token: Token, params: dict[str, str], headers: dict[str, str], status: int, field: str
) -> None:
    async with httpx.AsyncClient(headers=token("agent")) as client:
        answer = await client.get(url, params=params, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.headers["content-type"] == "application/problem+json"

import asyncio
import json
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from services.demo.cast import passers_by
from services.demo.command import SEED, Past, Stage, demo
from services.demo.outgoing import Credentials
from services.demo.post import Post
from services.demo.programme import Cue, history, live
from services.runtime.settings import Settings
from tests.support.eventually import eventually

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRETS = dict.fromkeys(("call_twilio", "chat_whatsapp", "email_postmark", "store_shopify"), "s")


class StillClock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


class Service:
    """A service that counts; it stands between the demonstration and the network."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.content)
        return httpx.Response(202, json={"accepted": 1, "rejected": []})

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self), base_url="http://k")


def due_at_once(cues: int) -> list[Cue]:
    programme = live(passers_by(7), 7)
    return [
        Cue(0.0, cue.telling, cue.step, cue.story, cue.what) for cue, _ in zip(programme, range(cues), strict=False)
    ]


async def test_every_step_that_is_due_is_sent() -> None:
    service = Service()
    async with service.client() as client:
        stage = Stage(Post(client), Credentials("http://k", "key", SECRETS), StillClock())
        await stage.perform(iter(due_at_once(50)), run="r")
    assert len(service.bodies) == len(set(service.bodies)) == 50


async def test_a_past_told_twice_says_the_same() -> None:
    past = history(passers_by(7), 7, NOW)[:50]
    tellings = []
    for _ in range(2):
        service = Service()
        async with service.client() as client:
            await Stage(Post(client), Credentials("http://k", "key", SECRETS), StillClock()).recall(past)
        tellings.append(sorted(service.bodies))
    assert tellings[0] == tellings[1]


def test_the_past_is_noted(tmp_path: Path) -> None:
    note = tmp_path / "demo.json"
    first = Past.read(note, NOW)
    first.note(note)
    assert Past.read(note, NOW + timedelta(days=1)) == first


async def test_the_demonstration_waits_for_its_credentials_and_runs_until_it_is_stopped(tmp_path: Path) -> None:
    taken = 0

    async def edge(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        with closing(writer), suppress(asyncio.IncompleteReadError):  # who is stopped may hang up in mid-sentence
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
            await reader.readexactly(int(length.partition(":")[2]))
            taken += 1
            writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()

    async with await asyncio.start_server(edge, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        running = asyncio.create_task(demo(Settings(data_dir=tmp_path), StillClock()))
        await asyncio.sleep(0)
        credentials = {"url": f"http://127.0.0.1:{port}", "source_key": "key", "channel_secrets": SECRETS}
        (tmp_path / "dev-credentials.json").write_text(json.dumps(credentials))
        await eventually(lambda: Past.read(tmp_path / "demo.json", NOW).told, timeout=60)
        assert taken >= len(history(passers_by(SEED), SEED, NOW))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()

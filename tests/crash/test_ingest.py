"""An acknowledged event is on the log, however often the process that acknowledged it was killed."""

import asyncio
import os
import random
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import httpx
import msgspec
import pytest
import yaml

from schemas.topics import INTERACTIONS as TOPIC
from services.runtime.embedded.ports import LOOPBACK, free_port
from services.runtime.log import Message
from tests.crash.traffic import identities, traffic
from tests.support.crash import Site, dooms, site, wreak
from tests.support.kafka import require_kafka
from tests.support.postgres import PostgresServer

EVENTS = int(os.environ.get("KESHER_CRASH_INTERACTIONS", "12000")) // 4
SEED = int(os.environ.get("KESHER_CRASH_SEED", "7"))
SENDERS = 8
AT_ONCE = 20
KILLS = 5
PATIENCE_SECONDS = 120 + EVENTS / 50
KEY = "a-source-key-for-tests"
COME_AGAIN = {429, 500, 502, 503, 504}

pytestmark = [pytest.mark.kafka, pytest.mark.crash, pytest.mark.timeout(3 * PATIENCE_SECONDS)]


class Sender:
    """A channel system that sends again until it has its durable yes."""

    def __init__(self, url: str, messages: Sequence[Message]) -> None:
        self._url = url
        self._waiting = [messages[at : at + AT_ONCE] for at in range(0, len(messages), AT_ONCE)]
        self.acknowledged: list[Message] = []

    async def acknowledged_so_far(self) -> int:
        return len(self.acknowledged)

    async def send_all(self) -> None:
        headers = {"authorization": f"Bearer {KEY}", "content-type": "application/cloudevents-batch+json"}
        async with httpx.AsyncClient(base_url=self._url, headers=headers, trust_env=False) as client:
            await asyncio.gather(*(self._send(client) for _ in range(SENDERS)))

    async def _send(self, client: httpx.AsyncClient) -> None:
        while self._waiting:
            batch = self._waiting.pop()
            while not await self._is_taken(client, batch):  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # a client's back-off
            self.acknowledged += batch

    @staticmethod
    async def _is_taken(client: httpx.AsyncClient, batch: Sequence[Message]) -> bool:
        body = b"[" + b",".join(message.value for message in batch) + b"]"
        try:
            answer = await client.post("/v1/events", content=body, timeout=20.0)
        except httpx.TransportError:
            return False
        if answer.status_code in COME_AGAIN:
            return False
        assert answer.status_code == 202, answer.text
        assert answer.json()["accepted"] == len(batch), answer.text
        return True


async def test_every_acknowledged_event_is_on_the_log(postgres_server: PostgresServer, tmp_path: Path) -> None:
    require_kafka()
    rng = random.Random(SEED)
    messages = traffic(EVENTS, SEED)
    async with postgres_server.fresh_database() as url, site(tmp_path / "site", url) as here:
        port = free_port()
        web = here.child("web", "web", "ingest", KESHER_PORT=str(port), KESHER_SOURCES_FILE=str(_sources(tmp_path)))
        sender = Sender(f"http://{LOOPBACK}:{port}", messages)
        web.start()
        sending = asyncio.create_task(sender.send_all())
        doomed = dooms(rng, [web], KILLS, len(messages))
        await wreak(here, doomed[:2], sender.acknowledged_so_far, rng, PATIENCE_SECONDS)
        await asyncio.to_thread(here.kafka.restart)
        await wreak(here, doomed[2:], sender.acknowledged_so_far, rng, PATIENCE_SECONDS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await sending
        on_log = await _on_log(here)
        assert len(sender.acknowledged) == len(messages)
        assert set(identities(sender.acknowledged)) == on_log
        assert web.kills == KILLS


async def _on_log(here: Site) -> set[tuple[str, str]]:
    events = [msgspec.json.decode(value) for value in await here.read_all(TOPIC.name)]
    return {(event["source"], event["id"]) for event in events}


def _sources(folder: Path) -> Path:
    source = {
        "name": "/",
        "channel": "app",
        "adapter": "cloudevents",
        "region": "IL",
        "key_hashes": [f"sha256:{sha256(KEY.encode()).hexdigest()}"],
    }
    file = folder / "sources.yaml"
    file.write_text(yaml.safe_dump({"sources": [source]}))
    return file

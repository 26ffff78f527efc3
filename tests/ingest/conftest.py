"""The ingest routes on a log in memory, without a database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from schemas.interaction import Interaction
from schemas.topics import INTERACTIONS
from services.ingest.api import EVENTS, events_endpoint, ingest_router
from services.ingest.channel import Source
from services.ingest.intake import Intake
from services.ingest.publish import Publisher
from services.ingest.settings import IngestSettings
from services.ingest.signatures import key_hash
from services.ingest.sources import Sources
from services.runtime.log import Producer
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings
from services.runtime.web import create_app

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KEY = "ksk_test-key"
SECRET = b"vendor-secret"
VENDORS = {
    "call_twilio": "call",
    "chat_whatsapp": "chat",
    "email_postmark": "email",
    "store_shopify": "store",
}


class FixedClock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


class IngestRoutes:
    """A component of the ingest routes alone."""

    name = "ingest"

    def __init__(self, intake: Intake) -> None:
        self.router = APIRouter()
        self.router.include_router(ingest_router(lambda: intake))
        self.direct = {EVENTS: events_endpoint(lambda: intake)}

    async def start(self) -> None: ...

    async def ready(self) -> None: ...

    async def stop(self) -> None: ...


def configured_sources() -> Sources:
    hashed = (key_hash(KEY.encode()),)
    return Sources(
        [
            Source("/", "app", "cloudevents", credentials=hashed),
            Source(
                "/shop", "web", "cloudevents", credentials=(key_hash(b"shop-key"), key_hash(b"next-shop-key")), trust=70
            ),
            Source("/slow", "web", "cloudevents", credentials=(key_hash(b"slow-key"),), events_per_second=1),
            Source("/web/main", "web", "web_segment", credentials=hashed),
            *(
                Source(
                    f"/{channel}/{adapter.partition('_')[2]}/main",
                    channel,
                    adapter,
                    credentials=(b"old-secret", SECRET),
                    verify_tokens=(b"verify-me",),
                )
                for adapter, channel in VENDORS.items()
            ),
        ]
    )


@dataclass
class Ingest:
    """The routes under test and the log behind them."""

    app: FastAPI
    log: MemoryLog
    clock: FixedClock
    client: httpx.AsyncClient

    async def published(self) -> list[Interaction]:
        """All interactions on the log."""
        reader = await self.log.reader(INTERACTIONS.name, dict.fromkeys(range(INTERACTIONS.partitions), 0))
        return [Interaction.model_validate_json(record.value) for record in await reader.read(10_000, 0.01)]

    async def post(self, path: str, **request: Any) -> httpx.Response:
        return await self.client.post(path, **request)


MakeIngest = Callable[..., Ingest]


@pytest.fixture
async def make_ingest() -> AsyncIterator[MakeIngest]:
    """Makes the routes with settings, or a producer, of the test's own."""
    made: list[tuple[Ingest, Publisher]] = []

    def make(producer: Producer | None = None, public_url: str | None = None, **limits: Any) -> Ingest:
        log = MemoryLog()
        clock = FixedClock()
        settings = IngestSettings(**limits)
        publisher = Publisher(producer or _MemoryProducer(log), settings)
        intake = Intake(configured_sources(), publisher, settings, clock, public_url)
        app = create_app("test", [IngestRoutes(intake)], Settings())
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://kesher.example")
        made.append((Ingest(app, log, clock, client), publisher))
        return made[-1][0]

    yield make
    for ingest, publisher in made:
        await ingest.client.aclose()
        await publisher.close()


@pytest.fixture
def ingest(make_ingest: MakeIngest) -> Ingest:
    return make_ingest()


class _MemoryProducer:
    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def send(self, topic: str, messages: Any) -> None:
        await self._log.append(topic, messages)

    async def close(self) -> None: ...

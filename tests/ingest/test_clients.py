"""The vendors' own client libraries, unmodified, against a server on loopback."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

from schemas.interaction import Interaction
from tests.ingest.conftest import KEY, Ingest, MakeIngest
from tests.support.eventually import eventually

NODE = Path(__file__).parent / "node"
EXPECTED = {
    "web.identified": ["customer_id", "email"],
    "order.placed": ["customer_id"],
    "product.viewed": ["device"],
    "page.viewed": ["customer_id", "device"],
    "screen.viewed": ["customer_id"],
    "web.aliased": ["customer_id", "device"],
    "web.grouped": ["customer_id"],
}


class Live:
    """The routes behind a real server."""

    def __init__(self, ingest: Ingest, url: str) -> None:
        self.ingest = ingest
        self.url = url

    async def published(self) -> dict[str, Interaction]:
        return {interaction.type: interaction for interaction in await self.ingest.published()}


@pytest.fixture
async def live(make_ingest: MakeIngest) -> AsyncIterator[Live]:
    ingest = make_ingest()
    ingest.clock.time = datetime.now(UTC)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(ingest.app, log_config=None, ws="none"))
    serving = asyncio.create_task(server.serve([listening]))
    await eventually(lambda: server.started)
    yield Live(ingest, f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = True
    await serving
    listening.close()


def identifiers(interactions: dict[str, Interaction]) -> dict[str, list[str]]:
    return {type_: [i.namespace for i in interaction.data.identifiers] for type_, interaction in interactions.items()}


def make_all_calls(client: Any) -> None:
    client.identify("u-1001", {"email": "dana.cohen@example.org", "name": "דנה כהן"})
    client.track("u-1001", "Order Completed", {"order_id": "O-77", "total": 129.9, "currency": "ILS"})
    client.track(event="Product Viewed", properties={"product_id": "SKU-1"}, anonymous_id="anon-77f")
    client.page("u-1001", "Help", "Returns", {}, anonymous_id="anon-77f")
    client.screen("u-1001", "App", "Home", {})
    client.alias("anon-77f", "u-1001")
    client.group("u-1001", "company-9", {"name": "Acme"})


class TestPython:
    @pytest.mark.parametrize("gzip", [True, False])
    @pytest.mark.parametrize("library", [SegmentClient, RudderClient])
    async def test_all_calls_one_by_one(self, live: Live, library: Any, gzip: bool) -> None:
        client = library(KEY, host=live.url, sync_mode=True, gzip=gzip, max_retries=0)
        await asyncio.to_thread(make_all_calls, client)
        published = await live.published()
        assert identifiers(published) == EXPECTED
        assert published["web.identified"].data.traits["name"] == "דנה כהן"
        assert str(published["order.placed"].data.money) == "amount=Decimal('129.9') currency='ILS'"

    @pytest.mark.parametrize("library", [SegmentClient, RudderClient])
    async def test_all_calls_in_the_background(self, live: Live, library: Any) -> None:
        failures: list[Any] = []
        client = library(KEY, host=live.url, gzip=True, max_retries=0, on_error=lambda error, _: failures.append(error))
        await asyncio.to_thread(make_all_calls, client)
        await asyncio.to_thread(client.flush)
        await asyncio.to_thread(client.shutdown)
        assert failures == []
        assert identifiers(await live.published()) == EXPECTED

    @pytest.mark.parametrize("library", [SegmentClient, RudderClient])
    async def test_a_refusal_is_told_and_not_tried_again(self, live: Live, library: Any) -> None:
        client = library("wrong-key", host=live.url, sync_mode=True, max_retries=5, timeout=5)
        with pytest.raises(Exception, match="401"):
            await asyncio.to_thread(client.track, "u-1", "Ping")
        assert await live.published() == {}

    async def test_nan_is_told_and_not_tried_again(self, live: Live) -> None:
        client = SegmentClient(KEY, host=live.url, sync_mode=True, max_retries=5)
        with pytest.raises(Exception, match="400"):
            await asyncio.to_thread(client.track, "u-1", "Ping", {"price": float("nan")})


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
@pytest.mark.parametrize("library", ["segment", "rudder"])
async def test_node_libraries(live: Live, library: str) -> None:
    assert (NODE / "node_modules").is_dir(), "run `make install`: it installs the client libraries"
    command = ("node", str(NODE / "send.cjs"), library, live.url, KEY)
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    await eventually(lambda: _all_there(live))


async def _all_there(live: Live) -> bool:
    return identifiers(await live.published()) == EXPECTED


class TestCloudEventsSdk:
    EVENT = CloudEvent(
        {
            "specversion": "1.0",
            "id": "e-1",
            "source": "/crm/main",
            "type": "call.ended",
            "time": datetime(2026, 11, 22, 9, tzinfo=UTC),
            "subject": 'דנה "כהן"',
            "datacontenttype": "application/json",
        },
        {"channel": "call", "text": "שלום"},
    )

    @pytest.mark.parametrize("convert", [to_binary_event, to_structured_event])
    async def test_events_arrive(self, live: Live, convert: Any) -> None:
        message = convert(self.EVENT)
        headers = {**message.headers, "authorization": f"Bearer {KEY}"}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{live.url}/v1/events", content=message.body, headers=headers)
        assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "rejected": []})
        interaction = (await live.published())["call.ended"]
        assert (interaction.subject, interaction.data.text) == ('דנה "כהן"', "שלום")

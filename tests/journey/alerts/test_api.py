from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest

from services.journey.api import journey_router
from services.journey.memory_store import MemoryStore
from services.runtime.access import Access
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.contracts.journey_alerts import BUSY, MANY, Alerting, burst, messages, quiet_days
from tests.journey.conftest import FixedClock
from tests.journey.feed import profile_id
from tests.journey.timelines import START

PATH = "/v1/journeys/shop/alerts"


class _Component:
    name = "journey"

    def __init__(self, router: object) -> None:
        self.router = router

    async def start(self) -> None:
        pass

    async def ready(self) -> None:
        pass

    async def stop(self) -> None:
        pass


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
async def store(log: MemoryLog) -> MemoryStore:
    return MemoryStore(await log.producer())


@pytest.fixture
async def client(
    settings: Settings, clock: FixedClock, token: Callable[..., dict[str, str]], log: MemoryLog, store: MemoryStore
) -> AsyncIterator[httpx.AsyncClient]:
    alerting = Alerting(store, log)
    await alerting.put(MANY.replace("key: many", "key: many, title: {en: Many come, he: רבים באים}"))
    await alerting.feed(messages(quiet_days() + burst()))
    await alerting.look(BUSY + 2)
    clock.moment = START + timedelta(hours=BUSY + 2)
    router = journey_router(alerting.store, Access(settings, clock), clock)
    app = create_app("test", [_Component(router)], settings)  # type: ignore[list-item]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test", headers=token("ops")
    ) as client:
        yield client


async def test_open_alerts_are_listed_with_what_is_usual(client: httpx.AsyncClient) -> None:
    (alert,) = (await client.get(PATH, params={"open": True})).json()["items"]
    assert (alert["key"], alert["title"]["he"], alert["unit"]) == ("many", "רבים באים", "customers")
    assert alert["cleared_at"] is None
    assert alert["reading"]["value"] > alert["reading"]["high"] > alert["reading"]["usual"] == 12.0
    assert (await client.get(PATH, params={"open": False})).json()["items"] == []
    assert (await client.get(PATH, params={"until": "2026-03-02T00:00:00Z"})).json()["items"] == []


async def test_an_alert_has_its_picture_and_its_customers(client: httpx.AsyncClient, store: MemoryStore) -> None:
    (alert,) = (await client.get(PATH)).json()["items"]
    detail = (await client.get(f"{PATH}/{alert['id']}")).json()
    assert detail["alert"] == alert
    assert 20 < len(detail["series"]) <= 97
    assert detail["series"][-1]["value"] > detail["series"][0]["high"]
    moments = [one["at"] for one in detail["series"]]
    assert moments == sorted(moments)
    assert store.reads == []
    first = (await client.get(f"{PATH}/{alert['id']}/customers", params={"limit": 30})).json()
    rest = (await client.get(f"{PATH}/{alert['id']}/customers", params={"cursor": first["next"]})).json()
    found = {one["profile_id"] for one in first["items"] + rest["items"]}
    assert found > {profile_id(n) for n in range(1_000, 1_040)}
    assert rest["next"] is None
    assert {profile for _, _, profile in store.reads} == found


async def test_what_is_not_there_is_said_by_field(client: httpx.AsyncClient) -> None:
    nobody = "00000000-0000-0000-0000-000000000001"
    assert (await client.get(f"{PATH}/{nobody}")).status_code == 404
    assert (await client.get(f"{PATH}/{nobody}/customers")).json()["field"] == "alert_id"
    assert (await client.get("/v1/journeys/nothing/alerts")).status_code == 404
    assert (await client.get(f"{PATH}/many")).status_code == 422


@pytest.mark.parametrize("path", [PATH, f"{PATH}/00000000-0000-0000-0000-000000000001"])
async def test_nobody_reads_alerts_without_a_role(
    client: httpx.AsyncClient, token: Callable[..., dict[str, str]], path: str
) -> None:
    assert (await client.get(path, headers={"Authorization": ""})).status_code == 401
    assert (await client.get(path, headers=token("nobody"))).status_code == 403

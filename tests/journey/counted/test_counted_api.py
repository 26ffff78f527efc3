"""Counts over HTTP, opened to the customers behind them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.journey.consume import JourneyHandler
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.journey.conftest import FixedClock
from tests.journey.feed import attached, moved, profile_id, records

LIFE = "/v1/journeys/customer_lifecycle"


@pytest.fixture
async def told(client: httpx.AsyncClient, settings: Settings, clock: FixedClock) -> AsyncIterator[None]:
    """Three look, two buy, one calls; two turn out to be one person, and a look of before comes late."""
    assert client
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    store, step = PostgresStore(database, Outbox(database, await log.producer())), JourneyStep(clock.now)
    handler = JourneyHandler(store, step)
    await handler.handle(records([
        *(attached("page.viewed", anchor=n, profile=n, hours=n, id_=f"look {n}", channel="web") for n in (1, 2, 3)),
        *(attached("order.placed", anchor=n, profile=n, hours=n + 1, id_=f"buy {n}", channel="web") for n in (1, 2)),
        attached("call.ended", hours=5, reason="billing", queue="desk", measures={"wait_seconds": 300.0}),
        attached("survey.answered", hours=5.5, channel="survey", survey={"kind": "nps", "score": 9}),
    ]))  # fmt: skip
    await handler.handle(records([moved((3, 2, 2, 3)), attached("page.viewed", hours=0.5, id_="late", channel="web")]))
    while await store.run(lambda unit: step.measure(unit, 100)):
        pass
    yield
    await database.close()


async def ask(client: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    answer = await client.get(LIFE + path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def opened(client: httpx.AsyncClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All of a list, in pages of one."""
    items: list[dict[str, Any]] = []
    page = await ask(client, path, limit=1, **asked)
    while page["items"]:
        items += page["items"]
        page = await ask(client, path, limit=1, cursor=page["next"], **asked)
    return items


ASKED: list[dict[str, str]] = [
    {},
    {"since": "2026-03-01T09:30:00Z", "until": "2026-03-01T10:30:00Z"},
    {"segment": "returning_buyer"},
    {"since": "2026-03-01T10:30:00Z", "segment": "heavy_contact"},
]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("asked", ASKED)
async def test_every_number_of_stages_opens_to_as_many(client: httpx.AsyncClient, asked: dict[str, str]) -> None:
    for stage in (await ask(client, "/funnel", **asked))["stages"]:
        for count in ("entered", "reached", "now", "left"):
            assert (
                len(await opened(client, f"/funnel/{stage['stage']}/customers", count=count, **asked)) == stage[count]
            )
    for stage in (await ask(client, "/drop-off", **asked))["stages"]:
        for count in ("reached", "abandoned"):
            behind = await opened(client, f"/drop-off/{stage['stage']}/customers", count=count, **asked)
            assert len(behind) == stage[count]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("asked", ASKED)
async def test_every_number_of_a_flow_opens_to_as_many(client: httpx.AsyncClient, asked: dict[str, str]) -> None:
    flow = await ask(client, "/flow", **asked)
    for link in flow["links"]:
        ends = {name: link[name] for name in ("from", "to") if link[name] is not None}
        assert len(await opened(client, "/flow/customers", **ends, **asked)) == link["count"]
    for node in flow["nodes"]:
        assert len(await opened(client, f"/flow/{node['stage']}/customers", **asked)) == node["count"]


LATER = {"since": "2026-03-01T09:30:00Z"}


async def facts(client: httpx.AsyncClient, measure: str, **where: str) -> int:
    return len(await opened(client, f"/measures/{measure}/facts", **where, **LATER))


def count_of(figure: dict[str, Any] | None) -> int:
    return figure["count"] if figure else 0


@pytest.mark.usefixtures("told")
async def test_every_number_of_a_map_opens_to_as_many(client: httpx.AsyncClient) -> None:
    stages = (await ask(client, "/map", **LATER))["stages"]
    cells = [({"stage": stage["key"]}, stage) for stage in stages] + [
        ({"stage": stage["key"], "touchpoint": one["touchpoint"], "channel": one["channel"] or ""}, one)
        for stage in stages
        for one in stage["touchpoints"]
    ]
    for where, cell in cells:
        assert await facts(client, "effort", **where) == cell["interactions"]
        for measure in ("emotion", "wait", "time_in_stage"):
            assert await facts(client, measure, **where) == count_of(cell[measure])
    assert sum(cell["interactions"] for _, cell in cells) > 10


@pytest.mark.usefixtures("told")
async def test_every_number_of_a_blueprint_opens_to_as_many(client: httpx.AsyncClient) -> None:
    stages = (await ask(client, "/map/blueprint", **LATER))["stages"]
    for stage in stages:
        for one in stage["systems"]:
            where = {"stage": stage["key"], "system": one["system"]}
            assert await facts(client, "effort", **where) == one["interactions"]
        for one in stage["served"]:
            where = {"stage": stage["key"], "queue": one["queue"] or ""}
            for measure in ("wait", "handle", "transfers"):
                assert await facts(client, measure, **where) == count_of(one[measure])
    assert any(stage["served"] for stage in stages)


@pytest.mark.usefixtures("told")
async def test_what_is_told_of_a_journey_and_of_a_step(client: httpx.AsyncClient, settings: Settings) -> None:
    (journey,) = (await ask(client, "/funnel/support/customers", count="entered"))["items"]
    assert journey == {
        "profile_id": profile_id(1),
        "number": 1,
        "at": "2026-03-01T09:30:00Z",
        "stage": "retention",
        "status": "active",
    }
    (step,) = (await ask(client, "/flow/customers", to="support", **{"from": "purchase"}))["items"]
    assert step == {
        "profile_id": profile_id(1),
        "number": 1,
        "interaction": "/call/test call.ended@5",
        "at": "2026-03-01T14:00:00Z",
        "channel": "call",
    }
    database = Database(settings, SCHEMA)
    await database.open()
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM profile_read WHERE profile = $1", profile_id(1)) == 2
    await database.close()


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(("path", "asked", "status", "field"), [
    ("/funnel/nowhere/customers", {}, 404, "stage"),
    ("/funnel/support/customers", {"count": "all"}, 422, "count"),
    ("/funnel/support/customers", {"segment": "nowhere"}, 404, "segment"),
    ("/funnel/support/customers", {"cursor": "nonsense"}, 400, "cursor"),
    ("/funnel/support/customers", {"limit": "0"}, 422, "limit"),
    ("/drop-off/nowhere/customers", {}, 404, "stage"),
    ("/drop-off/support/customers", {"count": "left"}, 422, "count"),
    ("/flow/customers", {}, 400, "from"),
    ("/flow/customers", {"from": "nowhere"}, 404, "from"),
    ("/flow/customers", {"to": "nowhere"}, 404, "to"),
    ("/flow/nowhere/customers", {}, 404, "stage"),
    ("/measures/wait/facts", {"stage": "nowhere"}, 404, "stage"),
    ("/measures/wait/facts", {"stage": ""}, 404, "stage"),
])  # fmt: skip
async def test_what_is_not_there_is_said_by_name(
    client: httpx.AsyncClient, path: str, asked: dict[str, str], status: int, field: str
) -> None:
    answer = await client.get(LIFE + path, params=asked)
    assert (answer.status_code, answer.json()["field"]) == (status, field)

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from services.journey.consume import JourneyHandler
from services.journey.domain.measures.catalogue import UNITS, Measure
from services.journey.measures.measuring import measuring
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.journey.conftest import FixedClock
from tests.journey.feed import attached, profile_id, records
from tests.support.eventually import eventually

Token = Callable[..., dict[str, str]]
LIFE = "/v1/journeys/customer_lifecycle"


@pytest.fixture
async def told(client: httpx.AsyncClient, settings: Settings, clock: FixedClock) -> AsyncIterator[None]:
    """Two customers: one calls twice, waits long and gives up; the other looks and buys."""
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    store = PostgresStore(database, Outbox(database, await log.producer()))
    step = JourneyStep(clock.now)
    await JourneyHandler(store, step).handle(records([
        attached("call.ended", hours=0, reason="billing", queue="desk", measures={"wait_seconds": 40.0}),
        attached("survey.answered", hours=0.5, survey={"kind": "nps", "score": 9}),
        attached("call.abandoned", hours=1, reason="billing", measures={"wait_seconds": 500.0}),
        attached("survey.answered", hours=2, survey={"kind": "nps", "score": 2}),
        attached("page.viewed", hours=0, anchor=2, profile=2, channel="web", id_="look"),
        attached("order.placed", hours=1, anchor=2, profile=2, channel="web", id_="buy"),
    ]))  # fmt: skip
    async with measuring(store, step, lambda: False, every_seconds=0.01):
        await eventually(lambda: _is_measured(client))
    yield
    await database.close()


async def _is_measured(client: httpx.AsyncClient) -> bool:
    groups = (await client.get(f"{LIFE}/measures")).json()["groups"]
    assert groups
    measures = groups[0]["measures"]
    return (measures["wait"]["count"], measures["effort"]["count"]) == (2, 6)


async def ask(client: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    answer = await client.get(LIFE + path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("told")
async def test_a_figure_opens_to_the_interactions_behind_it(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "/measures", by="reason")
    groups = {group["group"]: group["measures"] for group in answer["groups"]}
    assert set(groups) == {None, "billing"}
    assert groups["billing"]["wait"] == {"count": 2, "sum": 540.0, "mean": 270.0, "p50": 40.0, "p90": 500.0}
    assert groups["billing"]["repeat_contacts"]["mean"] == 0.5
    assert groups[None]["nps"]["mean"] == 0.0
    first = await ask(client, "/measures/wait/facts", by="reason", group="billing", limit=1)
    second = await ask(client, "/measures/wait/facts", by="reason", group="billing", limit=1, cursor=first["next"])
    assert [fact["value"] for page in (first, second) for fact in page["items"]] == [40.0, 500.0]
    assert first["items"][0] == {
        "profile_id": profile_id(1),
        "number": 1,
        "interaction": "/call/test call.ended@0",
        "at": "2026-03-01T09:00:00Z",
        "touchpoint": "call.ended",
        "stage": "support",
        "channel": "call",
        "value": 40.0,
    }
    last = await ask(client, "/measures/wait/facts", by="reason", group="billing", cursor=second["next"])
    assert last == {"items": [], "next": None}


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("by", ["stage", "channel", "campaign", "reason", "queue", "touchpoint", "day"])
async def test_every_figure_is_the_sum_of_its_facts(client: httpx.AsyncClient, by: str) -> None:
    answer = await ask(client, "/measures", by=by)
    for group in answer["groups"]:
        for measure, figure in group["measures"].items():
            named = {} if group["group"] is None else {"group": group["group"]}
            facts = (await ask(client, f"/measures/{measure}/facts", by=by, **named))["items"]
            assert (len(facts), sum(fact["value"] for fact in facts)) == (figure["count"], figure["sum"])


@pytest.mark.usefixtures("told")
async def test_the_map_shows_stages_with_touchpoints_emotion_and_pain(client: httpx.AsyncClient) -> None:
    seen = await ask(client, "/map")
    stages = {stage["key"]: stage for stage in seen["stages"]}
    assert list(stages) == ["awareness", "consideration", "purchase", "retention", "support"]
    support, purchase = stages["support"], stages["purchase"]
    assert (support["moment_of_truth"], support["importance"], support["expected_seconds"]) == (True, 5, 172_800.0)
    assert support["wait"] == {"count": 2, "mean": 270.0}
    assert [(one["touchpoint"], one["interactions"]) for one in support["touchpoints"]] == [
        ("call.abandoned", 1),
        ("call.ended", 1),
    ]
    assert support["touchpoints"][1]["queues"] == ["desk"]
    assert support["systems"] == ["/call/test"]
    assert {pain["key"] for pain in support["pain_points"]} == {"hung_up", "long_wait"}
    assert (purchase["entered"], purchase["interactions"], purchase["emotion"]) == (1, 1, None)
    assert stages["retention"]["emotion"] == {"count": 2, "mean": pytest.approx(0.55)}
    later = await ask(client, "/map", since="2030-01-01T00:00:00Z")
    assert all(stage["interactions"] == 0 for stage in later["stages"])


@pytest.mark.usefixtures("told")
async def test_pain_points_are_ranked_and_open_to_their_customers(client: httpx.AsyncClient) -> None:
    items = (await ask(client, "/pain-points"))["items"]
    assert [(item["key"], item["stage"], item["times"], item["customers"], item["score"]) for item in items] == [
        ("hung_up", "support", 1, 1, 15.0),
        ("long_wait", "support", 1, 1, 10.0),
    ]
    assert items[0]["title"]["en"] == "Hung up before an answer"
    (met,) = (await ask(client, "/pain-points/long_wait/customers"))["items"]
    assert (met["profile_id"], met["interaction"], met["weight"]) == (profile_id(1), "/call/test call.abandoned@1", 2.0)
    (there,) = (await ask(client, "/pain-points/long_wait/customers", stage="support"))["items"]
    assert there == met
    assert (await ask(client, "/pain-points/long_wait/customers", stage="purchase"))["items"] == []
    assert (await client.get(f"{LIFE}/pain-points/other/customers")).status_code == 404
    unknown = await client.get(f"{LIFE}/pain-points/long_wait/customers", params={"stage": "nowhere"})
    assert (unknown.status_code, unknown.json()["field"]) == (404, "stage")


@pytest.mark.usefixtures("told")
async def test_snakes_and_ladders(client: httpx.AsyncClient) -> None:
    items = {item["touchpoint"]: item for item in (await ask(client, "/snakes-and-ladders"))["items"]}
    assert items["order.placed"]["kind"] == "ladder"
    assert items["call.abandoned"]["satisfaction"]["mean"] == pytest.approx(-0.7)
    assert items["call.abandoned"]["progress"]["count"] == 1


@pytest.mark.usefixtures("told")
async def test_a_customers_measures(client: httpx.AsyncClient, settings: Settings) -> None:
    answer = (await client.get(f"/v1/profiles/{profile_id(1)}/measures")).json()
    assert answer["profile_id"] == profile_id(1)
    items = {item["journey"]: item["measures"] for item in answer["items"]}
    assert list(items) == ["customer_lifecycle", "service_encounter"]
    assert items["customer_lifecycle"]["nps"]["count"] == 2
    assert (await client.get(f"/v1/profiles/{profile_id(9)}/measures")).status_code == 404
    database = Database(settings, SCHEMA)
    await database.open()
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM profile_read WHERE profile = $1", profile_id(1)) == 1
    await database.close()


@pytest.mark.usefixtures("told")
async def test_drop_off(client: httpx.AsyncClient) -> None:
    stages = (await ask(client, "/drop-off"))["stages"]
    assert [(stage["reached"], stage["abandoned"]) for stage in stages] == [(2, 0), (2, 0), (2, 0), (1, 0), (1, 0)]


@pytest.mark.parametrize(("path", "asked", "status", "field"), [
    ("/measures", {"by": "shoe size"}, 422, "by"),
    ("/measures/happiness/facts", {}, 422, "measure"),
    ("/measures/wait/facts", {"group": "billing"}, 400, "by"),
    ("/measures/wait/facts", {"cursor": "nonsense"}, 400, "cursor"),
    ("/measures/wait/facts", {"cursor": "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwiYSIsImIiXQ"}, 400, "cursor"),
    ("/pain-points", {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, 400, "since"),
])  # fmt: skip
async def test_what_cannot_be_asked_is_refused_by_name(
    client: httpx.AsyncClient, path: str, asked: dict[str, str], status: int, field: str
) -> None:
    answer = await client.get(LIFE + path, params=asked)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_an_unknown_journey_has_no_measures(client: httpx.AsyncClient) -> None:
    paths = (
        "measures",
        "measures/wait/facts",
        "pain-points",
        "pain-points/x/customers",
        "snakes-and-ladders",
        "drop-off",
    )
    assert {(await client.get(f"/v1/journeys/nothing/{path}")).status_code for path in paths} == {404}


def test_every_measure_has_a_unit() -> None:
    assert set(UNITS) == set(Measure)

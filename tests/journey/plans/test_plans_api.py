"""Plans over HTTP, from the plan to what came of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.journey.component import journey_component
from services.journey.consume import JourneyHandler
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.runtime.access import Access
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.journey.conftest import FixedClock
from tests.journey.feed import attached, profile_id, records
from tests.journey.measures.test_measures_api import Token
from tests.journey.timelines import START

PLANS = "/v1/journeys/customer_lifecycle/plans"
PEOPLE = 12


def day(days: float) -> str:
    return (START + timedelta(days=days)).isoformat()


def plan(**told: Any) -> dict[str, Any]:
    return {
        "pain_point": "long_wait",
        "stage": "support",
        "what": "Two more people at the desk on Mondays",
        "owner": "Noa, service desk",
        "target": {"at_most": 0.2},
        "since": day(7),
        **told,
    }


@pytest.fixture
async def client(settings: Settings, clock: FixedClock, token: Token) -> AsyncIterator[httpx.AsyncClient]:
    clock.moment = START + timedelta(days=14)
    component = journey_component(settings, MemoryLog(), Access(settings, clock), clock)
    app = create_app("test", [component], settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=token("ops")) as client,
    ):
        yield client


@pytest.fixture
async def told(client: httpx.AsyncClient, settings: Settings, clock: FixedClock) -> AsyncIterator[None]:
    """Everybody waits long in the first week, and nearly nobody in the second."""
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    store, step = PostgresStore(database, Outbox(database, await log.producer())), JourneyStep(clock.now)
    calls = [
        attached(
            "call.ended",
            anchor=person,
            profile=person,
            hours=24 * (3 + 7 * week),
            id_=f"{person}-{week}",
            measures={"wait_seconds": 500.0 if week == 0 or person == 1 else 20.0},
        )
        for person in range(1, PEOPLE + 1)
        for week in (0, 1)
    ]
    await JourneyHandler(store, step).handle(records(calls))
    while await store.run(lambda unit: step.measure(unit, 100)):
        pass
    yield
    await database.close()


async def test_a_plan_is_made_changed_and_dropped_and_all_of_it_stays_on_record(client: httpx.AsyncClient) -> None:
    answer = await client.post(PLANS, json=plan())
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["revision"], made["changed_by"], made["unit"], made["journey"]) == (
        1,
        "someone",
        "share",
        "customer_lifecycle",
    )
    own = f"{PLANS}/{made['id']}"
    changed = await client.put(own, json=plan(owner="Dan", until=day(30), revision=1))
    assert (changed.status_code, changed.json()["revision"], changed.json()["owner"]) == (200, 2, "Dan")
    stale = await client.put(own, json=plan(owner="Tal", revision=1))
    assert (stale.status_code, stale.json()["field"]) == (409, "revision")
    record = (await client.get(own)).json()
    assert [(one["deed"], one["plan"]["owner"]) for one in record["changes"]] == [
        ("changed", "Dan"),
        ("made", "Noa, service desk"),
    ]
    assert [one["id"] for one in (await client.get(PLANS)).json()["items"]] == [made["id"]]
    assert (await client.delete(own)).status_code == 204
    assert (await client.get(PLANS)).json()["items"] == []
    for gone in (client.get(own), client.delete(own), client.get(f"{own}/effect")):
        assert (await gone).status_code == 404


@pytest.mark.parametrize(
    ("told", "status", "field"),
    [
        ({"pain_point": "no_such"}, 400, "pain_point"),
        ({"stage": "no_such"}, 400, "stage"),
        ({"measure": "wait"}, 400, "pain_point"),
        ({"pain_point": None}, 400, "pain_point"),
        ({"pain_point": None, "measure": "joy"}, 422, "measure"),
        ({"target": {}}, 400, "target"),
        ({"target": {"at_most": 0.1, "at_least": 0.2}}, 400, "target"),
        ({"target": {"at_most": 20}}, 400, "target.at_most"),
        ({"target": {"at_most": "much"}}, 422, "target.at_most"),
        ({"pain_point": None, "measure": "ces", "target": {"at_least": 0.5}}, 400, "target.at_least"),
        ({"what": "  "}, 422, "what"),
        ({"what": "a\x00b"}, 422, "what"),
        ({"owner": "x" * 201}, 422, "owner"),
        ({"since": "2026-03-01T09:00:00"}, 422, "since"),
        ({"since": "1999-03-01T09:00:00Z"}, 400, "since"),
        ({"until": day(7)}, 400, "until"),
        ({"how": "well"}, 422, "how"),
    ],
)
async def test_what_cannot_be_planned_is_refused_by_name(
    client: httpx.AsyncClient, told: dict[str, Any], status: int, field: str
) -> None:
    answer = await client.post(PLANS, json=plan(**told))
    assert (answer.status_code, answer.json().get("field")) == (status, field), answer.text
    assert (await client.get(PLANS)).json()["items"] == []


@pytest.mark.usefixtures("told")
async def test_what_came_of_a_plan_is_told_with_how_sure_it_is(client: httpx.AsyncClient) -> None:
    made = (await client.post(PLANS, json=plan())).json()
    other = (await client.post(PLANS, json=plan(since=day(8), owner="Dan"))).json()
    answer = await client.get(f"{PLANS}/{made['id']}/effect")
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert (seen["state"], seen["unit"], seen["turn"], seen["met"]) == ("measured", "share", "better", "unclear")
    before, after = seen["before"], seen["after"]
    assert (before["value"], after["value"]) == (1.0, pytest.approx(1 / PEOPLE))
    assert (before["customers"], after["journeys"]) == (PEOPLE, PEOPLE)
    assert (before["since"], before["until"], after["until"]) == tuple(
        day(n).replace("+00:00", "Z") for n in (0, 7, 14)
    )
    change = seen["difference"]
    assert change["value"] == pytest.approx(1 / PEOPLE - 1)
    assert -1 <= change["low"] < change["value"] < change["high"] < 0
    assert seen["beside_others"] is None
    assert seen["other_plans"] == [other["id"]]
    assert seen["caveats"] == ["no_control_group", "regression_to_the_mean", "season", "short_before", "other_plans"]


@pytest.mark.usefixtures("told")
async def test_a_measure_of_the_whole_journey_may_be_the_aim(client: httpx.AsyncClient) -> None:
    asked = plan(pain_point=None, stage=None, measure="wait", target={"at_most": 120})
    made = (await client.post(PLANS, json=asked)).json()
    seen = (await client.get(f"{PLANS}/{made['id']}/effect")).json()
    assert (seen["unit"], seen["before"]["value"], seen["after"]["value"]) == ("seconds", 500.0, 60.0)
    assert (seen["turn"], seen["met"]) == ("better", "unclear")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"since": day(15)}, "not_begun"),
        ({"since": day(13), "pain_point": None, "measure": "containment", "target": {"at_least": 0.5}}, "too_early"),
    ],
)
async def test_what_cannot_be_told_yet_is_not_told(client: httpx.AsyncClient, told: dict[str, Any], state: str) -> None:
    made = (await client.post(PLANS, json=plan(**told))).json()
    seen = (await client.get(f"{PLANS}/{made['id']}/effect")).json()
    assert (seen["state"], seen["difference"], seen["met"]) == (state, None, "unclear")


async def test_a_plan_about_what_is_defined_no_more_says_so(client: httpx.AsyncClient, token: Token) -> None:
    rule = 'i.type == "call.ended"'
    definition = {
        "key": "calls",
        "version": 1,
        "title": {"en": "Calls"},
        "stages": [{"key": "called", "when": rule}],
        "pain_points": [{"key": "hurt", "when": rule}],
    }
    steward = token("steward")
    assert (await client.put("/v1/journeys/calls", json=definition, headers=steward)).status_code == 200
    asked = plan(pain_point="hurt", stage="called")
    made = (await client.post("/v1/journeys/calls/plans", json=asked, headers=steward)).json()
    without = {**definition, "version": 2, "pain_points": []}
    assert (await client.put("/v1/journeys/calls", json=without, headers=steward)).status_code == 200
    seen = (await client.get(f"/v1/journeys/calls/plans/{made['id']}/effect")).json()
    assert seen["state"] == "not_defined"


async def test_plans_are_for_operations_and_stewards(client: httpx.AsyncClient, token: Token) -> None:
    path = f"{PLANS}/{profile_id(1)}"
    asked = [("GET", PLANS), ("POST", PLANS), ("GET", path), ("PUT", path), ("DELETE", path), ("GET", f"{path}/effect")]
    asked.append(("GET", f"{path}/effect/after/facts"))
    for method, where in asked:
        assert (await client.request(method, where, headers=token("agent"))).status_code == 403
    assert (await client.get(PLANS, headers=token("steward"))).status_code == 200
    assert (await client.get("/v1/journeys/nothing/plans")).status_code == 404


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    "about", [{}, {"pain_point": None, "stage": None, "measure": "wait", "target": {"at_most": 120}}]
)
async def test_the_figures_before_and_after_open_to_what_they_are_made_of(
    client: httpx.AsyncClient, clock: FixedClock, token: Token, settings: Settings, about: dict[str, Any]
) -> None:
    made = (await client.post(PLANS, json=plan(**about))).json()
    own = f"{PLANS}/{made['id']}/effect"
    seen = (await client.get(own)).json()
    clock.moment += timedelta(days=3)
    client.headers.update(token("ops"))
    for side in ("before", "after"):
        first = (await client.get(f"{own}/{side}/facts", params={"as_of": seen["as_of"], "limit": 5})).json()
        rest = await client.get(f"{own}/{side}/facts", params={"as_of": seen["as_of"], "cursor": first["next"]})
        facts = [*first["items"], *rest.json()["items"]]
        assert len(facts) == seen[side]["facts"] == PEOPLE
        assert len({fact["profile_id"] for fact in facts}) == seen[side]["customers"]
        assert sum(fact["value"] for fact in facts) / len(facts) == pytest.approx(seen[side]["value"])
    assert first["items"][0] == {
        "profile_id": profile_id(1),
        "number": 1,
        "interaction": "/call/test 1-1",
        "at": "2026-03-11T09:00:00Z",
        "stage": "support",
        "value": 1.0 if not about else 500.0,
    }
    database = Database(settings, SCHEMA)
    await database.open()
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM profile_read WHERE profile = $1", profile_id(1)) == 2
    await database.close()


@pytest.mark.parametrize(
    ("side", "asked", "status", "field"),
    [
        ("before", {}, 404, "plan_id"),
        ("after", {"as_of": day(99)}, 400, "as_of"),
        ("after", {"as_of": "soon"}, 422, "as_of"),
        ("between", {}, 422, "side"),
    ],
)
async def test_what_cannot_be_opened_is_said_by_name(
    client: httpx.AsyncClient, side: str, asked: dict[str, str], status: int, field: str
) -> None:
    made = (await client.post(PLANS, json=plan(since=day(15)))).json()
    answer = await client.get(f"{PLANS}/{made['id']}/effect/{side}/facts", params=asked)
    assert (answer.status_code, answer.json()["field"]) == (status, field)

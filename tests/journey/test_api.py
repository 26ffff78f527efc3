import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from services.journey.actions.acting import act
from services.journey.component import journey_component
from services.journey.consume import JourneyHandler
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.journey.timers import tick
from services.runtime.access import Access
from services.runtime.database import Database
from services.runtime.errors import Rejected
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.journey.conftest import FixedClock
from tests.journey.feed import attached, erased, moved, profile_id, records
from tests.journey.timelines import REFUND, ROUNDS

Token = Callable[..., dict[str, str]]


@pytest.fixture
async def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
async def client(settings: Settings, log: MemoryLog, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    component = journey_component(settings, log, Access(settings, clock), clock)
    app = create_app("test", [component], settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
    ):
        yield client


@pytest.fixture
async def handler(
    client: httpx.AsyncClient, settings: Settings, log: MemoryLog, clock: FixedClock
) -> AsyncIterator[JourneyHandler]:
    database = Database(settings, SCHEMA)
    await database.open()
    store = PostgresStore(database, Outbox(database, await log.producer()))
    yield JourneyHandler(store, JourneyStep(clock.now))
    await database.close()


async def test_shipped_definitions_are_listed(client: httpx.AsyncClient, token: Token) -> None:
    answer = await client.get("/v1/journeys", headers=token("agent"))
    items = {item["key"]: item for item in answer.json()["items"]}
    assert set(items) == {"customer_lifecycle", "service_encounter"}
    stages = items["customer_lifecycle"]["stages"]
    assert [stage["key"] for stage in stages] == ["awareness", "consideration", "purchase", "retention", "support"]
    assert stages[0]["title"] == {"en": "Awareness", "he": "מודעות"}


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/v1/journeys"), ("GET", "/v1/journeys/x"), ("PUT", "/v1/journeys/x"), ("GET", "/v1/journeys/x/funnel"),
    ("GET", "/v1/journeys/x/flow"), ("GET", "/v1/journeys/x/drop-off"), ("GET", "/v1/journeys/x/map"),
    ("GET", "/v1/journeys/x/map/target"), ("GET", "/v1/journeys/x/map/blueprint"),
    ("GET", f"/v1/profiles/{profile_id(1)}/journeys/x/map"),
    ("GET", "/v1/journeys/x/funnel/y/customers"), ("GET", "/v1/journeys/x/drop-off/y/customers"),
    ("GET", "/v1/journeys/x/flow/customers"), ("GET", "/v1/journeys/x/flow/y/customers"),
    ("GET", "/v1/journeys/x/versions"), ("GET", "/v1/journeys/x/versions/1"),
    ("GET", f"/v1/journeys/x/plans/{profile_id(1)}/effect/before/facts"),
    ("POST", "/v1/journeys/x/trial"),
    ("GET", "/v1/journeys/x/measures"),
    ("GET", "/v1/journeys/x/measures/wait/facts"), ("GET", "/v1/journeys/x/snakes-and-ladders"),
    ("GET", "/v1/journeys/x/pain-points"), ("GET", "/v1/journeys/x/pain-points/y/customers"),
    ("GET", f"/v1/profiles/{profile_id(1)}/journeys"), ("GET", f"/v1/profiles/{profile_id(1)}/measures"),
    ("GET", "/v1/stream"),
    ("GET", "/v1/journeys/x/actions"), ("GET", "/v1/journeys/x/actions/y/customers"),
    ("GET", "/v1/webhooks/dead-letters"),
    ("POST", f"/v1/webhooks/dead-letters/{profile_id(1)}/replay"),
    ("GET", "/v1/journeys/x/plans"), ("POST", "/v1/journeys/x/plans"), ("GET", f"/v1/journeys/x/plans/{profile_id(1)}"),
    ("PUT", f"/v1/journeys/x/plans/{profile_id(1)}"), ("DELETE", f"/v1/journeys/x/plans/{profile_id(1)}"),
    ("GET", f"/v1/journeys/x/plans/{profile_id(1)}/effect"),
])  # fmt: skip
async def test_nobody_passes_without_a_role(client: httpx.AsyncClient, token: Token, method: str, path: str) -> None:
    assert (await client.request(method, path)).status_code == 401
    assert (await client.request(method, path, headers=token())).status_code == 403


async def test_a_customers_journeys(client: httpx.AsyncClient, token: Token, handler: JourneyHandler) -> None:
    await handler.handle(records([
        attached("page.viewed", channel="web"),
        attached("call.ended", hours=1, direction="inbound", measures={"wait_seconds": 200.0}),
    ]))  # fmt: skip
    answer = await client.get(f"/v1/profiles/{profile_id(1)}/journeys", headers=token("agent"))
    items = {item["journey"]: item for item in answer.json()["items"]}
    life = items["customer_lifecycle"]
    assert (life["version"], life["stage"], life["status"], life["effort"]) == (2, "support", "active", 2.0)
    assert [step["stage"] for step in life["path"]] == ["awareness", "support"]
    assert [(pain["key"], pain["title"]["en"]) for pain in life["pain_points"]] == [
        ("long_wait", "Waited for more than two minutes")
    ]
    assert items["service_encounter"]["stage"] == "exit"


async def test_an_old_id_answers_with_where_it_went(
    client: httpx.AsyncClient, token: Token, handler: JourneyHandler
) -> None:
    await handler.handle(records([attached("page.viewed", anchor=2, profile=2)]))
    await handler.handle(records([moved((2, 1, 2, 2))]))
    answer = await client.get(f"/v1/profiles/{profile_id(2)}/journeys", headers=token("ops"))
    assert answer.json()["profile_id"] == profile_id(1)
    assert len(answer.json()["items"]) == 2


async def test_an_unknown_profile_is_not_found(client: httpx.AsyncClient, token: Token) -> None:
    answer = await client.get(f"/v1/profiles/{profile_id(9)}/journeys", headers=token("agent"))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("what", ["journeys", "measures", "journeys/customer_lifecycle/map"])
async def test_whoever_was_erased_is_gone_under_every_id(
    client: httpx.AsyncClient, token: Token, handler: JourneyHandler, what: str
) -> None:
    await handler.handle(records([attached("page.viewed"), attached("page.viewed", anchor=2, profile=2, id_="two")]))
    await handler.handle(records([moved((2, 1, 2, 2))]))
    await handler.handle(records([erased((1, 5), (2, 5), profiles=(1, 2))]))
    for number in (1, 2):
        answer = await client.get(f"/v1/profiles/{profile_id(number)}/{what}", headers=token("agent"))
        assert (answer.status_code, answer.json()["field"]) == (410, "profile_id")


async def test_funnel_and_flow(client: httpx.AsyncClient, token: Token, handler: JourneyHandler) -> None:
    await handler.handle(records([attached("page.viewed"), attached("order.placed", hours=1)]))
    funnel = (await client.get("/v1/journeys/customer_lifecycle/funnel", headers=token("ops"))).json()
    assert funnel["stages"][0] == {"stage": "awareness", "entered": 1, "reached": 1, "now": 0, "left": 0}
    assert funnel["stages"][2] == {"stage": "purchase", "entered": 1, "reached": 1, "now": 1, "left": 0}
    flow = (await client.get("/v1/journeys/customer_lifecycle/flow", headers=token("ops"))).json()
    assert flow["links"] == [
        {"from": None, "to": "awareness", "count": 1},
        {"from": "awareness", "to": "purchase", "count": 1},
    ]
    assert len(flow["nodes"]) == 5


@pytest.mark.parametrize("what", ["funnel", "flow", "drop-off"])
async def test_figures_of_a_segment(
    client: httpx.AsyncClient, token: Token, handler: JourneyHandler, what: str
) -> None:
    await handler.handle(records([attached("page.viewed"), attached("order.placed", hours=1)]))
    path = f"/v1/journeys/customer_lifecycle/{what}"
    of_all = (await client.get(path, headers=token("ops"))).json()
    of_none = (await client.get(path, params={"segment": "detractor"}, headers=token("ops"))).json()
    assert of_all != of_none
    unknown = await client.get(path, params={"segment": "nobody"}, headers=token("ops"))
    assert (unknown.status_code, unknown.json()["field"]) == (404, "segment")


async def test_a_window_leaves_out_what_lies_outside(
    client: httpx.AsyncClient, token: Token, handler: JourneyHandler
) -> None:
    await handler.handle(records([attached("page.viewed")]))
    window = {"since": "2026-03-02T00:00:00Z"}
    funnel = await client.get("/v1/journeys/customer_lifecycle/funnel", params=window, headers=token("ops"))
    assert all(stage["entered"] == 0 for stage in funnel.json()["stages"])
    empty = {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}
    answer = await client.get("/v1/journeys/customer_lifecycle/flow", params=empty, headers=token("ops"))
    assert (answer.status_code, answer.json()["field"]) == (400, "since")


@pytest.mark.parametrize("kind", ["application/yaml", "application/json"])
async def test_a_definition_is_put_in_force(client: httpx.AsyncClient, token: Token, kind: str) -> None:
    stages = [{"key": "approved", "when": 'i.type == "claim.approved"'}]
    fields = {"key": "insurance_refund", "version": 3, "title": {"en": "Refund"}, "stages": stages}
    body = REFUND if kind == "application/yaml" else json.dumps(fields, indent="\t")
    headers = {**token("steward"), "Content-Type": kind}
    answer = await client.put("/v1/journeys/insurance_refund", content=body, headers=headers)
    assert answer.json() == {"key": "insurance_refund", "version": 3, "accepted": True}
    again = await client.put("/v1/journeys/insurance_refund", content=body, headers=headers)
    assert again.json()["accepted"] is False
    shown = (await client.get("/v1/journeys/insurance_refund", headers=token("ops"))).json()
    assert (shown["version"], shown["rule_failures"]) == (3, [])


@pytest.mark.parametrize(
    ("body", "kind", "status", "field", "says"),
    [
        (ROUNDS.replace("i.type", "i.typ"), "application/yaml", 400, "stages.0.when", "write i.type"),
        (ROUNDS, "application/yaml", 400, "key", "write key: other"),
        (ROUNDS, "text/plain", 415, "Content-Type", "application/yaml"),
        ("{", "application/json", 400, "text", "not YAML"),
        (b"\xff", "application/yaml", 400, "body", "UTF-8"),
        ("#" * 900_000, "application/yaml", 413, "body", "at most"),
    ],
)
async def test_a_definition_that_is_refused_says_why(
    client: httpx.AsyncClient, token: Token, body: str | bytes, kind: str, status: int, field: str, says: str
) -> None:
    headers = {**token("steward"), "Content-Type": kind}
    answer = await client.put("/v1/journeys/other", content=body, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert says in answer.json()["detail"]


async def test_agents_and_ops_change_no_definition(client: httpx.AsyncClient, token: Token) -> None:
    headers = {**token("agent", "ops"), "Content-Type": "application/yaml"}
    assert (await client.put("/v1/journeys/rounds", content=ROUNDS, headers=headers)).status_code == 403


async def test_a_folder_of_definitions_is_put_in_force_and_its_mistakes_are_named(
    settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    folder = tmp_path / "journeys"
    folder.mkdir()
    (folder / "refund.yaml").write_text(REFUND.replace("i.type", "i.typ", 1))
    changed = settings.model_copy(update={"journeys_dir": folder})
    component = journey_component(changed, MemoryLog(), Access(changed, clock), clock)
    with pytest.raises(Rejected, match=r"refund\.yaml: line 5, entry: there is no i\.typ; write i\.type"):
        await component.start()


async def test_where_a_profile_stands(settings: Settings, clock: FixedClock, handler: JourneyHandler) -> None:
    await handler.handle(records([attached("page.viewed"), attached("order.placed", hours=1)]))
    component = journey_component(settings, MemoryLog(), Access(settings, clock), clock)
    await component.start()
    await component.ready()
    standing = {one.journey: one.stage for one in await component.journeys_of(profile_id(1))}
    assert standing == {"customer_lifecycle": "purchase", "service_encounter": "exit"}
    assert await component.journeys_of(profile_id(2)) == []
    await component.stop()


async def test_actions_are_counted(
    client: httpx.AsyncClient, settings: Settings, log: MemoryLog, token: Token, clock: FixedClock
) -> None:
    text = REFUND.replace("P1D", "PT1H")
    await client.put(
        "/v1/journeys/insurance_refund",
        content=text.encode(),
        headers={**token("steward"), "Content-Type": "application/yaml"},
    )
    database = Database(settings, SCHEMA)
    await database.open()
    store, step = PostgresStore(database, Outbox(database, await log.producer())), JourneyStep(clock.now)
    await JourneyHandler(store, step).handle(records([attached("claim.approved", hours=1)]))
    assert await tick(store, step) == 1
    assert await act(store, clock.now) == 1
    await database.close()
    answer = await client.get("/v1/journeys/insurance_refund/actions", headers=token("ops"))
    found = (await client.get(f"/v1/profiles/{profile_id(1)}/journeys", headers=token("agent"))).json()
    journey = next(item for item in found["items"] if item["journey"] == "insurance_refund")
    assert (journey["overdue_since"], journey["stalled_since"]) == ("2026-03-01T11:00:00Z", None)
    (action,) = answer.json()["actions"]
    assert (action["action"], action["on"], action["to"]) == ("send_refund_now", "overdue", "claims-desk")
    assert (action["requested"], action["suppressed"], action["outcome"]["prevented"]) == (1, {}, None)
    before = {"until": "2026-03-01T00:00:00Z"}
    answer = await client.get("/v1/journeys/insurance_refund/actions", params=before, headers=token("ops"))
    assert answer.json()["actions"][0]["requested"] == 0
    to_whom = "/v1/journeys/insurance_refund/actions/send_refund_now/customers"
    answer = await client.get(to_whom, headers=token("ops"))
    told = {"at": "2026-03-01T11:00:00Z", "stage": "approved", "decided_at": "2026-03-01T21:00:00Z", "contacted": None}
    assert answer.json() == {"items": [{"profile_id": profile_id(1), **told}], "next": None}
    assert (await client.get(to_whom, params={"state": "waiting"}, headers=token("ops"))).json()["items"] == []
    for params, status, field in (
        ({"state": "waiting", "watched": True}, 400, "watched"),
        ({"cursor": "nonsense"}, 400, "cursor"),
        ({"state": "lost"}, 422, "state"),
    ):
        answer = await client.get(to_whom, params=params, headers=token("ops"))
        assert (answer.status_code, answer.json()["field"]) == (status, field)
    answer = await client.get(to_whom.replace("send_refund_now", "nothing"), headers=token("ops"))
    assert (answer.status_code, answer.json()["field"]) == (404, "action")

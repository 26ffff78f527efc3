"""The kinds of map over HTTP."""

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
from tests.journey.feed import attached, profile_id, records
from tests.journey.measures.test_measures_api import Token

LIFE = "/v1/journeys/customer_lifecycle"
OWN = f"/v1/profiles/{profile_id(1)}/journeys/customer_lifecycle/map"


@pytest.fixture
async def told(client: httpx.AsyncClient, settings: Settings, clock: FixedClock) -> AsyncIterator[None]:
    """One customer calls, is called about an e-mail of ours, and is asked how it was."""
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    store, step = PostgresStore(database, Outbox(database, await log.producer())), JourneyStep(clock.now)
    call = {"wait_seconds": 300.0, "handle_seconds": 60.0}
    await JourneyHandler(store, step).handle(records([
        attached("call.ended", reason="billing", queue="desk", agent="Noa", measures=call),
        attached("email.sent", hours=0.5, channel="email"),
        attached("survey.answered", hours=1, survey={"kind": "nps", "score": 9}),
    ]))  # fmt: skip
    while await store.run(lambda unit: step.measure(unit, 100)):
        pass
    yield
    await database.close()


async def ask(client: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("told")
async def test_the_target_state_stands_beside_what_is(client: httpx.AsyncClient) -> None:
    stages = {stage["key"]: stage for stage in (await ask(client, f"{LIFE}/map/target"))["stages"]}
    support = {aim["aspect"]: aim for aim in stages["support"]["aims"]}
    assert list(support) == ["emotion", "wait", "time_in_stage", "drop_off"]
    assert (support["wait"]["found"], support["wait"]["count"], support["wait"]["unit"]) == (300.0, 1, "seconds")
    assert (support["time_in_stage"]["wanted"], support["time_in_stage"]["found"]) == (172_800.0, 3_600.0)
    assert (support["time_in_stage"]["met"], support["time_in_stage"]["gap"]) == (True, -169_200.0)
    assert stages["support"]["moment_of_truth"] is True


@pytest.mark.usefixtures("told")
async def test_the_blueprint_has_a_lane_for_everybody(client: httpx.AsyncClient) -> None:
    stages = {stage["key"]: stage for stage in (await ask(client, f"{LIFE}/map/blueprint"))["stages"]}
    support = stages["support"]
    assert [one["touchpoint"] for one in support["customer"]] == ["call.ended"]
    assert [one["touchpoint"] for one in support["front_stage"]] == ["email.sent"]
    assert support["served"] == [
        {
            "queue": "desk",
            "handle": {"count": 1, "mean": 60.0},
            "wait": {"count": 1, "mean": 300.0},
            "transfers": {"count": 1, "mean": 0.0},
        }
    ]
    assert support["systems"] == [{"system": "/call/test", "interactions": 2}]
    later = await ask(client, f"{LIFE}/map/blueprint", since="2030-01-01T00:00:00Z")
    assert all(not stage["customer"] and not stage["systems"] for stage in later["stages"])


@pytest.mark.usefixtures("told")
async def test_one_customers_way_is_told_touchpoint_by_touchpoint(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    seen = await ask(client, OWN)
    assert (seen["number"], seen["numbers"], seen["status"], seen["more"]) == (1, [1], "active", False)
    call, mail, survey = seen["encounters"]
    assert (call["stage"], call["touchpoint"], call["queue"], call["wait"]) == ("support", "call.ended", "desk", 300.0)
    assert [pain["key"] for pain in call["pain_points"]] == ["long_wait"]
    assert (call["apart_seconds"], mail["apart_seconds"]) == (None, 1_800.0)
    assert (survey["stage"], survey["emotion"]) == ("retention", pytest.approx(0.9))
    short = await ask(client, OWN, limit=1)
    assert (len(short["encounters"]), short["more"]) == (1, True)
    database = Database(settings, SCHEMA)
    await database.open()
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM profile_read WHERE profile = $1", profile_id(1)) == 2
    await database.close()


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(("role", "agent"), [("agent", "Noa"), ("steward", "Noa"), ("admin", "Noa"), ("ops", None)])
async def test_who_served_a_customer_is_told_only_to_those_who_read_customers(
    client: httpx.AsyncClient, token: Token, role: str, agent: str | None
) -> None:
    seen = (await client.get(OWN, headers=token(role))).json()
    assert [one["agent"] for one in seen["encounters"]] == [agent, None, None]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"{OWN}?number=2", "number"),
        (f"/v1/profiles/{profile_id(9)}/journeys/customer_lifecycle/map", "profile_id"),
        (f"/v1/profiles/{profile_id(1)}/journeys/nothing/map", "key"),
        ("/v1/journeys/nothing/map/target", "key"),
        ("/v1/journeys/nothing/map/blueprint", "key"),
    ],
)
async def test_what_is_not_there_is_said_by_name(client: httpx.AsyncClient, path: str, field: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["field"]) == (404, field)

"""Versions of a definition over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.journey.component import journey_component
from services.journey.schema import SCHEMA
from services.runtime.access import Access
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.journey.conftest import FixedClock
from tests.journey.measures.test_measures_api import Token
from tests.journey.timelines import ROUNDS

VERSIONS = "/v1/journeys/rounds/versions"
NEWER = ROUNDS.replace("version: 1", "version: 5").replace("PT5H", "PT6H")


@pytest.fixture
async def client(settings: Settings, clock: FixedClock, token: Token) -> AsyncIterator[httpx.AsyncClient]:
    component = journey_component(settings, MemoryLog(), Access(settings, clock), clock)
    app = create_app("test", [component], settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=token("ops")) as client,
    ):
        for text in (ROUNDS, NEWER):
            headers = {**token("steward"), "Content-Type": "application/yaml"}
            assert (await client.put("/v1/journeys/rounds", content=text, headers=headers)).status_code == 200
        yield client


async def ask(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_versions_say_when_they_took_over_and_what_they_changed(client: httpx.AsyncClient) -> None:
    listed = await ask(client, VERSIONS)
    newer, older = listed["items"]
    assert (newer["version"], newer["changed"], newer["until"]) == (5, ["abandoned_after"], None)
    assert (older["version"], older["changed"], older["until"]) == (1, None, newer["since"])
    assert older["since"] < newer["since"]


async def test_an_earlier_version_is_told_as_it_was(client: httpx.AsyncClient) -> None:
    older, newer = [await ask(client, f"{VERSIONS}/{number}") for number in (1, 5)]
    assert (older["definition"]["version"], older["definition"]["abandoned_after"]) == (1, "PT18000S")
    in_force = await ask(client, "/v1/journeys/rounds")
    assert {**newer["definition"], "rule_failures": []} == in_force


async def test_one_that_is_not_understood_any_more_is_listed(client: httpx.AsyncClient, settings: Settings) -> None:
    database = Database(settings, SCHEMA)
    await database.open()
    async with database.connection() as connection:
        await connection.execute("UPDATE definition SET body = '{}' WHERE key = 'rounds' AND version = 1")
    await database.close()
    newer, older = (await ask(client, VERSIONS))["items"]
    assert (newer["changed"], older["version"]) == (None, 1)
    answer = await client.get(f"{VERSIONS}/1")
    assert (answer.status_code, answer.json()["field"]) == (404, "number")


@pytest.mark.parametrize(("path", "status", "field"), [
    ("/v1/journeys/nothing/versions", 404, "key"),
    ("/v1/journeys/nothing/versions/1", 404, "key"),
    (f"{VERSIONS}/2", 404, "number"),
    (f"{VERSIONS}/0", 422, "number"),
    (f"{VERSIONS}/99999999999", 422, "number"),
    (f"{VERSIONS}/first", 422, "number"),
])  # fmt: skip
async def test_what_is_not_there_is_said_by_name(client: httpx.AsyncClient, path: str, status: int, field: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["field"]) == (status, field)

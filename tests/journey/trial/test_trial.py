"""A definition tried over HTTP, and by the command against a service of its own."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from services.journey.command import AWAY, DIFFERS, SAME, WRONG
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
from tests.journey.feed import attached, records
from tests.journey.timelines import ROUNDS
from tests.support.eventually import eventually

Token = Callable[..., dict[str, str]]
YAML = {"Content-Type": "application/yaml"}
NEWER = ROUNDS.replace("version: 1", "version: 2").replace(
    """i.type == "store.visited"'""", """i.type in ["store.visited", "call.ended"]'"""
)


@pytest.fixture
async def client(settings: Settings, clock: FixedClock, token: Token) -> AsyncIterator[httpx.AsyncClient]:
    """Sixty customers visited, one of them only called."""
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    store = PostgresStore(database, Outbox(database, await log.producer()))
    app = create_app("test", [journey_component(settings, log, Access(settings, clock), clock)], settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://test", headers=token("steward")
        ) as client,
    ):
        answer = await client.put("/v1/journeys/rounds", content=ROUNDS, headers=YAML)
        assert answer.status_code == 200, answer.text
        came = [attached("store.visited", anchor=n, profile=n, id_=str(n)) for n in range(2, 61)]
        await JourneyHandler(store, JourneyStep(clock.now)).handle(records([*came, attached("call.ended")]))
        yield client
    await database.close()


async def tried(client: httpx.AsyncClient, text: str) -> list[dict[str, Any]]:
    answer = await client.post("/v1/journeys/rounds/trial", content=text, headers=YAML)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_a_trial_tells_how_far_it_is_and_what_would_differ(client: httpx.AsyncClient) -> None:
    *progress, last = await tried(client, NEWER)
    assert [(line["done"], line["of"]) for line in progress] == [(50, 60), (60, 60)]
    result = last["result"]
    assert (result["customers"], result["elsewhere"], len(result["examples"])) == (60, 1, 1)
    assert (result["before"]["version"], result["before"]["journeys"]) == (1, 59)
    assert (result["after"]["version"], result["after"]["journeys"]) == (2, 60)
    assert result["after"]["stages"]["one"]["entered"] == 60
    definition = (await client.get("/v1/journeys/rounds")).json()
    assert definition["version"] == 1, "nothing of it is kept"


async def test_of_a_new_journey_everything_is_new(client: httpx.AsyncClient) -> None:
    other = ROUNDS.replace("key: rounds", "key: other")
    answer = await client.post("/v1/journeys/other/trial", content=other, headers=YAML)
    result = json.loads(answer.text.splitlines()[-1])["result"]
    assert "before" not in result
    assert result["elsewhere"] == 59


async def test_a_wrong_definition_is_refused_with_its_line(client: httpx.AsyncClient) -> None:
    wrong = ROUNDS.replace("i.type ==", "i.typ ==", 1)
    answer = await client.post("/v1/journeys/rounds/trial", content=wrong, headers=YAML)
    assert answer.status_code == 400
    assert "line 6" in answer.json()["detail"]
    assert "write i.type" in answer.json()["detail"]


async def test_another_journeys_definition_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/journeys/other/trial", content=ROUNDS, headers=YAML)
    assert (answer.status_code, answer.json()["field"]) == (400, "key")


@pytest.fixture
async def served(client: httpx.AsyncClient) -> AsyncIterator[str]:
    """The same service at a real address."""
    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    server = uvicorn.Server(uvicorn.Config(transport.app, port=0, log_level="warning", lifespan="off"))
    running = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await running


async def kesher(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, and in a folder where nothing is."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "services.cli", "journeys", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_command_shows_the_difference(served: str, token: Token, tmp_path: Path) -> None:
    (tmp_path / "newer.yaml").write_text(NEWER)
    bearer = token("steward")["Authorization"].removeprefix("Bearer ")
    done = await kesher(tmp_path, "try", "newer.yaml", "--url", served, "--token", bearer)
    assert done.returncode == DIFFERS, done.stderr
    assert "version 1 -> version 2" in done.stdout
    assert "59 -> 60" in done.stdout
    assert "1 of 60 customers (2%) would go another way." in done.stdout
    as_json = await kesher(tmp_path, "try", "newer.yaml", "--url", served, "--token", bearer, "--json")
    assert json.loads(as_json.stdout)["elsewhere"] == 1
    (tmp_path / "same.yaml").write_text(ROUNDS)
    assert (await kesher(tmp_path, "try", "same.yaml", "--url", served, "--token", bearer)).returncode == SAME
    ops = token("ops")["Authorization"].removeprefix("Bearer ")
    refused = await kesher(tmp_path, "try", "newer.yaml", "--url", served, "--token", ops)
    assert (refused.returncode, "HTTP 403" in refused.stderr) == (WRONG, True)


async def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "well.yaml").write_text(ROUNDS)
    (tmp_path / "wrong.yaml").write_text(ROUNDS.replace("stages:", "stage:"))
    done = await kesher(tmp_path, "check", "well.yaml", "wrong.yaml", "none.yaml")
    assert done.returncode == WRONG
    assert "well.yaml: rounds version 1, 3 stages" in done.stdout
    assert "wrong.yaml: line 5" in done.stderr
    assert "none.yaml: cannot be read" in done.stderr
    assert (await kesher(tmp_path, "check", "well.yaml")).returncode == SAME
    away = await kesher(tmp_path, "try", "well.yaml", "--url", "http://127.0.0.1:1", "--token", "x")
    assert (away.returncode, "the service is away" in away.stderr) == (AWAY, True)
    nowhere = await kesher(tmp_path, "try", "well.yaml")
    assert (nowhere.returncode, "start Kesher here" in nowhere.stderr) == (WRONG, True)

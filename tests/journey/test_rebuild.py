"""A rebuild asked for over HTTP and by the command, and done by what a worker runs."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import uvicorn

from schemas.topics import PROFILES
from services.journey.component import journey_component
from services.journey.consume import JourneyHandler
from services.journey.measures.measuring import measuring
from services.journey.postgres import PostgresStore
from services.journey.rebuild.command import DONE
from services.journey.rebuild.rereading import rereading
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.journey.talking import AWAY, WRONG
from services.journey.worker import folding_anew
from services.runtime.access import Access
from services.runtime.database import Database
from services.runtime.log import Message
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.journey.conftest import FixedClock
from tests.journey.feed import attached, records
from tests.journey.timelines import START
from tests.support.eventually import eventually

Token = Callable[..., dict[str, str]]
CUSTOMERS = 30


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings, SCHEMA)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def store(database: Database, log: MemoryLog) -> PostgresStore:
    return PostgresStore(database, Outbox(database, await log.producer()))


@pytest.fixture
async def served(settings: Settings, store: PostgresStore, log: MemoryLog, clock: FixedClock) -> AsyncIterator[str]:
    """A service at a real address, that customers came to."""
    app = create_app("test", [journey_component(settings, log, Access(settings, clock), clock)], settings)
    async with app.router.lifespan_context(app):
        came = [attached("store.visited", anchor=n, profile=n, id_=str(n)) for n in range(1, CUSTOMERS + 1)]
        await log.append(PROFILES.name, [Message(None, one) for one in came])
        await JourneyHandler(store, JourneyStep(clock.now)).handle(records(came))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        running = asyncio.create_task(server.serve())
        await eventually(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        await running


@pytest.fixture
async def client(served: str, token: Token) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served, headers=token("admin")) as client:
        yield client


async def test_how_far_it_is_can_be_asked(client: httpx.AsyncClient, store: PostgresStore, clock: FixedClock) -> None:
    begun = await client.post("/v1/rebuilds", json={})
    assert begun.status_code == 202, begun.text
    view = begun.json()
    assert (view["source"], view["read"], view["finished_at"]) == ("store", None, None)
    assert view["folded"] == {"done": 0, "of": CUSTOMERS}
    step = JourneyStep(clock.now)
    while await store.run(lambda unit: step.sweep(unit, 7)):
        pass
    while await store.run(lambda unit: step.measure(unit, 7)):
        pass
    done = (await client.get(f"/v1/rebuilds/{view['id']}")).json()
    assert done["folded"] == done["measured"] == {"done": CUSTOMERS, "of": CUSTOMERS}
    assert done["finished_at"]
    assert (await client.get("/v1/rebuilds/99")).status_code == 404


async def test_only_admins_may(client: httpx.AsyncClient, token: Token) -> None:
    answer = await client.post("/v1/rebuilds", json={}, headers=token("agent", "ops", "steward"))
    assert answer.status_code == 403


async def test_a_log_that_was_cut_is_read_only_if_that_is_said(client: httpx.AsyncClient, log: MemoryLog) -> None:
    log.cut(PROFILES.name, {0: 2})
    refused = await client.post("/v1/rebuilds", json={"source": "log"})
    assert (refused.status_code, refused.json()["field"]) == (409, "partial")
    assert "does not hold its first 2 messages any more" in refused.json()["detail"]
    begun = (await client.post("/v1/rebuilds", json={"source": "log", "partial": True})).json()
    assert (begun["source"], begun["missed"], begun["read"]["of"]) == ("log", 2, CUSTOMERS - 2)


async def kesher(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "services.cli", "journeys", "rebuild", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_command_follows_it_to_its_end(
    served: str,
    store: PostgresStore,
    database: Database,
    log: MemoryLog,
    clock: FixedClock,
    token: Token,
    tmp_path: Path,
) -> None:
    bearer = token("admin")["Authorization"].removeprefix("Bearer ")
    async with database.connection() as connection:
        await connection.execute("DELETE FROM journey; DELETE FROM interaction WHERE number % 2 = 0")
    step = JourneyStep(lambda: START)
    async with (
        folding_anew(store, step, every_seconds=0.05),
        measuring(store, step, lambda: False, every_seconds=0.05),
        rereading(log, store, step, every_seconds=0.05),
    ):
        done = await kesher(tmp_path, "--from-log", "--url", served, "--token", bearer)
    assert done.returncode == DONE, done.stderr
    assert f"{CUSTOMERS}/{CUSTOMERS}" in done.stderr
    async with database.connection() as connection:
        counts = await connection.fetchrow("SELECT (SELECT count(*) FROM journey), (SELECT count(*) FROM interaction)")
    assert tuple(counts) == (2 * CUSTOMERS, CUSTOMERS)  # both shipped definitions begin with a visit


async def test_the_command_says_what_is_wrong(served: str, token: Token, tmp_path: Path) -> None:
    bearer = token("steward")["Authorization"].removeprefix("Bearer ")
    refused = await kesher(tmp_path, "--url", served, "--token", bearer)
    assert (refused.returncode, "HTTP 403" in refused.stderr) == (WRONG, True)
    away = await kesher(tmp_path, "--url", "http://127.0.0.1:1", "--token", "x")
    assert (away.returncode, "the service is away" in away.stderr) == (AWAY, True)

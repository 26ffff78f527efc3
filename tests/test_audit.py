"""Whoever is told of a customer is kept in the audit first, whatever they asked."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.journey.consume import JourneyHandler
from services.journey.domain.definition import load_definition
from services.journey.postgres import PostgresStore as JourneyStore
from services.journey.schema import SCHEMA as JOURNEYS
from services.journey.step import JourneyStep
from services.origin import create_origin
from services.profile.domain.policy import IdentityPolicy
from services.runtime.clock import SystemClock
from services.runtime.database import Database
from services.runtime.embedded.credentials import mint_token, signing_key
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.journey.feed import records
from tests.profile.postgres_tables import opened
from tests.profile.running import Recorder, apply, profile_step
from tests.test_origin import SOURCES, surface

MAIL, PHONE = ("email", "dana@example.com"), ("phone", "+972555010007")
BOTH = {
    "a": dict(zip(("namespace", "value"), MAIL, strict=True)),
    "b": dict(zip(("namespace", "value"), PHONE, strict=True)),
}
CALLS = """
key: calls
version: 1
title: {en: Calls}
stages:
  - {key: calling, when: i.type == "call.ended"}
pain_points:
  - {key: waited, when: i.measures.wait_seconds > 60, weight: 2}
"""
ELSEWHERE = {
    "/v1/stream": "tells what happens as it happens, of everybody alike",
    "/v1/duplicates/{profile_id}/{other_id}": "needs a pair: tests/profile/duplicates/test_settle.py",
    "/v1/journeys/{key}/alerts/{alert_id}/customers": "needs an alert: tests/journey/alerts/test_api.py",
}
ASKED: dict[tuple[str, str], Any] = {
    ("POST", "/v1/profiles/lookup"): BOTH["a"],
    ("POST", "/v1/profiles/search"): {"q": "Cohen"},
    ("POST", "/v1/identity/why"): BOTH,
    ("POST", "/v1/identity/decisions/preview"): {**BOTH, "kind": "separate", "reason": "to see"},
    ("POST", "/v1/identity/decisions"): {**BOTH, "kind": "confirm", "reason": "they said so"},
}
"""What is asked for by posting it."""
OF_HER = (MAIL[1], PHONE[1], "Dana")


@dataclass
class Town:
    """The whole HTTP surface, with one customer behind it."""

    app: FastAPI
    http: httpx.AsyncClient
    database: asyncpg.Connection
    profile: str

    async def noted(self) -> int:
        """How often it was kept that somebody was told of the customer."""
        counted = 0
        for schema in ("profile", "journey"):
            query = f'SELECT count(*) FROM "{schema}".profile_read WHERE profile = $1'
            counted += await self.database.fetchval(query, self.profile)
        return counted


def call(number: int, *keys: tuple[str, str]) -> bytes:
    identifiers = [{"namespace": name, "value": value, "assurance": "verified"} for name, value in keys]
    moment = datetime.now(UTC) - timedelta(hours=number)
    data = {
        "channel": "call",
        "identifiers": identifiers,
        "traits": {"name": "Dana Cohen"},
        "measures": {"wait_seconds": 90},
    }
    envelope = {"specversion": "1.0", "id": f"call-{number}", "source": "/call/main", "type": "call.ended"}
    return json.dumps({**envelope, "time": moment.isoformat(), "data": data}).encode()


@pytest.fixture
async def town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setenv("TEST_SECRET", "a secret of this test only")
    key = signing_key(tmp_path / "key.json")
    settings = Settings(
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        dev_jwt_key_file=tmp_path / "key.json",
        sources_file=SOURCES,
    )
    app = create_origin(settings, MemoryLog())
    headers = {"Authorization": f"Bearer {mint_token(key, 'admin', datetime.now(UTC))}"}
    transport, base = httpx.ASGITransport(app), "http://127.0.0.1:8080"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as http,
    ):
        said = Recorder()
        async with opened(database_url, said) as kept:
            await apply(kept.store, profile_step(IdentityPolicy()), [call(2, MAIL), call(1, MAIL, PHONE)])
        await follow(settings, said)
        database = await asyncpg.connect(database_url)
        (profile,) = await database.fetchrow('SELECT id::text FROM profile."profile"')
        yield Town(app, http, database, profile)
        await database.close()


async def follow(settings: Settings, said: Recorder) -> None:
    """What the journey worker makes of it."""
    database = Database(settings, JOURNEYS)
    await database.open()
    outbox = Outbox(database, Recorder())
    store, step = JourneyStore(database, outbox), JourneyStep(SystemClock().now)
    await store.accept(load_definition(CALLS).what)
    assert not await JourneyHandler(store, step).handle(records([message.value for message in said.messages]))
    await store.run(lambda unit: step.measure(unit, 10))
    await outbox.settled()
    await database.close()


UNKNOWN = {"namespace": "email", "value": "nobody@example.com"}
WISHED = {"b": BOTH["b"], "kind": "confirm", "reason": "they said so"}


@pytest.mark.parametrize(
    ("path", "action", "asked"),
    [
        ("/v1/profiles/lookup", "lookup", UNKNOWN),
        ("/v1/identity/why", "why", {"a": UNKNOWN, "b": BOTH["b"]}),
        ("/v1/identity/decisions/preview", "preview", {"a": UNKNOWN, **WISHED}),
        ("/v1/identity/decisions", "decision", {"a": UNKNOWN, **WISHED}),
    ],
)
async def test_who_asks_for_somebody_unknown_is_kept_without_whom(
    town: Town, path: str, action: str, asked: Any
) -> None:
    assert (await town.http.post(path, json=asked)).status_code == 404
    (row,) = await town.database.fetch('SELECT * FROM "profile".profile_read')
    assert (row["person"], row["profile"], row["action"]) == ("dev-admin", None, action)
    assert "nobody@" not in str(row)


def filled(path: str, profile: str) -> str:
    values = {"profile_id": profile, "key": "calls", "measure": "wait", "pain_point": "waited", "number": "1"}
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


async def test_whoever_is_told_of_a_customer_is_kept_first(town: Town) -> None:
    routes = [route for route in surface(town.app) if route[0] == "GET" or route in ASKED]
    told = []
    for method, path in routes:
        if path in ELSEWHERE:
            continue
        before = await town.noted()
        answer = await town.http.request(method, filled(path, town.profile), json=ASKED.get((method, path)))
        if "{profile_id}" in path or any(one in answer.text for one in (town.profile, *OF_HER)):
            assert answer.is_success, f"{method} {path}: {answer.text}"
            assert await town.noted() > before, f"{method} {path} tells of a customer, and nobody noted who asked"
            told.append(path)
    assert len(told) >= 15, told

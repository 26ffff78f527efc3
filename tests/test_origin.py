"""The whole HTTP surface of one origin: every route denies by default, and no request breaks it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from services.origin import create_origin
from services.runtime.embedded.credentials import mint_token, signing_key
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings
from services.runtime.web import PUBLIC_ROUTES

SOURCES = Path(__file__).parent / "origin_sources.yaml"
LOOPBACK_ONLY = {"/v1/session/dev"}
HANDSHAKES = {("GET", "/v1/channels/{adapter}"), ("HEAD", "/v1/channels/{adapter}")}
"""Vendors ask these before they know a secret; they tell nothing and take nothing."""
VALUES = {
    "action": "make_amends",
    "decision_id": "0192f3a0-0000-7000-8000-000000000000",
    "pin_id": "0192f3a0-0000-7000-8000-000000000001",
    "adapter": "call_twilio",
    "profile_id": "01a2046f-395e-75da-851e-3f70c362ce1f",
    "other_id": "01a2046f-395e-75da-851e-3f70c362ce2f",
    "key": "customer_lifecycle",
    "measure": "wait",
    "pain_point": "long_wait",
    "side": "before",
    "stage": "new",
    "letter_id": "1",
    "delivery_id": "0192f3a0-0000-7000-8000-000000000002",
    "alert_id": "0192f3a0-0000-7000-8000-000000000003",
    "number": "1",
    "plan_id": "0192f3a0-0000-7000-8000-000000000003",
    "rebuild_id": "1",
}


@pytest.fixture
def app(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setenv("TEST_SECRET", "a secret of this test only")
    signing_key(tmp_path / "key.json")
    settings = Settings(
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        dev_jwt_key_file=tmp_path / "key.json",
        sources_file=SOURCES,
    )
    return create_origin(settings, MemoryLog())


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client,
    ):
        yield client


def surface(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path."""
    return sorted(
        (method, path) for path, methods in app.openapi()["paths"].items() for method in (m.upper() for m in methods)
    ) + [
        (method, route.path)
        for route in app.routes
        if isinstance(route, APIRoute) and not route.include_in_schema
        for method in route.methods
    ]


def filled(path: str) -> str:
    for name, value in VALUES.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"give a value for the parameters of {path}"
    return path


async def test_every_route_denies_whom_it_does_not_know(app: FastAPI, client: httpx.AsyncClient) -> None:
    open_routes = PUBLIC_ROUTES | LOOPBACK_ONLY
    checked = 0
    for method, path in surface(app):
        if path in open_routes or (method, path) in HANDSHAKES:
            continue
        answer = await client.request(method, filled(path), content=b"{}", headers={"Content-Type": "application/json"})
        assert answer.status_code == 401, f"{method} {path} answered {answer.status_code}: {answer.text}"
        checked += 1
    assert checked >= 20


async def test_a_token_of_another_key_opens_nothing(app: FastAPI, client: httpx.AsyncClient, tmp_path: Path) -> None:
    forged = mint_token(signing_key(tmp_path / "other.json"), "admin", datetime.now(UTC))
    client.headers["Authorization"] = f"Bearer {forged}"
    for method, path in surface(app):
        if path in PUBLIC_ROUTES | LOOPBACK_ONLY or (method, path) in HANDSHAKES:
            continue
        answer = await client.request(method, filled(path), content=b"{}")
        assert answer.status_code == 401, f"{method} {path}"


async def test_roles_open_only_what_is_theirs(client: httpx.AsyncClient, tmp_path: Path) -> None:
    key = signing_key(tmp_path / "key.json")

    async def status(role: str, method: str, path: str) -> int:
        token = mint_token(key, role, datetime.now(UTC))
        answer = await client.request(method, path, json={}, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code

    assert await status("agent", "GET", "/v1/dead-letters") == 403
    assert await status("ops", "GET", "/v1/dead-letters") == 200
    assert await status("ops", "PUT", "/v1/journeys/customer_lifecycle") == 403
    assert await status("agent", "GET", "/v1/journeys") == 200
    assert await status("admin", "GET", "/v1/dead-letters") == 200


async def test_handshakes_tell_nothing_without_the_verify_token(client: httpx.AsyncClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "guess", "hub.challenge": "1234"}
    answer = await client.get("/v1/channels/chat_whatsapp", params=asked)
    assert answer.status_code in {401, 403}
    assert "1234" not in answer.text


async def test_development_tokens_are_for_this_machine_by_its_own_name(client: httpx.AsyncClient) -> None:
    rebound = await client.get("/v1/session/dev", headers={"Host": "kesher.example.com"})
    assert rebound.status_code == 403
    assert rebound.headers["content-type"] == "application/problem+json"

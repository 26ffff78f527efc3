import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr

from services.journey.component import journey_component
from services.journey.schema import SCHEMA, VERSIONS
from services.runtime.access import Access
from services.runtime.memory_log import MemoryLog
from services.runtime.migrate import migrate
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.journey.timelines import START
from tests.support.postgres import PostgresServer


class FixedClock:
    """A clock that stands still."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START + timedelta(hours=12))


@pytest.fixture
async def settings(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Settings]:
    async def prepare(url: str) -> None:
        await migrate(Settings(database_url=SecretStr(url)), SCHEMA, VERSIONS)

    key_file = tmp_path / "jwt.json"
    key_file.write_text(json.dumps({"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}))
    template = await postgres_server.template("journey", prepare)
    async with postgres_server.fresh_database(template) as url:
        yield Settings(database_url=SecretStr(url), dev_jwt_key_file=key_file)


@pytest.fixture
def token(settings: Settings, clock: FixedClock) -> Callable[..., dict[str, str]]:
    assert settings.dev_jwt_key_file is not None
    key = OctKey.import_key(json.loads(settings.dev_jwt_key_file.read_text()))

    def headers(*roles: str) -> dict[str, str]:
        claims = {
            "iss": settings.oidc_issuer,
            "aud": settings.oidc_audience,
            "sub": "someone",
            "exp": int(clock.now().timestamp()) + 3_600,
            "roles": list(roles),
        }
        return {"Authorization": f"Bearer {jwt.encode({'alg': 'HS256'}, claims, key)}"}

    return headers


@pytest.fixture
async def client(
    settings: Settings, clock: FixedClock, token: Callable[..., dict[str, str]]
) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the journey service as somebody of operations."""
    component = journey_component(settings, MemoryLog(), Access(settings, clock), clock)
    app = create_app("test", [component], settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=token("ops")) as client,
    ):
        yield client

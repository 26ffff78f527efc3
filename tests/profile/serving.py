"""The profile service's HTTP side on a fresh database, with a step that feeds it as the worker does."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from schemas.exported_journeys import ExportedSegment, JourneyRead, Pages
from services.profile.component import ProfileComponent
from services.profile.erasure.letters import About
from services.profile.policy_file import load_policy
from services.profile.reading.views import JourneyStage
from services.profile.records.no_journeys import NoJourneyRecords
from services.profile.step import ProfileStep
from services.runtime.access import Access
from services.runtime.clock import new_id
from services.runtime.embedded.credentials import mint_token, signing_key
from services.runtime.errors import Unavailable
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.profile.histories import START
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import ENGRAVER, NOW, Recorder, apply
from tests.support.postgres import PostgresServer

T = TypeVar("T")
STAGE = JourneyStage(journey="customer_lifecycle", stage="support", entered_at=NOW)


class Ticking:
    """A clock that goes on by a second whenever somebody looks."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


class Records(NoJourneyRecords):
    """Of everybody the journey service keeps one segment, and of every id that somebody read of it."""

    def of(self, profile: str, now: datetime) -> Mapping[str, Pages]:
        return {**super().of(profile, now), "segments": pages([ExportedSegment(segment="valued")])}

    def reads(self, profiles: Sequence[str]) -> AsyncIterator[Sequence[JourneyRead]]:
        return pages([JourneyRead(at=NOW, person="omer", roles=["ops"])] * len(profiles))


async def pages(everything: Sequence[T]) -> AsyncIterator[Sequence[T]]:
    for one in everything:
        yield [one]


async def one_journey(profile: str) -> Sequence[JourneyStage]:
    return [STAGE]


class Letters:
    """Dead letters of another service: their messages. `meanwhile` goes on while they are read to be forgotten."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.away = False

    async def __call__(self, about: About, *, forget: bool) -> int:
        if self.away:
            raise Unavailable("the letters are away")
        if forget and self.meanwhile:
            await self.meanwhile()
        found = [one for one in self.kept if about(one, NOW)]
        self.kept = [one for one in self.kept if one not in found] if forget else self.kept
        return len(found)


@dataclass
class Served:
    """The routes by role, and the way in for interactions."""

    http: httpx.AsyncClient
    kept: KeptInPostgres
    step: ProfileStep
    tokens: Mapping[str, str]
    letters: "Letters"
    component: ProfileComponent
    log: MemoryLog

    async def hear(self, *those: Mapping[str, Any]) -> list[str]:
        """The outcomes of interactions, each a batch of its own."""
        return [(await apply(self.kept.store, self.step, [json.dumps(one).encode()]))[0] for one in those]

    async def hear_at_once(self, *those: Mapping[str, Any]) -> list[str]:
        """The outcomes of interactions that come as one batch."""
        return await apply(self.kept.store, self.step, [json.dumps(one).encode() for one in those])

    async def ask(self, method: str, path: str, body: Any = None, *, role: str = "steward", status: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        answer = await self.http.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def look_up(self, namespace: str, value: str, role: str = "steward") -> Any:
        found = await self.ask("POST", "/v1/profiles/lookup", {"namespace": namespace, "value": value}, role=role)
        return found["profile"]

    async def notes(self) -> list[tuple[str, str]]:
        """What was read of whom, in order."""
        async with self.kept.database.connection() as connection:
            rows = await connection.fetch("SELECT action, profile::text FROM profile_read ORDER BY at")
        return [tuple(row) for row in rows]


@asynccontextmanager
async def served(server: PostgresServer, folder: Path, rules: str = "") -> AsyncIterator[Served]:
    """The service under an identity policy written in YAML."""
    file = folder / "identity.yaml"
    file.write_text(rules, encoding="utf-8")
    clock, key = Ticking(), signing_key(folder / "key.json")
    async with server.fresh_database(await migrated(server)) as url, opened(url, Recorder()) as kept:
        settings = Settings(
            database_url=SecretStr(url),
            dev_jwt_key_file=folder / "key.json",
            identity_file=file,
            data_dir=folder,
            erasure_key=SecretStr("a key of thirty-two bytes or more"),
        )
        letters = Letters()
        log = MemoryLog()
        component = ProfileComponent(
            *(settings, log, Access(settings, clock), clock, one_journey),
            letters=letters,
            journey_records=Records(),
        )
        app = create_app("test", [component], settings)
        tokens = {role: mint_token(key, role, NOW) for role in ("agent", "ops", "steward", "admin")}
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://t") as http,
        ):
            step = ProfileStep(load_policy(file), new_id, clock.now, ENGRAVER)
            yield Served(http, kept, step, tokens, letters, component, log)


def said(
    number: int, *keys: tuple[str, str], source: str = "/call/main", trust: int = 0, **data: Any
) -> dict[str, Any]:
    """The interaction `e<number>`, so many days after the start, that shows these identifiers; all are verified."""
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": source,
        "type": "call.ended",
        "time": (START + timedelta(days=number)).isoformat(),
        "trust": trust,
        "data": {
            "channel": "call",
            "identifiers": [{"namespace": n, "value": v, "assurance": "verified"} for n, v in keys],
            **data,
        },
    }

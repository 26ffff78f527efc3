"""The interactions of a file through the profile step and the journey step; then the service is asked over HTTP.

Either it is told of all of them at once, or as they happened, turn by turn: only then does anything call for actions.
"""

import asyncio
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from schemas.interaction import Interaction
from schemas.topics import INTERACTIONS, PROFILES
from services.journey.actions.acting import act
from services.journey.alerts.evaluating import evaluate
from services.journey.component import journey_component
from services.journey.consume import JourneyHandler
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA, VERSIONS
from services.journey.step import JourneyStep
from services.journey.summing import sum_up
from services.profile.consume import ProfileHandler
from services.profile.domain.policy import IdentityPolicy
from services.profile.postgres_store import PostgresStore as ProfileStore
from services.profile.step import ProfileStep
from services.profile.worker import SCHEMA as PROFILE_SCHEMA
from services.profile.worker import VERSIONS as PROFILE_VERSIONS
from services.runtime.access import Access
from services.runtime.clock import new_id
from services.runtime.database import BY_INDEX, Database
from services.runtime.embedded.credentials import mint_token, signing_key
from services.runtime.log import Reader, Record
from services.runtime.memory_log import MemoryLog
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.support.postgres import PostgresServer

BATCH = 4_000
PROFILES_AT_ONCE = 500
CUSTOMERS = """
SELECT i.value, m.profile::text FROM identifier i JOIN membership m ON m.identifier = i.id
WHERE i.namespace = 'customer_id'
"""


@dataclass
class StandingClock:
    """It is the same moment until somebody moves it."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass
class World:
    """The service that was told of a file; `profiles` are those of the file's customers."""

    runner: asyncio.Runner
    http: httpx.AsyncClient
    profiles: Mapping[str, str]

    def get(self, path: str, **asked: Any) -> Any:
        """The answer to a question about journeys."""
        answer = self._ask("GET", path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def make(self, path: str, body: Mapping[str, Any]) -> Any:
        """What was made of this."""
        answer = self._ask("POST", path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def drop(self, path: str) -> None:
        assert self._ask("DELETE", path).status_code == 204

    def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        return self.runner.run(self.http.request(method, f"/v1/journeys/{path}", **how))

    def pages(self, path: str, **asked: Any) -> list[Any]:
        """All items of a list that comes in pages."""
        page = self.get(path, limit=1_000, **asked)
        items: list[Any] = page["items"]
        while page["next"]:
            page = self.get(path, limit=1_000, cursor=page["next"], **asked)
            items += page["items"]
        return items


@contextmanager
def told(
    server: PostgresServer,
    folder: Path,
    interactions: Sequence[Interaction],
    now: datetime,
    definitions: Mapping[str, str],
    segments: Mapping[str, str] | None = None,
    *,
    turns: Sequence[datetime] = (),
    alerts: bool = False,
) -> Iterator[World]:
    """Under these definitions and segments, written in YAML, beside those that are shipped; with alerts if wanted.

    It hears at each of the `turns` what has happened since the one before, and acts; or of everything at once. The last
    one is `now`.
    """
    for kind, texts in (("journeys", definitions), ("segments", segments or {})):
        (folder / kind).mkdir()
        for key, text in texts.items():
            (folder / kind / f"{key}.yaml").write_text(text, "utf-8")
    parts = _parts(interactions, turns) if turns else {now: interactions}
    assert [*parts][-1] == now
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            yield runner.run(_told(stack, runner, server, folder, parts, alerts=alerts))
        finally:
            runner.run(stack.aclose())


def _parts(interactions: Sequence[Interaction], turns: Sequence[datetime]) -> Mapping[datetime, Sequence[Interaction]]:
    """By the first turn that does not come before them."""
    parts: dict[datetime, list[Interaction]] = {turn: [] for turn in turns}
    for interaction in interactions:
        parts[turns[bisect_left(turns, interaction.time)]].append(interaction)
    return parts


async def _told(
    stack: AsyncExitStack,
    runner: asyncio.Runner,
    server: PostgresServer,
    folder: Path,
    parts: Mapping[datetime, Sequence[Interaction]],
    *,
    alerts: bool,
) -> World:
    url = await stack.enter_async_context(server.fresh_database())
    settings = Settings(
        database_url=SecretStr(url),
        dev_jwt_key_file=folder / "key.json",
        journeys_dir=folder / "journeys",
        segments_dir=folder / "segments",
    )
    clock, key, log = StandingClock(next(iter(parts))), signing_key(folder / "key.json"), MemoryLog()
    await migrate(settings, PROFILE_SCHEMA, PROFILE_VERSIONS)
    await migrate(settings, SCHEMA, VERSIONS)
    component = journey_component(settings, log, Access(settings, clock), clock)
    app = create_app("test", [component], settings)
    await stack.enter_async_context(app.router.lifespan_context(app))
    profiles = await _hear(settings, log, parts, clock, alerts=alerts)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://test",
        headers={"Authorization": f"Bearer {mint_token(key, 'ops', clock.now())}"},
    )
    return World(runner, await stack.enter_async_context(client), profiles)


async def _hear(
    settings: Settings,
    log: MemoryLog,
    parts: Mapping[datetime, Sequence[Interaction]],
    clock: StandingClock,
    *,
    alerts: bool,
) -> Mapping[str, str]:
    """Profiles by customer number, once both steps heard of every part at its moment."""
    async with _opened(settings, PROFILE_SCHEMA) as profiles, _opened(settings, SCHEMA) as journeys:
        outbox = Outbox(profiles, await log.producer())
        profile_store, policy = ProfileStore(profiles, outbox), ProfileStep(IdentityPolicy(), new_id, clock.now)
        await profile_store.run(policy.state_policy)
        handler = ProfileHandler(profile_store, policy)
        posted = Outbox(journeys, await log.producer())
        store, step = PostgresStore(journeys, posted), JourneyStep(clock.now)
        reader = await log.reader(PROFILES.name, dict.fromkeys(await log.end(PROFILES.name), 0))
        for moment, part in parts.items():
            clock.moment = moment
            await _to_profiles(handler, part)
            await outbox.settled()
            await _to_journeys(JourneyHandler(store, step), reader)
            await _tell_time(store, step)
        await _measure(store, step)
        while alerts and (await store.run(lambda unit: evaluate(unit, clock.now()))).definition:
            pass
        await posted.settled()
        async with profiles.connection() as connection:
            return dict(await connection.fetch(CUSTOMERS))


@asynccontextmanager
async def _opened(settings: Settings, schema: str) -> AsyncIterator[Database]:
    database = Database(settings, schema, planned=BY_INDEX)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def _to_profiles(handler: ProfileHandler, interactions: Sequence[Interaction]) -> None:
    for at in range(0, len(interactions), BATCH):
        batch = enumerate(interactions[at : at + BATCH], start=at)
        assert await handler.handle([Record(INTERACTIONS.name, 0, n, None, one.to_json()) for n, one in batch]) == []


async def _to_journeys(handler: JourneyHandler, reader: Reader) -> None:
    while records := await reader.read(BATCH, 0.0):
        assert await handler.handle(records) == []


async def _tell_time(store: PostgresStore, step: JourneyStep) -> None:
    """What has come due, and what that and the interactions call for, as the worker does."""
    while (await store.run(lambda unit: step.tick(unit, PROFILES_AT_ONCE))).profiles:
        pass
    while await act(store, step.now):
        pass


async def _measure(store: PostgresStore, step: JourneyStep) -> None:
    """Some changes are summed up, and some are not."""
    summed = False
    while await store.run(lambda unit: step.measure(unit, PROFILES_AT_ONCE)):
        if not summed:
            await sum_up(store)
        summed = True

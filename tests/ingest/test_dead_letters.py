"""Dead letters: collected, listed without what customers said, and played again."""

from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey
from pydantic import SecretStr

from schemas.dead_letter import DeadLetter, DeadLetterData
from schemas.topics import DEAD_LETTERS, INTERACTIONS
from services.ingest.collecting import DeadLetterHandler
from services.ingest.component import MIGRATIONS, IngestComponent
from services.ingest.dead_letters import read_letter
from services.ingest.forgetting import READ_AT_ONCE
from services.ingest.keeping import keep_for, sweep
from services.ingest.postgres import SCHEMA, PostgresLetters
from services.ingest.settings import IngestSettings
from services.runtime import telemetry
from services.runtime.access import Access
from services.runtime.beside import beside
from services.runtime.clock import SystemClock
from services.runtime.database import Database
from services.runtime.embedded.credentials import mint_token, signing_key
from services.runtime.log import Message, Record
from services.runtime.memory_log import MemoryLog
from services.runtime.migrate import migrate
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.ingest.conftest import configured_sources
from tests.ingest.test_events import AUTH, event
from tests.support.eventually import eventually

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def letter(number: int, topic: str = INTERACTIONS.name, value: bytes = b"what dana said") -> Message:
    data = DeadLetterData(
        topic=topic,
        partition=1,
        offset=number,
        key=b64encode(b"key").decode(),
        value=b64encode(value).decode(),
        consumer="profile",
        error="ValueError while processing",
    )
    made = DeadLetter(id=f"letter-{number}", source="/profile", time=NOW, data=data)
    return Message(None, made.model_dump_json().encode())


class Service:
    def __init__(self, client: httpx.AsyncClient, log: MemoryLog, key: OctKey, component: IngestComponent) -> None:
        self.client = client
        self.log = log
        self.component = component
        self._key = key

    async def get(self, role: str = "ops", path: str = "/v1/dead-letters", **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params, headers=self.as_(role))

    async def replay(self, letter_id: str, role: str = "admin") -> httpx.Response:
        return await self.client.post(f"/v1/dead-letters/{letter_id}/replay", headers=self.as_(role))

    def as_(self, role: str) -> dict[str, str]:
        return {"authorization": f"Bearer {mint_token(self._key, role, datetime.now(UTC))}"}

    async def listed(self, count: int) -> list[dict[str, Any]]:
        async def enough() -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = (await self.get()).json()["items"]
            return items if len(items) >= count else []

        return await eventually(enough)


@pytest.fixture
async def service(database_url: str, tmp_path: Any) -> AsyncIterator[Service]:
    key_file = tmp_path / "key.json"
    key = signing_key(key_file)
    settings = Settings(database_url=SecretStr(database_url), dev_jwt_key_file=key_file)
    log = MemoryLog()
    clock = SystemClock()
    component = IngestComponent(settings, IngestSettings(), configured_sources(), log, Access(settings, clock), clock)
    app = create_app("test", [component], settings)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://k") as client:
        yield Service(client, log, key, component)


async def test_letters_are_listed_newest_first_without_their_payload(service: Service) -> None:
    await service.log.append(DEAD_LETTERS.name, [letter(n) for n in range(3)])
    items = await service.listed(3)
    assert [item["id"] for item in items] == ["letter-2", "letter-1", "letter-0"]
    assert items[0] == {
        "id": "letter-2",
        "topic": INTERACTIONS.name,
        "partition": 1,
        "offset": 2,
        "consumer": "profile",
        "error": "ValueError while processing",
        "failed_at": "2026-11-22T10:00:00Z",
        "size_bytes": 14,
        "replayed_at": None,
        "replayed_by": None,
    }


async def test_pages(service: Service) -> None:
    await service.log.append(DEAD_LETTERS.name, [letter(n) for n in range(5)])
    await service.listed(5)
    seen, cursor = [], None
    for _ in range(3):
        page = (await service.get(limit=2, **({"cursor": cursor} if cursor else {}))).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert (seen, cursor) == ([f"letter-{n}" for n in (4, 3, 2, 1, 0)], None)


async def test_a_letter_that_comes_twice_is_kept_once(service: Service) -> None:
    await service.log.append(DEAD_LETTERS.name, [letter(1), letter(1), letter(2)])
    await service.listed(2)
    assert len((await service.get()).json()["items"]) == 2


async def test_replay_puts_the_message_back_and_is_noted(service: Service) -> None:
    await service.log.append(DEAD_LETTERS.name, [letter(1)])
    await service.listed(1)
    answer = await service.replay("letter-1")
    assert (answer.status_code, answer.json()) == (200, {"id": "letter-1", "topic": INTERACTIONS.name})
    reader = await service.log.reader(INTERACTIONS.name, dict.fromkeys(range(INTERACTIONS.partitions), 0))
    assert [(r.key, r.value) for r in await reader.read(10, 0.1)] == [(b"key", b"what dana said")]
    (item,) = (await service.get()).json()["items"]
    assert (item["replayed_by"], item["replayed_at"] is None) == ("dev-admin", False)


async def test_letters_with_what_was_erased_are_counted_and_forgotten(service: Service) -> None:
    await service.log.append(DEAD_LETTERS.name, [letter(n) for n in range(2)])
    await service.listed(2)
    assert await service.component.dead_letters(lambda message, _: b"avi" in message, forget=True) == 0
    assert await service.component.dead_letters(lambda message, _: b"dana" in message, forget=False) == 2
    assert len(await service.listed(2)) == 2
    assert await service.component.dead_letters(lambda message, _: b"dana" in message, forget=True) == 2
    assert (await service.get()).json()["items"] == []


async def test_all_letters_are_looked_through_a_few_at_a_time(service: Service) -> None:
    number = 2 * READ_AT_ONCE + 1
    await service.log.append(DEAD_LETTERS.name, [letter(n, value=b"dana %d" % n) for n in range(number)])
    await service.listed(number)
    seen: list[bytes] = []
    assert await service.component.dead_letters(lambda message, _: seen.append(message) is None, forget=True) == number
    assert seen == [b"dana %d" % n for n in range(number)]
    assert (await service.get()).json()["items"] == []


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[PostgresLetters]:
    settings = Settings(database_url=SecretStr(database_url))
    database = Database(settings, SCHEMA)
    await migrate(settings, SCHEMA, MIGRATIONS)
    await database.open()
    yield PostgresLetters(database)
    await database.close()


async def test_letters_that_come_about_who_was_erased_are_not_kept(store: PostgresLetters) -> None:
    asked: list[tuple[bytes, datetime]] = []

    async def of_the_erased(letters: Sequence[tuple[bytes, datetime]]) -> list[bool]:
        assert asked or await store.newest(1, None), "kept before they are asked about"
        asked.extend(letters)
        return [message == b"dana" for message, _ in letters]

    values = [(b"dana", b"avi")[n % 2] for n in range(READ_AT_ONCE + 2)]
    records = [Record(DEAD_LETTERS.name, 0, n, None, letter(n, value=v).value) for n, v in enumerate(values)]
    await DeadLetterHandler(store, SystemClock(), of_the_erased).handle(records)
    assert asked == [(value, NOW) for value in values]
    assert {one.value for one in await store.after(0, len(values))} == {b"avi"}


async def test_letters_are_kept_for_as_long_as_the_setting_says(store: PostgresLetters) -> None:
    ages = (0, 29, 31, 400)
    letters = [read_letter(Record(DEAD_LETTERS.name, 0, n, None, letter(n).value), NOW) for n in ages]
    await store.add([replace(one, failed_at=NOW - timedelta(days=one.offset)) for one in letters])
    before = telemetry.DEAD_LETTERS_EXPIRED._value.get()
    async with beside(keep_for(store, timedelta(days=30), lambda: NOW)):
        await eventually(lambda: telemetry.DEAD_LETTERS_EXPIRED._value.get() == before + 2)
    assert {one.offset for one in await store.newest(10, None)} == {0, 29}


async def test_old_letters_go_in_small_pieces(store: PostgresLetters) -> None:
    old = read_letter(Record(DEAD_LETTERS.name, 0, 0, None, letter(0).value), NOW)
    await store.add([replace(old, id=f"letter-{n}") for n in range(5)])
    assert await store.remove_older(NOW + timedelta(seconds=1), 2) == 2
    assert await sweep(store, NOW + timedelta(seconds=1)) == 3
    assert await sweep(store, NOW + timedelta(seconds=1)) == 0


@pytest.fixture
async def old_letter(store: PostgresLetters) -> None:
    """It was put aside so long ago that its topic does not hold it any more."""
    old = read_letter(Record(DEAD_LETTERS.name, 0, 0, None, letter(0).value), NOW)
    await store.add([replace(old, failed_at=datetime.now(UTC) - timedelta(days=91))])


async def test_the_component_removes_what_is_too_old(
    old_letter: None, store: PostgresLetters, service: Service
) -> None:
    async def none() -> bool:
        return not await store.newest(1, None)

    assert await eventually(none)


async def test_replay_of_nothing(service: Service) -> None:
    assert (await service.replay("letter-9")).status_code == 404


async def test_a_message_of_an_unknown_topic_has_nowhere_to_go(service: Service) -> None:
    await service.log.append(DEAD_LETTERS.name, [letter(1, topic="other.topic")])
    await service.listed(1)
    assert (await service.replay("letter-1")).status_code == 400


async def test_a_letter_that_cannot_be_read_is_kept_and_not_sent_round(service: Service) -> None:
    await service.log.append(DEAD_LETTERS.name, [Message(None, b"broken")])
    (item,) = await service.listed(1)
    assert (item["topic"], item["size_bytes"]) == (DEAD_LETTERS.name, 6)
    assert (await service.replay(item["id"])).status_code == 400
    assert await service.log.end(DEAD_LETTERS.name) == {0: 1}


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("steward", 403), ("ops", 200), ("admin", 200)])
async def test_who_may_look(service: Service, role: str, status: int) -> None:
    assert (await service.get(role)).status_code == status


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("steward", 403), ("ops", 403), ("admin", 404)])
async def test_who_may_replay(service: Service, role: str, status: int) -> None:
    assert (await service.replay("letter-9", role)).status_code == status


async def test_nobody_may_without_a_token(service: Service) -> None:
    assert (await service.client.get("/v1/dead-letters")).status_code == 401
    assert (await service.client.post("/v1/dead-letters/x/replay")).status_code == 401


async def test_the_component_is_ready_and_takes_events(service: Service) -> None:
    assert (await service.client.get("/readyz")).status_code == 200
    answer = await service.client.post("/v1/events", json=event(), headers=AUTH)
    assert answer.json() == {"accepted": 1, "rejected": []}


@pytest.mark.parametrize("value", [b"", b"{}", b'{"data": 1}', letter(1).value.replace(b'"value":"', b'"value":"!')])
def test_unreadable_letters_stand_for_themselves(value: bytes) -> None:
    read = read_letter(Record(DEAD_LETTERS.name, 0, 7, b"k", value), NOW)
    assert (read.id, read.topic, read.value) == (f"{DEAD_LETTERS.name}:0:7", DEAD_LETTERS.name, value)

"""A rebuild goes on whoever is killed, and ends in what would have been without it."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from schemas.profile_events import InteractionAttached
from schemas.topics import JOURNEYS, PROFILES
from services.journey.rebuild.port import Rebuild
from services.journey.rebuild.postgres import PostgresRebuilds
from services.journey.rebuild.rereading import whole
from services.journey.schema import SCHEMA
from services.runtime.database import Database
from services.runtime.kafka_log import KafkaLog
from services.runtime.log import Message
from tests.journey.feed import replayed
from tests.support.crash import ChildProcess, Site, dooms, site, wreak
from tests.support.eventually import eventually
from tests.support.kafka import require_kafka
from tests.support.postgres import PostgresServer

CUSTOMERS = 1_000
TYPES = ("store.visited", "cart.updated", "order.placed", "order.fulfilled", "call.ended")
KILLS = 6
PATIENCE_SECONDS = 180.0
# Who is abandoned follows from `touched_at`; whether a timer has already written it down depends on the clock.
STATE = """
SELECT 'journey', (to_jsonb(j) - 'due' || CASE status WHEN 'abandoned' THEN '{"status": "active", "closed_at": null}'
    ELSE '{}' END::jsonb)::text FROM journey.journey j
UNION ALL SELECT 'pain', to_jsonb(p)::text FROM journey.pain p
UNION ALL SELECT 'fact', to_jsonb(f)::text FROM journey.fact f
UNION ALL SELECT 'transition', (to_jsonb(t) - 'generation')::text FROM journey.transition t
"""
DAMAGE = (
    "DELETE FROM journey.journey WHERE profile < '00000000-0000-0000-0000-000000000300'",
    "DELETE FROM journey.fact WHERE profile > '00000000-0000-0000-0000-000000000200'",
    "DELETE FROM journey.interaction WHERE number % 3 = 0",
    "UPDATE journey.transition SET to_stage = 'nowhere' WHERE profile < '00000000-0000-0000-0000-000000000100'",
)
FOLDED = "SELECT count(*) FROM journey.profile WHERE registry >= (SELECT max(revision) FROM journey.rebuild)"
READ = "SELECT sum(value::bigint) FROM journey.rebuild, jsonb_each_text(positions)"
UNREAD = "SELECT count(*) FROM journey.rebuild WHERE revision IS NULL"
UNMEASURED = "SELECT count(*) FROM journey.profile WHERE NOT measured"

pytestmark = [pytest.mark.kafka, pytest.mark.crash, pytest.mark.timeout(4 * PATIENCE_SECONDS)]


async def test_killed_workers_make_everything_anew(postgres_server: PostgresServer, tmp_path: Path) -> None:
    require_kafka()
    rng = random.Random(11)
    async with postgres_server.fresh_database() as url, site(tmp_path / "site", url) as place:
        await _say(place, _half(0))
        workers = [place.child(f"journey-{n}", "work", "journey") for n in range(3)]
        for worker in workers:
            worker.start()
        await eventually(lambda: _at_rest(place), PATIENCE_SECONDS)
        for statement in DAMAGE:
            await place.query(statement)
        rebuild = await _begun(place)
        assert rebuild.messages == CUSTOMERS * len(TYPES) // 2
        await _say(place, _half(1))  # and the customers go on meanwhile
        await _killed_meanwhile(place, workers, rebuild, rng)
        await eventually(lambda: _at_rest(place, rebuild), PATIENCE_SECONDS)
        made_anew = await _state(place)
        await place.stop()
        events = [*map(msgspec.json.decode, await place.read_all(JOURNEYS.name))]
        stored = await place.number("SELECT count(*) FROM journey.transition")
    assert len({(profile, journey, interaction) for profile, journey, interaction, *_ in _standing(events)}) == stored
    undisturbed = await _undisturbed(postgres_server, tmp_path)
    assert sorted((made_anew - undisturbed).items())[:5] == sorted((undisturbed - made_anew).items())[:5] == []


async def _killed_meanwhile(place: Site, workers: list[ChildProcess], rebuild: Rebuild, rng: random.Random) -> None:
    async def reached() -> int:
        return await place.number(READ) + await place.number(FOLDED)

    doomed = dooms(rng, workers, KILLS, rebuild.messages + CUSTOMERS)
    await wreak(place, doomed, reached, rng, PATIENCE_SECONDS)
    assert sum(worker.kills for worker in workers) == KILLS


async def _undisturbed(postgres_server: PostgresServer, tmp_path: Path) -> Counter[tuple[str, str]]:
    async with postgres_server.fresh_database() as url, site(tmp_path / "calm", url) as place:
        await _say(place, _half(0))
        await _say(place, _half(1))
        place.child("journey", "work", "journey").start()
        await eventually(lambda: _at_rest(place, interactions=CUSTOMERS * len(TYPES)), PATIENCE_SECONDS)
        state = await _state(place)
        await place.stop()
    return state


async def _state(place: Site) -> Counter[tuple[str, str]]:
    return Counter((table, row) for table, row in await place.query(STATE))


def _standing(events: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return replayed(list({event["id"]: event for event in events}.values()))


async def _begun(place: Site) -> Rebuild:
    database = Database(place.settings, SCHEMA)
    await database.open()
    try:
        return await PostgresRebuilds(database).begin(await whole(KafkaLog(place.settings)))
    finally:
        await database.close()


async def _at_rest(place: Site, rebuild: Rebuild | None = None, *, interactions: int | None = None) -> bool:
    """Whether all interactions are there, and everybody is measured; and made anew, if that was begun."""
    place.supervise()
    expected = interactions or CUSTOMERS * len(TYPES) // (1 if rebuild else 2)
    if await place.number("SELECT count(*) FROM journey.interaction") < expected:
        return False
    if await place.number(UNREAD) or (rebuild and await place.number(FOLDED) < CUSTOMERS):
        return False
    return await place.number(UNMEASURED) == await place.number("SELECT count(*) FROM journey.outbox") == 0


def _half(which: int) -> Iterator[Message]:
    """Of every customer the interactions at even or at odd places, mixed."""
    places = [(n, k) for n in range(1, CUSTOMERS + 1) for k in range(len(TYPES)) if (n + k) % 2 == which]
    random.Random(which).shuffle(places)
    return (_attached(customer, place) for customer, place in places)


async def _say(place: Site, messages: Iterator[Message]) -> None:
    log = KafkaLog(place.settings)
    await log.ensure_topics()
    producer = await log.producer()
    await producer.send(PROFILES.name, list(messages))
    await producer.close()


def _attached(customer: int, place: int) -> Message:
    profile, number = str(UUID(int=customer)), customer * len(TYPES) + place
    time = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=7 * place + customer % 5)
    event = InteractionAttached.model_validate(
        {
            "id": str(number),
            "time": time,
            "data": {
                "anchor": {"identifier": customer, "profile_id": profile, "version": 1},
                "outcome": "attached",
                "number": number,
                "interaction": {
                    "specversion": "1.0",
                    "id": str(number),
                    "source": "/test/rebuild",
                    "type": TYPES[place],
                    "time": time,
                    "data": {"channel": "store", "measures": {"wait_seconds": 30.0 * place}},
                },
            },
        }
    )
    return Message(profile.encode(), event.model_dump_json(exclude_none=True).encode())

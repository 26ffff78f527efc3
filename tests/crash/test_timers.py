"""What time does to journeys is told once, however often the workers that tell it are killed."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from schemas.profile_events import InteractionAttached
from schemas.topics import JOURNEYS, PROFILES
from services.runtime.kafka_log import KafkaLog
from services.runtime.log import Message
from tests.support.crash import ChildProcess, Site, dooms, site, wreak
from tests.support.eventually import eventually
from tests.support.kafka import require_kafka
from tests.support.postgres import PostgresServer

JOURNEYS_DUE = 1_200
EVERY = timedelta(milliseconds=15)
FIRST = timedelta(seconds=15)
EXPECTED = timedelta(hours=1)
KILLS = 5
PATIENCE_SECONDS = 180.0
DEFINITION = """
key: waiting
version: 1
title: {en: Waiting}
stages:
  - {key: waits, when: 'i.type == "claim.approved"', expected: PT1H}
"""

pytestmark = [pytest.mark.kafka, pytest.mark.crash, pytest.mark.timeout(3 * PATIENCE_SECONDS)]


async def test_killed_workers_tell_each_lapse_once(postgres_server: PostgresServer, tmp_path: Path) -> None:
    require_kafka()
    rng = random.Random(7)
    async with postgres_server.fresh_database() as url, site(tmp_path / "site", url) as place:
        await _attach(place)
        workers = _workers(place, tmp_path / "journeys")
        doomed = dooms(rng, workers, KILLS, JOURNEYS_DUE)
        await wreak(place, doomed, lambda: _told(place), rng, PATIENCE_SECONDS)
        await eventually(lambda: _all_told(place), PATIENCE_SECONDS)
        await place.stop()
        events = {event["id"]: event for event in map(msgspec.json.decode, await place.read_all(JOURNEYS.name))}
    overdue = [event["data"]["profile_id"] for event in events.values() if event["type"] == "journey.overdue"]
    assert sorted(overdue) == [str(UUID(int=number)) for number in range(1, JOURNEYS_DUE + 1)]
    assert {event["type"] for event in events.values()} == {"journey.transitioned", "journey.overdue"}


async def _attach(place: Site) -> None:
    """Customers who become overdue one after the other, once the workers run."""
    start = datetime.now(UTC) - EXPECTED + FIRST
    log = KafkaLog(place.settings)
    await log.ensure_topics()
    producer = await log.producer()
    await producer.send(PROFILES.name, [_attached(n, start + n * EVERY) for n in range(1, JOURNEYS_DUE + 1)])
    await producer.close()


def _attached(number: int, time: datetime) -> Message:
    profile = str(UUID(int=number))
    event = InteractionAttached.model_validate(
        {
            "id": str(number),
            "time": time,
            "data": {
                "anchor": {"identifier": number, "profile_id": profile, "version": 1},
                "outcome": "created",
                "interaction": {
                    "specversion": "1.0",
                    "id": str(number),
                    "source": "/test/claims",
                    "type": "claim.approved",
                    "time": time,
                    "data": {"channel": "app"},
                },
            },
        }
    )
    return Message(profile.encode(), event.model_dump_json(exclude_none=True).encode())


def _workers(place: Site, folder: Path) -> list[ChildProcess]:
    folder.mkdir()
    (folder / "waiting.yaml").write_text(DEFINITION, encoding="utf-8")
    workers = [place.child(f"journey-{n}", "work", "journey", KESHER_JOURNEYS_DIR=str(folder)) for n in range(3)]
    for worker in workers:
        worker.start()
    return workers


async def _told(place: Site) -> int:
    return await place.number("SELECT count(*) FROM journey.lapse")


async def _all_told(place: Site) -> bool:
    place.supervise()
    return await _told(place) == JOURNEYS_DUE and await place.number("SELECT count(*) FROM journey.outbox") == 0

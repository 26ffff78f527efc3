from datetime import timedelta

import pytest

from services.journey import queries
from services.journey.domain.definition import load_definition
from services.journey.domain.model import Journey
from services.journey.postgres import PostgresStore
from services.journey.remembered import LatestJourneys
from services.journey.schema import SCHEMA
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.contracts.journey_time import WAITS, Timed
from tests.journey.feed import attached
from tests.journey.timelines import START

JOURNEY = Journey(1, START, "one", START, START + timedelta(hours=1))


def test_what_is_remembered_holds_for_the_version_that_it_was_told_of() -> None:
    latest = LatestJourneys()
    latest.remember("a", 3, {"rounds": JOURNEY, "waits": None})
    assert latest.of("a", 3) == {"rounds": JOURNEY, "waits": None}
    assert [latest.of("a", version) for version in (2, 4, None)] == [{}, {}, {}]
    assert latest.of("b", 3) == {}


def test_of_many_profiles_those_told_of_last_are_remembered() -> None:
    latest = LatestJourneys(profiles=2)
    for profile in ("a", "b", "a", "c"):
        latest.remember(profile, 1, {"rounds": JOURNEY})
    assert [bool(latest.of(profile, 1)) for profile in ("a", "b", "c")] == [True, False, True]


async def test_a_worker_does_not_read_what_it_wrote(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    worker = Timed(PostgresStore(database, Outbox(database, await log.producer())), log)
    await worker.store.accept(load_definition(WAITS).what)
    await worker.feed([attached("store.visited")])
    monkeypatch.setattr(queries, "LATEST", "SELECT 1 / 0 WHERE $1 <> $2")
    await worker.feed([attached("order.placed", hours=1)], [attached("order.fulfilled", hours=2)])
    assert await worker.steps(1) == [(None, "one"), ("one", "two"), ("two", "done")]
    await database.close()


async def test_what_another_worker_wrote_is_read(settings: Settings) -> None:
    database, log = Database(settings, SCHEMA), MemoryLog()
    await database.open()
    producer = await log.producer()
    one, other = (Timed(PostgresStore(database, Outbox(database, producer)), log) for _ in range(2))
    await one.store.accept(load_definition(WAITS).what)
    for place, worker in enumerate((one, other, other, one, one, other)):
        await worker.feed(
            [attached("order.placed" if place % 2 else "store.visited", hours=place, id_=f"first-{place}")]
        )
    await other.until(30)
    await one.feed([attached("store.visited", hours=31)])
    found = await one.store.of_profile("00000000-0000-0000-0000-000000000001", 10)
    assert found is not None
    told = [(row.journey.number, row.journey.status, row.journey.touchpoints) for row in found.journeys]
    assert told == [(2, "active", 1), (1, "abandoned", 6)]
    assert len(found.steps) == 7
    await database.close()

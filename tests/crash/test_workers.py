"""Nothing lost, nothing twice: what workers leave behind does not depend on how often they were killed."""

import asyncio
import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.runtime.log import Message
from tests.crash.outcome import Journeys, People, check_announced, check_told, journeys, people
from tests.crash.traffic import identities, traffic
from tests.support.crash import Site, dooms, site, wreak
from tests.support.kafka import require_kafka
from tests.support.postgres import PostgresServer

INTERACTIONS = int(os.environ.get("KESHER_CRASH_INTERACTIONS", "12000"))
SEED = int(os.environ.get("KESHER_CRASH_SEED", "7"))
KILLS = 8
PATIENCE_SECONDS = 120 + INTERACTIONS / 100
SERVICES = ("profile", "journey")

pytestmark = [pytest.mark.kafka, pytest.mark.crash, pytest.mark.timeout(4 * PATIENCE_SECONDS)]


async def test_killed_workers_leave_what_undisturbed_ones_leave(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    require_kafka()
    messages = traffic(INTERACTIONS, SEED)
    async with postgres_server.fresh_database() as url, site(tmp_path / "calm", url) as calm:
        expected = await _undisturbed(calm, messages)
    async with postgres_server.fresh_database() as url, site(tmp_path / "rough", url) as rough:
        found = await _disturbed(rough, messages, random.Random(SEED))
    for want, got in zip(expected, found, strict=True):
        for name, value in vars(want).items():
            assert value == getattr(got, name), name


async def _undisturbed(calm: Site, messages: Sequence[Message]) -> tuple[People, Journeys]:
    await calm.produce(messages)
    for service in SERVICES:
        calm.child(service, "work", service).start()
    return await _ending(calm, messages)


async def _disturbed(rough: Site, messages: Sequence[Message], rng: random.Random) -> tuple[People, Journeys]:
    await rough.produce(messages)
    victims = [rough.child(f"{service}-{n}", "work", service) for n in range(2) for service in SERVICES]
    for victim in victims:
        victim.start()
    doomed = dooms(rng, victims, KILLS, len(messages))

    async def progress() -> int:
        return await rough.number("SELECT last_value FROM profile.interaction_number")

    await wreak(rough, doomed[: KILLS // 2], progress, rng, PATIENCE_SECONDS)
    await asyncio.to_thread(rough.kafka.restart)
    await wreak(rough, doomed[KILLS // 2 :], progress, rng, PATIENCE_SECONDS)
    return await _ending(rough, messages)


async def _ending(place: Site, messages: Sequence[Message]) -> tuple[People, Journeys]:
    await place.until_done(SERVICES, PATIENCE_SECONDS)
    await place.stop()
    who, where = await people(place), await journeys(place)
    assert {(row[0], row[1]) for row in who.interactions} == set(identities(messages))
    await check_announced(place)
    await check_told(place)
    return who, where

"""The profile worker's process: consumes, takes out what has expired, publishes what a crash left in the outbox."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from schemas.topics import INTERACTIONS
from services.profile.consume import BATCHES_AT_ONCE, GROUP, ProfileHandler
from services.profile.corrections.recount import recounting
from services.profile.crowded import Crowded
from services.profile.crowds_heard import crowds_heard
from services.profile.erasure.key import engraver_of
from services.profile.pins.queries import PostgresPins
from services.profile.policy_file import load_policy
from services.profile.postgres_store import PostgresStore
from services.profile.retention.expiring import expiring
from services.profile.step import ProfileStep
from services.runtime.clock import SystemClock, new_id
from services.runtime.consume import ConsumerLoop
from services.runtime.database import BY_INDEX, Database
from services.runtime.kafka_log import KafkaLog
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox, sweep
from services.runtime.settings import Settings

SCHEMA = "profile"
VERSIONS = Path(__file__).parent / "migrations" / "versions"
REST_SECONDS = 0.4
"""What this worker does at once is what the journey worker gets at once: larger batches cost both of them less."""
REST_FROM = 500
"""Smaller batches are of a machine that keeps up: whoever is among them is not to wait."""


async def work(settings: Settings, stop: asyncio.Event, joined: Callable[[], None]) -> None:
    """Consumes until `stop` is set and the backlog is done; calls `joined` once it takes part.

    Raises TooManyDeadLetters.
    """
    clock, log, database = SystemClock(), KafkaLog(settings), Database(settings, SCHEMA, planned=BY_INDEX)
    step = ProfileStep(load_policy(settings.identity_file), new_id, clock.now, engraver_of(settings))
    await log.ensure_topics()
    await migrate(settings, SCHEMA, VERSIONS)
    await database.open()
    producer = await log.producer()
    try:
        outbox = Outbox(database, producer)
        store = PostgresStore(database, outbox)
        crowded = Crowded()
        handler = ProfileHandler(store, step, crowded)
        await store.run(step.state_policy)
        await PostgresPins(database, lambda: outbox).tell()
        async with (
            sweep(outbox),
            expiring(store, step, clock.now),
            recounting(store, step),
            crowds_heard(database, crowded),
        ):
            loop = ConsumerLoop(
                log,
                INTERACTIONS,
                GROUP,
                handler,
                settings,
                clock,
                at_once=BATCHES_AT_ONCE,
                rest_seconds=REST_SECONDS,
                rest_from=REST_FROM,
            )
            await loop.run(stop, joined)
    finally:
        await producer.close()
        await database.close()

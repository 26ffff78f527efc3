"""The journey worker's process: consumes, tells what time does, folds anew, measures, publishes what a crash left."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from schemas.topics import PROFILES
from services.journey.consume import BATCHES_AT_ONCE, GROUP, JourneyHandler
from services.journey.measures.measuring import measuring
from services.journey.postgres import PostgresStore
from services.journey.rebuild.rereading import rereading
from services.journey.registry import in_folder, put_in_force, segments_in, shipped, shipped_segments
from services.journey.schema import SCHEMA, VERSIONS
from services.journey.step import JourneyStep
from services.journey.store import Store
from services.journey.summing import summing_up
from services.journey.timers import telling_time
from services.journey.webhooks.delivering import delivering
from services.journey.webhooks.targets import load_targets
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.clock import SystemClock
from services.runtime.consume import ConsumerLoop
from services.runtime.database import BY_INDEX, Database
from services.runtime.errors import Rejected, Unavailable
from services.runtime.kafka_log import KafkaLog
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox, sweep
from services.runtime.settings import Settings

SWEEP_PROFILES = 100
SWEEP_SECONDS = 2.0

log = telemetry.logger(__name__)


async def work(settings: Settings, stop: asyncio.Event, joined: Callable[[], None]) -> None:
    """Consumes until `stop` is set and the backlog is done; calls `joined` once it takes part.

    Raises TooManyDeadLetters, and Rejected for a wrong target.
    """
    targets = load_targets(settings.targets_file)
    clock, kafka, database = SystemClock(), KafkaLog(settings), Database(settings, SCHEMA, planned=BY_INDEX)
    await kafka.ensure_topics()
    await migrate(settings, SCHEMA, VERSIONS)
    await database.open()
    producer = await kafka.producer()
    try:
        outbox = Outbox(database, producer)
        store, step = PostgresStore(database, outbox), JourneyStep(clock.now)
        await _put_in_force(store, settings)
        handler = JourneyHandler(store, step)
        loop = ConsumerLoop(kafka, PROFILES, GROUP, handler, settings, clock, at_once=BATCHES_AT_ONCE)
        async with (
            sweep(outbox),
            folding_anew(store, step),
            measuring(store, step, lambda: handler.busy),
            summing_up(store),
            rereading(kafka, store, JourneyStep(clock.now)),
            telling_time(store, step, loop.caught_up, targets),
            delivering(store, targets, clock, to_loopback=settings.webhooks_to_loopback),
        ):
            await loop.run(stop, joined)
    finally:
        await producer.close()
        await database.close()


async def _put_in_force(store: Store, settings: Settings) -> None:
    """What is wrong in the folders is told of, and what is in force stays so: customers go on all the same.

    Segments go together, because they depend on one another; no definition keeps another out.
    """
    await put_in_force(store, shipped(), shipped_segments())
    segments = segments_in(settings.segments_dir, _refused)
    for some in ((), *((one,) for one in in_folder(settings.journeys_dir, _refused))):
        try:
            await put_in_force(store, some, () if some else segments)
        except Rejected as error:
            _refused(error)


def _refused(error: Rejected) -> None:
    log.error("definitions_refused", error=str(error))


@asynccontextmanager
async def folding_anew(store: Store, step: JourneyStep, *, every_seconds: float = SWEEP_SECONDS) -> AsyncIterator[None]:
    """Brings profiles to the definitions in force, a few at a time, beside whatever else runs inside.

    What is left to do stands in the database: it goes on after a crash, and several workers share it.
    """

    async def forever() -> None:
        while True:
            done = 0
            try:
                done = await store.run(lambda unit: step.sweep(unit, SWEEP_PROFILES))
            except Unavailable as error:
                log.warning("folding_anew_waits", error=str(error))
            except Exception:  # who is not folded anew stays so; without this task everybody would for ever
                log.exception("folding_anew_failed")
            await asyncio.sleep(0 if done else every_seconds)

    async with beside(forever()):
        yield

"""The duplicates worker's process: consumes, takes in who was there before it, learns and settles beside that."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from schemas.topics import PROFILES
from services.profile.decisions.decide import Decider
from services.profile.duplicates.consume import GROUP, UNIT, DuplicatesHandler
from services.profile.duplicates.giving_way import GivingWay
from services.profile.duplicates.learn import Learner
from services.profile.duplicates.learning import Learning
from services.profile.duplicates.postgres import DuplicatesStore
from services.profile.duplicates.rows import RULES
from services.profile.duplicates.settle import Settler
from services.profile.duplicates.step import DuplicatesStep
from services.profile.linking import Linker
from services.profile.policy_file import load_policy
from services.profile.postgres_store import PostgresStore
from services.profile.worker import SCHEMA, VERSIONS
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.clock import Clock, SystemClock, new_id
from services.runtime.consume import ConsumerLoop
from services.runtime.database import BY_VALUE, Database
from services.runtime.errors import Unavailable
from services.runtime.kafka_log import KafkaLog
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings

log = telemetry.logger(__name__)

EVERY_SECONDS = 5.0
EVERYBODY = "ffffffff-ffff-ffff-ffff-ffffffffffff"
COMPARES_EVERY_SECONDS = 1.0
"""Nobody waits for it: people who come together are read together."""
BATCH_RECORDS = 8_000
"""Few enough that the group does not give up a worker that gives way all the time."""
LEAST_SHARE_AWAY = 19
"""Learning and settling take at most one part in twenty of the time, however large the queue grows."""


async def work(settings: Settings, stop: asyncio.Event, joined: Callable[[], None]) -> None:
    """Consumes until `stop` is set and the backlog is done; calls `joined` once it takes part.

    Raises TooManyDeadLetters.
    """
    clock, kafka, database = SystemClock(), KafkaLog(settings), Database(settings, SCHEMA, planned=BY_VALUE)
    policy = load_policy(settings.identity_file)
    await kafka.ensure_topics()
    await migrate(settings, SCHEMA, VERSIONS)
    await database.open()
    producer = await kafka.producer()
    try:
        store, learning = DuplicatesStore(database), Learning(database)
        step = DuplicatesStep(store, policy, piece=GivingWay(store.interactions, stop).piece)
        decider = Decider(Linker(policy, new_id), new_id, clock.now)
        profiles = PostgresStore(database, Outbox(database, producer))
        upkeep = Upkeep(
            step, learning, Learner(store, learning, policy), Settler(store, learning, profiles, decider, policy), clock
        )
        async with upkeep.going_on():
            unhurried = settings.model_copy(
                update={"batch_every_seconds": COMPARES_EVERY_SECONDS, "batch_records": BATCH_RECORDS}
            )
            await ConsumerLoop(kafka, PROFILES, GROUP, DuplicatesHandler(step), unhurried, clock).run(stop, joined)
    finally:
        await producer.close()
        await database.close()


class Upkeep:
    """What is done now and then."""

    def __init__(
        self, step: DuplicatesStep, learning: Learning, learner: Learner, settler: Settler, clock: Clock
    ) -> None:
        self._step = step
        self._learning = learning
        self._learner = learner
        self._settler = settler
        self._clock = clock

    async def once(self) -> None:
        """Takes in some of those who were there before, learns if it is time, settles. Raises Unavailable."""
        while await self.take_in_some():
            pass
        await self._learner.learn_if_due(self._clock.now())
        await self._settler.settle()

    async def take_in_some(self) -> bool:
        """Enters profiles of which no message tells any more, once for each set of rules. Whether some are left."""
        state = await self._learning.state()
        begun = state.taken_in if state.rules == RULES else None
        if begun == EVERYBODY:
            return False
        some = await self._learning.profiles_after(begun, UNIT)
        await self._step.run(some)
        await self._learning.taken_in(RULES, some[-1] if some else EVERYBODY)
        return bool(some)

    @asynccontextmanager
    async def going_on(self, every_seconds: float = EVERY_SECONDS) -> AsyncIterator[None]:
        """Does so for ever beside whatever runs inside."""

        async def forever() -> None:
            loop = asyncio.get_running_loop()
            while True:
                began = loop.time()
                try:
                    await self.once()
                except Unavailable:
                    log.warning("duplicates_upkeep_unavailable")
                except Exception:  # the queue is shown as it is until it works again; messages go on
                    log.exception("duplicates_upkeep_failed")
                await asyncio.sleep(max(every_seconds, LEAST_SHARE_AWAY * (loop.time() - began)))

        async with beside(forever()):
            yield

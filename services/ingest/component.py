"""The ingest service's HTTP side: what it opens, and in which order it lets go."""

import asyncio
from datetime import timedelta
from pathlib import Path

from fastapi import APIRouter

from schemas.topics import DEAD_LETTERS
from services.ingest.api import EVENTS, events_endpoint, ingest_router
from services.ingest.collecting import CONSUMER_GROUP, DeadLetterHandler
from services.ingest.dead_letters_api import dead_letters_router
from services.ingest.forgetting import About, OfTheErased, find_letters, nobody_erased
from services.ingest.intake import Intake
from services.ingest.keeping import keep_for
from services.ingest.postgres import SCHEMA, PostgresLetters
from services.ingest.publish import Publisher
from services.ingest.settings import IngestSettings
from services.ingest.sources import Sources, read_sources
from services.runtime.access import Access
from services.runtime.clock import Clock
from services.runtime.consume import ConsumerLoop
from services.runtime.database import Database
from services.runtime.errors import Unavailable
from services.runtime.log import Log, Producer
from services.runtime.migrate import migrate
from services.runtime.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


class IngestComponent:
    """Takes interactions in, and keeps the dead letters of all services."""

    name = "ingest"

    def __init__(
        self,
        settings: Settings,
        ingest_settings: IngestSettings,
        sources: Sources,
        log: Log,
        access: Access,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._ingest_settings = ingest_settings
        self._sources = sources
        self._log = log
        self._clock = clock
        self._database = Database(settings, SCHEMA)
        self._letters = PostgresLetters(self._database)
        self._producer: Producer | None = None
        self._publisher: Publisher | None = None
        self._intake: Intake | None = None
        self.of_the_erased: OfTheErased = nobody_erased
        """Whoever knows of erasures may take this place before the start."""
        self._stopping = asyncio.Event()
        self._consuming: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self.router = APIRouter()
        self.router.include_router(ingest_router(self._started_intake))
        self.direct = {EVENTS: events_endpoint(self._started_intake)}
        self.router.include_router(dead_letters_router(self._letters, self._started_producer, access, clock))

    async def start(self) -> None:
        """Opens database and log, and begins to collect dead letters. Raises Unavailable."""
        await migrate(self._settings, SCHEMA, MIGRATIONS)
        await self._database.open()
        await self._log.ensure_topics()
        self._producer = await self._log.producer()
        self._publisher = Publisher(self._producer, self._ingest_settings)
        self._intake = Intake(
            self._sources, self._publisher, self._ingest_settings, self._clock, self._settings.public_url
        )
        handler = DeadLetterHandler(self._letters, self._clock, self.of_the_erased)
        loop = ConsumerLoop(self._log, DEAD_LETTERS, CONSUMER_GROUP, handler, self._settings, self._clock)
        self._consuming = asyncio.create_task(loop.run(self._stopping))
        kept = timedelta(days=self._ingest_settings.dead_letter_days)
        self._keeping = asyncio.create_task(keep_for(self._letters, kept, self._clock.now))

    async def ready(self) -> None:
        """Returns if interactions can be taken in. Raises Unavailable."""
        self._started_intake()
        if self._consuming is None or self._consuming.done():
            raise Unavailable("dead letters are not being collected")

    async def stop(self) -> None:
        """Finishes what was accepted, drains the dead letters, lets go."""
        self._stopping.set()
        self._intake = None
        if self._consuming is not None:
            await asyncio.gather(self._consuming, return_exceptions=True)  # `ready` has told of its end
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._publisher is not None:
            await self._publisher.close()
        await self._database.close()

    async def dead_letters(self, about: About, *, forget: bool) -> int:
        """How many dead letters are about somebody; and forgets them. Raises Unavailable."""
        return await find_letters(self._letters, about, forget=forget)

    def _started_intake(self) -> Intake:
        if self._intake is None:
            raise Unavailable("the ingest service is not running")
        return self._intake

    def _started_producer(self) -> Producer:
        if self._producer is None:
            raise Unavailable("the ingest service is not running")
        return self._producer


def ingest_component(settings: Settings, log: Log, access: Access, clock: Clock) -> IngestComponent:
    """The component with its settings and sources from the environment. Raises BadSources."""
    return IngestComponent(settings, IngestSettings(), read_sources(settings.sources_file), log, access, clock)

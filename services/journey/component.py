"""The journey service's HTTP side."""

from collections.abc import Sequence

from fastapi import APIRouter

from schemas.exported_journeys import JourneyRecords
from services.journey.api import journey_router
from services.journey.live.hub import LiveHub
from services.journey.live.stream import stream_router
from services.journey.postgres import PostgresStore
from services.journey.rebuild.api import rebuild_router
from services.journey.registry import in_folder, put_in_force, segments_in, shipped, shipped_segments
from services.journey.schema import SCHEMA, VERSIONS
from services.journey.store import Standing
from services.runtime.access import Access
from services.runtime.clock import Clock
from services.runtime.database import Database
from services.runtime.errors import Unavailable
from services.runtime.log import Log
from services.runtime.migrate import migrate
from services.runtime.settings import Settings

NAME = "journey"


class JourneyComponent:
    """Answers about journeys from PostgreSQL, and the live stream from the log."""

    name = NAME

    def __init__(self, settings: Settings, log: Log, access: Access, clock: Clock) -> None:
        self._settings = settings
        self._database = Database(settings, SCHEMA)
        self._store = PostgresStore(self._database)
        self._hub = LiveHub(log)
        self.router = APIRouter()
        self.router.include_router(journey_router(self._store, access, clock))
        self.router.include_router(rebuild_router(self._store.rebuilds, log, access))
        self.router.include_router(stream_router(self._hub, access))

    async def start(self) -> None:
        """Brings the schema up to date, puts definitions in force, and begins to read the log."""
        definitions = [*shipped(), *in_folder(self._settings.journeys_dir)]
        segments = [*shipped_segments(), *segments_in(self._settings.segments_dir)]
        await migrate(self._settings, SCHEMA, VERSIONS)
        await self._database.open()
        await put_in_force(self._store, definitions, segments)
        await self._hub.start()

    async def ready(self) -> None:
        """Returns if the database answers and events flow. Raises Unavailable."""
        await self._store.registry()
        if not self._hub.running:
            raise Unavailable("the live stream does not run")

    async def stop(self) -> None:
        """Ends the stream and disconnects."""
        await self._hub.stop()
        await self._database.close()

    @property
    def records(self) -> JourneyRecords:
        """All that is kept of one person."""
        return self._store.records

    async def journeys_of(self, profile: str) -> Sequence[Standing]:
        """Where the profile stands: its latest journey of each definition. Raises Unavailable."""
        return await self._store.standing(profile)

    async def journeys_if(self, groups: Sequence[Sequence[int]]) -> list[list[Standing]]:
        """Where people would stand who are made of these identifiers. Raises Unavailable."""
        return await self._store.supposed(groups)


def journey_component(settings: Settings, log: Log, access: Access, clock: Clock) -> JourneyComponent:
    """The component on the configured database and the given log."""
    return JourneyComponent(settings, log, access, clock)

"""The profile service's HTTP side."""

from collections.abc import Sequence

from services.profile.api import profile_router
from services.profile.policy_file import load_policy
from services.profile.queries import PostgresReads
from services.profile.service import JourneysOf, Profiles
from services.profile.views import JourneyStage
from services.profile.worker import SCHEMA, VERSIONS
from services.runtime.access import Access
from services.runtime.clock import Clock
from services.runtime.database import Database
from services.runtime.migrate import migrate
from services.runtime.settings import Settings

NAME = "profile"


async def no_journeys(_: str) -> Sequence[JourneyStage]:
    """Where the journey service is not in this process."""
    return ()


class ProfileComponent:
    """Answers about profiles from PostgreSQL."""

    name = NAME

    def __init__(self, settings: Settings, access: Access, clock: Clock, journeys_of: JourneysOf = no_journeys) -> None:
        self._settings = settings
        self._database = Database(settings, SCHEMA, wait_for_disk=False)
        policy = load_policy(settings.identity_file)
        profiles = Profiles(PostgresReads(self._database), policy, clock, journeys_of)
        self.router = profile_router(profiles, access)

    async def start(self) -> None:
        """Brings the schema up to date and connects."""
        await migrate(self._settings, SCHEMA, VERSIONS)
        await self._database.open()

    async def ready(self) -> None:
        """Returns if the database answers."""
        async with self._database.connection() as connection:
            await connection.execute("SELECT 1")

    async def stop(self) -> None:
        """Disconnects."""
        await self._database.close()

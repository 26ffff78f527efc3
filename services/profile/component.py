"""The profile service's HTTP side."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime

from fastapi import APIRouter

from schemas.exported_journeys import JourneyRecords
from services.profile.apart import PostgresApart
from services.profile.api import identity_router, profile_router
from services.profile.decisions.decide import Decider
from services.profile.decisions.stewards import JourneysIf, Stewards, no_journeys_if
from services.profile.duplicates.api import duplicates_router
from services.profile.duplicates.queries import DuplicatesReads
from services.profile.duplicates.queue import Duplicates
from services.profile.erasure.api import erase_router
from services.profile.erasure.due_letters import DueLetters, going_through
from services.profile.erasure.due_postgres import PostgresDueLetters
from services.profile.erasure.erase import Eraser
from services.profile.erasure.erasing import Erasing
from services.profile.erasure.key import engraver_of
from services.profile.erasure.late_letters import LateLetters
from services.profile.erasure.letters import Letters, no_letters
from services.profile.linking import Linker
from services.profile.pins.api import pin_router
from services.profile.pins.pinning import Pinning
from services.profile.pins.queries import PostgresPins
from services.profile.policy_file import load_policy
from services.profile.postgres_store import PostgresStore
from services.profile.reading.consents import Consents, PostgresLedger, consent_router
from services.profile.reading.queries import PostgresReads
from services.profile.reading.service import JourneysOf, Profiles
from services.profile.reading.views import JourneyStage
from services.profile.reading.why import Explanations
from services.profile.records.api import record_router
from services.profile.records.export import Exports
from services.profile.records.interactions import Interactions
from services.profile.records.no_journeys import NoJourneyRecords
from services.profile.records.queries import PostgresRecords
from services.profile.step import ProfileStep
from services.profile.worker import SCHEMA, VERSIONS
from services.runtime.access import Access
from services.runtime.clock import Clock, new_id
from services.runtime.database import BY_VALUE, Database
from services.runtime.errors import Unavailable
from services.runtime.log import Log, Producer
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings

NAME = "profile"


async def no_journeys(_: str) -> Sequence[JourneyStage]:
    """Where the journey service is not in this process."""
    return ()


class ProfileComponent:
    """Answers about profiles from PostgreSQL."""

    name = NAME

    def __init__(
        self,
        settings: Settings,
        log: Log,
        access: Access,
        clock: Clock,
        journeys_of: JourneysOf = no_journeys,
        journeys_if: JourneysIf = no_journeys_if,
        letters: Letters = no_letters,
        journey_records: JourneyRecords | None = None,
    ) -> None:
        self._settings = settings
        self._log = log
        self._database = Database(settings, SCHEMA, wait_for_disk=False)
        self._deciding = Database(settings, SCHEMA, planned=BY_VALUE)
        self._clock = clock
        self._journeys_if = journeys_if
        self._letters = letters
        self._beside = AsyncExitStack()
        self._policy = load_policy(settings.identity_file)
        self._reads = PostgresReads(self._database)
        self._producer: Producer | None = None
        profiles = Profiles(self._reads, self._policy, clock, journeys_of)
        self.router = APIRouter()
        self.router.include_router(profile_router(profiles, access))
        self._add_routes(access, journey_records or NoJourneyRecords())
        explanations = Explanations(self._reads, PostgresApart(self._database), self._policy, clock)
        self.router.include_router(identity_router(explanations, self._stewards, access))
        duplicates = Duplicates(DuplicatesReads(self._database), self._reads, self._policy, clock, journeys_of)
        self.router.include_router(duplicates_router(duplicates, access))

    def _add_routes(self, access: Access, journeys: JourneyRecords) -> None:
        ledger = PostgresLedger(self._database)
        self.router.include_router(consent_router(Consents(ledger, self._reads, self._clock), access))
        pins, records = PostgresPins(self._deciding, self._outbox), PostgresRecords(self._database)
        pinning = Pinning(pins, self._reads, self._policy, self._clock, new_id)
        self.router.include_router(pin_router(pinning, access))
        exports = Exports(self._reads, records, pins, ledger, self._policy, self._clock, journeys)
        interactions = Interactions(self._reads, records, self._policy, self._clock, engraver_of(self._settings))
        self.router.include_router(record_router(exports, interactions, access))
        self.router.include_router(erase_router(self._erasing, access))

    async def start(self) -> None:
        """Brings the schema up to date and connects."""
        await migrate(self._settings, SCHEMA, VERSIONS)
        await self._database.open()
        await self._deciding.open()
        self._producer = await self._log.producer()
        await self._beside.enter_async_context(going_through(self._due_letters()))

    async def ready(self) -> None:
        """Returns if the database answers."""
        async with self._database.connection() as connection:
            await connection.execute("SELECT 1")

    async def stop(self) -> None:
        """Disconnects."""
        await self._beside.aclose()
        if self._producer is not None:
            await self._producer.close()
        await self._deciding.close()
        await self._database.close()

    async def of_the_erased(self, letters: Sequence[tuple[bytes, datetime]]) -> Sequence[bool]:
        """Of messages that were put aside, each with when: is it about somebody who was erased? Raises Unavailable."""
        return await LateLetters(self._store(), self._policy, engraver_of(self._settings)).of_the_erased(letters)

    def _outbox(self) -> Outbox:
        if self._producer is None:
            raise Unavailable("the profile service is not running")
        return Outbox(self._deciding, self._producer)

    def _store(self) -> PostgresStore:
        return PostgresStore(self._deciding, self._outbox())

    def _stewards(self) -> Stewards:
        decider = Decider(Linker(self._policy, new_id), new_id, self._clock.now)
        return Stewards(self._store(), self._reads, decider, self._policy, self._clock, self._journeys_if)

    def _erasing(self) -> Erasing:
        engraver = engraver_of(self._settings)
        if engraver is None:
            raise Unavailable("nobody can be erased before KESHER_ERASURE_KEY is set")
        step = ProfileStep(self._policy, new_id, self._clock.now, engraver)
        eraser = Eraser(step, engraver, new_id, self._clock.now)
        return Erasing(self._store(), self._reads, eraser, self._due_letters(), self._clock)

    def _due_letters(self) -> DueLetters:
        table = PostgresDueLetters(self._deciding)
        return DueLetters(table, self._store(), self._letters, self._policy, engraver_of(self._settings))

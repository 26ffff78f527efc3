import pytest

from services.journey.domain.definition import load_definition
from services.journey.memory_store import MemoryStore
from services.runtime.memory_log import MemoryLog
from tests.contracts.journey_actions import Acting, JourneyActionsContract
from tests.contracts.journey_alerts import Alerting, JourneyAlertsContract
from tests.contracts.journey_counted import JourneyCountedContract
from tests.contracts.journey_joining import JourneyJoiningContract
from tests.contracts.journey_maps import JourneyMapsContract
from tests.contracts.journey_measures import JourneyMeasuresContract
from tests.contracts.journey_plans import JourneyPlansContract
from tests.contracts.journey_profiles import JourneyProfilesContract
from tests.contracts.journey_rebuild import JourneyRebuildContract, Rebuilding
from tests.contracts.journey_records import JourneyRecordsContract
from tests.contracts.journey_segments import JourneySegmentsContract
from tests.contracts.journey_store import JourneyStoreContract, Stores
from tests.contracts.journey_time import WAITS, JourneyTimeContract, Timed
from tests.contracts.journey_traits import JourneyTraitsContract
from tests.contracts.journey_versions import JourneyVersionsContract
from tests.journey.timelines import rounds


class TestMemoryStore(
    JourneyStoreContract,
    JourneyJoiningContract,
    JourneyMeasuresContract,
    JourneyProfilesContract,
    JourneyPlansContract,
    JourneyMapsContract,
    JourneyCountedContract,
    JourneyVersionsContract,
    JourneySegmentsContract,
):
    @pytest.fixture
    async def stores(self) -> Stores:
        log = MemoryLog()
        store = MemoryStore(await log.producer())
        await store.accept(rounds().what)
        return Stores(store, log)


class TestMemoryTraits(JourneyTraitsContract):
    @pytest.fixture
    async def stores(self) -> Stores:
        log = MemoryLog()
        store = MemoryStore(await log.producer())
        await store.accept(rounds().what)
        return Stores(store, log)


class TestMemoryRebuild(JourneyRebuildContract):
    @pytest.fixture
    async def rebuilding(self) -> Rebuilding:
        log = MemoryLog()
        store = MemoryStore(await log.producer())
        await store.accept(rounds().what)
        rebuilding = Rebuilding(store, log)

        async def damage() -> None:
            store._tables.journeys.clear()
            store._tables.pains.clear()
            store._tables.facts.clear()

        async def lose() -> None:
            interactions = store._tables.interactions
            for key in [*interactions][::2]:
                del interactions[key]

        rebuilding.damage, rebuilding.lose = damage, lose
        return rebuilding


class TestMemoryTime(JourneyTimeContract):
    @pytest.fixture
    async def timed(self) -> Timed:
        log = MemoryLog()
        store = MemoryStore(await log.producer())
        await store.accept(load_definition(WAITS).what)
        return Timed(store, log)


class TestMemoryActions(JourneyActionsContract):
    @pytest.fixture
    async def acting(self) -> Acting:
        log = MemoryLog()
        return Acting(MemoryStore(await log.producer()), log)


class TestMemoryRecords(JourneyRecordsContract):
    @pytest.fixture
    async def acting(self) -> Acting:
        log = MemoryLog()
        return Acting(MemoryStore(await log.producer()), log)


class TestMemoryAlerts(JourneyAlertsContract):
    @pytest.fixture
    async def alerting(self) -> Alerting:
        log = MemoryLog()
        return Alerting(MemoryStore(await log.producer()), log)

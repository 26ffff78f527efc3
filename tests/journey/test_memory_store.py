import pytest

from services.journey.memory_store import MemoryStore
from services.runtime.memory_log import MemoryLog
from tests.contracts.journey_measures import JourneyMeasuresContract
from tests.contracts.journey_store import JourneyStoreContract, Stores
from tests.journey.timelines import rounds


class TestMemoryStore(JourneyStoreContract, JourneyMeasuresContract):
    @pytest.fixture
    async def stores(self) -> Stores:
        log = MemoryLog()
        store = MemoryStore(await log.producer())
        await store.accept(rounds().what)
        return Stores(store, log)

import copy
from dataclasses import dataclass, field

import pytest

from services.profile.memory_store import MemoryStore
from services.profile.memory_unit import MemoryTables
from tests.contracts.erasing_store import ErasingStoreContract
from tests.contracts.profile_store import ProfileStoreContract
from tests.profile.running import Recorder


@dataclass
class KeptInMemory:
    log: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        self.store = MemoryStore(self.log)

    async def tables(self) -> MemoryTables:
        return copy.deepcopy(self.store.tables)

    async def publish_left_over(self) -> int:
        return await self.store.publish_left_over()


class TestMemoryStore(ProfileStoreContract, ErasingStoreContract):
    @pytest.fixture
    def kept(self) -> KeptInMemory:
        return KeptInMemory()

import pytest

from schemas.topics import INTERACTIONS
from services.runtime.memory_log import MemoryLog
from tests.contracts.log import PARTITIONS, LogContract


class TestMemoryLog(LogContract):
    @pytest.fixture
    def log(self) -> MemoryLog:
        return MemoryLog()

    @pytest.fixture
    def topic(self) -> str:
        assert INTERACTIONS.partitions == PARTITIONS
        return INTERACTIONS.name

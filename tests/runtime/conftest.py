import pytest

from services.runtime import consume, handling
from services.runtime.memory_log import MemoryLog


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short waits for consumer loops, and a commit after every batch."""
    monkeypatch.setattr(consume, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(consume, "COMMIT_SECONDS", 0)
    monkeypatch.setattr(handling, "LONGEST_BACK_OFF_SECONDS", 0.01)
    monkeypatch.setattr(handling, "LAST_TRIES_SECONDS", 2.0)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()

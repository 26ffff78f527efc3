from pathlib import Path

import pytest

from services.journey import worker
from services.journey.memory_store import MemoryStore
from services.journey.registry import in_folder
from services.journey.worker import _put_in_force
from services.runtime.errors import Rejected
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings
from tests.journey.timelines import REFUND, ROUNDS


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was told of as refused."""
    found: list[str] = []
    monkeypatch.setattr(worker, "_refused", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a_refund.yaml").write_text(REFUND.replace("i.type", "i.typ", 1))
    (tmp_path / "b_latin.yaml").write_bytes(b"key: \xff")
    (tmp_path / "c_rounds.yaml").write_text(ROUNDS)
    return tmp_path


async def test_a_wrong_file_keeps_no_other_out_and_each_is_told_of(folder: Path, told: list[str]) -> None:
    store = MemoryStore(await MemoryLog().producer())
    await _put_in_force(store, Settings(journeys_dir=folder))
    assert "rounds" in (await store.registry()).definitions
    refund, latin = told
    assert "a_refund.yaml: line 5, entry" in refund
    assert "b_latin.yaml cannot be read" in latin


async def test_a_definition_under_a_version_that_is_taken_keeps_no_other_out(tmp_path: Path, told: list[str]) -> None:
    store = MemoryStore(await MemoryLog().producer())
    (tmp_path / "b.yaml").write_text(REFUND)
    await _put_in_force(store, Settings(journeys_dir=tmp_path))
    (tmp_path / "b.yaml").write_text(REFUND.replace("Insurance refund", "Refund"))
    (tmp_path / "c.yaml").write_text(ROUNDS)
    await _put_in_force(store, Settings(journeys_dir=tmp_path))
    assert "rounds" in (await store.registry()).definitions
    assert len(told) == 1
    assert "write version: 4" in told[0]


async def test_a_folder_that_cannot_be_read_is_told_of(tmp_path: Path, told: list[str]) -> None:
    store = MemoryStore(await MemoryLog().producer())
    await _put_in_force(store, Settings(journeys_dir=tmp_path / "none"))
    assert "cannot be read" in told[0]
    assert (await store.registry()).definitions


def test_who_wants_all_or_nothing_is_told_of_every_wrong_file(folder: Path) -> None:
    with pytest.raises(Rejected, match=r"a_refund\.yaml: line 5.*b_latin\.yaml cannot be read"):
        in_folder(folder)

from pathlib import Path

import pytest

from services.runtime.embedded.buffers import LEAST, MEBIBYTE, buffer_bytes, buffers_for

GIBIBYTE = 1024 * MEBIBYTE


@pytest.mark.parametrize(
    ("stored", "memory", "kept"),
    [
        (0, 24 * GIBIBYTE, LEAST),
        (512 * MEBIBYTE, 24 * GIBIBYTE, LEAST),
        (4 * GIBIBYTE, 24 * GIBIBYTE, GIBIBYTE),
        (100 * GIBIBYTE, 24 * GIBIBYTE, 3 * GIBIBYTE),
        (100 * GIBIBYTE, GIBIBYTE // 2, LEAST),
    ],
    ids=["nothing yet", "small", "a quarter", "an eighth of the machine", "a small machine"],
)
def test_a_quarter_of_the_store_within_bounds(stored: int, memory: int, kept: int) -> None:
    assert buffer_bytes(stored, memory) == kept


def test_a_folder_that_is_not_there_yet_gets_the_least(tmp_path: Path) -> None:
    assert buffers_for(tmp_path / "postgres") == "128MB"


def test_what_lies_in_the_folder_counts(tmp_path: Path) -> None:
    table = tmp_path / "base" / "5" / "16384"
    table.parent.mkdir(parents=True)
    with table.open("wb") as file:
        file.truncate(600 * MEBIBYTE)
    assert buffers_for(tmp_path) == "150MB"

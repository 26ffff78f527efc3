import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.embedded.traversal import let_through

NOBODY, SOMEBODY = 65534, 65533

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root needs to let another user through"
)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    folder = tmp_path / "closed"
    inner = folder / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_text("content")
    (inner / "file").chmod(0o644)
    for each in (inner, folder):
        each.chmod(0o700)
    return folder


def can(uid: int, *command: str) -> bool:
    return (
        subprocess.run(command, user=uid, group=uid, extra_groups=[], capture_output=True, check=False).returncode == 0
    )


def test_one_user_passes_and_may_not_list(closed: Path) -> None:
    file = closed / "inner" / "file"
    assert not can(NOBODY, "cat", str(file))
    let_through(file, NOBODY)
    assert can(NOBODY, "cat", str(file))
    assert not can(NOBODY, "ls", str(closed))
    assert not can(SOMEBODY, "cat", str(file))


def test_a_second_user_does_not_shut_out_the_first(closed: Path) -> None:
    file = closed / "inner" / "file"
    for uid in (NOBODY, SOMEBODY, NOBODY):
        let_through(file, uid)
    assert can(NOBODY, "cat", str(file))
    assert can(SOMEBODY, "cat", str(file))


def test_passes_again_after_the_folder_was_closed_again(closed: Path) -> None:
    file = closed / "inner" / "file"
    let_through(file, NOBODY)
    closed.chmod(0o700)
    assert not can(NOBODY, "cat", str(file))
    let_through(file, NOBODY)
    assert can(NOBODY, "cat", str(file))


def test_others_gain_nothing(closed: Path) -> None:
    before = closed.stat().st_mode & 0o007
    let_through(closed / "inner" / "file", NOBODY)
    assert closed.stat().st_mode & 0o007 == before == 0

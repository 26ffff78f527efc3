import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.embedded.folder import FolderInUse, locked, private_folder

HOLDER = """
import pathlib, sys
from services.runtime.embedded.folder import locked
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_new_folder_is_private(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_second_is_told_who_has_it(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        pytest.raises(FolderInUse, match=rf"process {os.getpid()}\b.*KESHER_DATA_DIR"),
        locked(tmp_path),
    ):
        pass


def test_leaves_no_lock(tmp_path: Path) -> None:
    with locked(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
    with locked(tmp_path):
        pass


def test_the_lock_of_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(FolderInUse), locked(tmp_path):
            pass
        process.kill()
    with locked(tmp_path):
        pass

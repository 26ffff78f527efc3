"""The data folder: private, and used by one supervisor at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.runtime.errors import KesherError


class FolderInUse(KesherError):
    """Another supervisor has this data folder."""


def private_folder(path: Path) -> Path:
    """Makes the folder, readable by its owner only; as it is when it exists already."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.resolve()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder until the end of the block or of the process. Raises FolderInUse naming who has it."""
    path = folder / "supervisor.lock"
    descriptor = _lock(path)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        path.unlink(missing_ok=True)  # before it is let go, so that nobody's newer file goes
        os.close(descriptor)


def _lock(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode().strip() or "unknown"
            os.close(descriptor)
            raise FolderInUse(
                f"{path.parent} is in use by process {holder}; stop it, or choose another folder with KESHER_DATA_DIR"
            ) from None
        if _is_still(path, descriptor):
            return descriptor
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False

"""How much memory the embedded PostgreSQL keeps pages in."""

from pathlib import Path

import psutil

MEBIBYTE = 1024 * 1024
LEAST = 128 * MEBIBYTE
"""Enough for a store that begins, and little enough to start beside everything else."""
SHARE_OF_STORE = 4
SHARE_OF_MACHINE = 8
"""The other processes, and the system's own copies of files, need the rest."""


def buffer_bytes(stored: int, memory: int) -> int:
    """A quarter of the store's bytes, within what a machine with `memory` bytes can give."""
    return max(LEAST, min(stored // SHARE_OF_STORE, memory // SHARE_OF_MACHINE))


def buffers_for(folder: Path) -> str:
    """PostgreSQL's `shared_buffers` for what lies in its data folder now; the least if there is none yet."""
    stored = sum(map(_size, (folder / "base").rglob("*")))
    return f"{buffer_bytes(stored, psutil.virtual_memory().total) // MEBIBYTE}MB"


def _size(path: Path) -> int:
    """None of a file that goes just now: a killed server may still be shutting down."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0

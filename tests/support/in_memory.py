"""Where files lie in memory: a fresh database is made of hundreds of them, ten times as quickly there."""

import os
import shutil
from pathlib import Path

IN_MEMORY = Path("/dev/shm")


def in_memory(needed: int) -> Path | None:
    """A folder that is kept in memory and has so many bytes left; None where there is none."""
    usable = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK)
    return IN_MEMORY if usable and shutil.disk_usage(IN_MEMORY).free >= needed else None

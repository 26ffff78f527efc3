"""How a worker tells its supervisor that it is ready."""

import os
from pathlib import Path

from services.runtime.embedded.checks import READY_FILE


def announce_ready() -> None:
    """Call once, when work has begun. Does nothing unless a supervisor asked to be told."""
    if path := os.environ.get(READY_FILE):
        Path(path).write_text(f"{os.getpid()}\n", encoding="utf-8")

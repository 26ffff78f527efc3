"""Ready checks: true once the thing can be used."""

import os
from pathlib import Path

import httpx

from services.runtime.embedded.child import Check, Step

READY_FILE = "KESHER_READY_FILE"
"""Names the file that a process without an HTTP address writes when it is ready."""


def http_ok(url: str) -> Check:
    """Ready when a GET of `url` answers 200."""

    async def check() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=2.0) as client:
                return (await client.get(url)).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    return check


def file_written(path: Path) -> Check:
    """Ready when the file is there."""

    async def check() -> bool:
        return path.exists()  # noqa: ASYNC240  one stat

    return check


def file_removed(path: Path) -> Step:
    """Forgets an earlier run's word that it was ready."""

    async def step() -> None:
        path.unlink(missing_ok=True)  # noqa: ASYNC240  one unlink

    return step


def announce_ready() -> None:
    """Writes the file that a supervisor waits for, if there is one."""
    if name := os.environ.get(READY_FILE):
        Path(name).write_text("ready", encoding="utf-8")

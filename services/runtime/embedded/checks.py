"""Ready checks: true once the thing can be used."""

import asyncio
import os
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from services.runtime.embedded.child import Check, Step

HTTP_TIMEOUT_SECONDS = 2.0
READY_FILE = "KESHER_READY_FILE"
"""Names the file that a process without an HTTP address writes when it is ready."""


def http_ok(url: str) -> Check:
    """Ready when a GET of `url`, which is plain HTTP, answers 200."""

    async def check() -> bool:
        return await asyncio.to_thread(_answers_ok, url)

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


def _answers_ok(url: str) -> bool:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = HTTPConnection(parts.hostname, parts.port, timeout=HTTP_TIMEOUT_SECONDS)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()

import asyncio
from http import HTTPStatus
from pathlib import Path

import pytest

from services.runtime.embedded.checks import READY_FILE, announce_ready, file_removed, file_written, http_ok
from services.runtime.embedded.ports import LOOPBACK, free_port, http_url


async def answers(status: HTTPStatus | None) -> bool:
    """What the check says of a server with this status line; of one that hangs up without."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        if status is not None:
            writer.write(f"HTTP/1.1 {status} {status.phrase}\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, LOOPBACK, 0) as server:
        port = server.sockets[0].getsockname()[1]
        said = await http_ok(http_url(LOOPBACK, port) + "/readyz")()
    assert asked[0].startswith(b"GET /readyz HTTP/1.1\r\n")
    return said


@pytest.mark.parametrize(
    ("status", "ready"),
    [(HTTPStatus.OK, True), (HTTPStatus.SERVICE_UNAVAILABLE, False), (HTTPStatus.FOUND, False), (None, False)],
)
async def test_ready_is_200(status: HTTPStatus | None, ready: bool) -> None:
    assert await answers(status) is ready


async def test_nobody_there_is_not_ready() -> None:
    assert not await http_ok(http_url(LOOPBACK, free_port()) + "/readyz")()


async def test_a_process_says_by_a_file_that_it_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "worker"
    monkeypatch.setenv(READY_FILE, str(path))
    assert not await file_written(path)()
    announce_ready()
    assert await file_written(path)()
    await file_removed(path)()
    await file_removed(path)()
    assert not await file_written(path)()

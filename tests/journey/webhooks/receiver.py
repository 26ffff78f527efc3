"""A webhook receiver on this machine that behaves as the test says."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Behaves = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answers(head: str, body: bytes = b"") -> Behaves:
    """With this status line and these headers."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return behave


async def hangs(_: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.Event().wait()


async def never_ends(writer: asyncio.StreamWriter) -> None:
    """Sends headers for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: and more\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


OK = answers("HTTP/1.1 204 No Content")


@dataclass
class Receiver:
    """Where it listens, what it was sent, and how it behaves, one answer after another; the last one for ever."""

    port: int = 0
    behaves: list[Behaves] = field(default_factory=lambda: [OK])
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            self.received.append((headers, await reader.readexactly(int(headers["content-length"]))))
            await (self.behaves.pop(0) if len(self.behaves) > 1 else self.behaves[0])(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(*behaves: Behaves, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver on this port, or any that is free."""
    receiver = Receiver(behaves=list(behaves) or [OK])
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(receiver.serve(reader, writer))
        tasks.add(task)

    server = await asyncio.start_server(connected, "127.0.0.1", port, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.close()

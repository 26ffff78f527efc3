"""An HTTP/1.1 client that costs next to nothing, so that what is measured is the server: prepared bytes, kept alive."""

import asyncio
from collections.abc import Callable
from typing import cast

import httptools


class Connection(asyncio.Protocol):
    """One connection, one request at a time; opened again when the server has closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[int] | None = None

    async def send(self, request: bytes) -> int:
        """The status of the answer, once all of it is here. Raises OSError when the connection breaks."""
        loop = asyncio.get_running_loop()
        if self._transport is None or self._transport.is_closing():
            self._parser = httptools.HttpResponseParser(self)
            await loop.create_connection(lambda: self, *self._place)
        assert self._transport is not None
        self._answer = loop.create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Lets go."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(self._parser.get_status_code())

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the server closed the connection"))


class BodyStream(asyncio.Protocol):
    """A response without an end, such as server-sent events; its body goes to `take` as it comes."""

    def __init__(self, request: bytes, take: Callable[[bytes], None]) -> None:
        loop = asyncio.get_running_loop()
        self._request = request
        self._take = take
        self._parser = httptools.HttpResponseParser(self)
        self.answered: asyncio.Future[int] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_headers_complete(self) -> None:
        self.answered.set_result(self._parser.get_status_code())

    def on_body(self, body: bytes) -> None:
        self._take(body)

    def on_message_complete(self) -> None:
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.answered.done():
            self.answered.set_exception(exc or ConnectionResetError("the server closed the connection"))
        self._end()

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


def request(method: str, path: str, token: str | None = None, body: bytes = b"", content_type: str = "") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body

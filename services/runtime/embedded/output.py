"""What a child writes, on its way to its log."""

import asyncio
import os
from pathlib import Path
from typing import Self

from services.runtime.embedded.bounded_log import BoundedLog

CHUNK_BYTES = 65_536
SETTLE_SECONDS = 1.0


class Output:
    """Copies a child's output to its log, until nobody can write any more or nobody waits for it.

    A pipe that asyncio made for the child would make the child's end wait for everybody who inherited its output.
    """

    def __init__(self, reader: asyncio.StreamReader, transport: asyncio.ReadTransport, log: BoundedLog) -> None:
        self._reader = reader
        self._transport = transport
        self._log = log
        self._pump = asyncio.create_task(self._copy())

    @classmethod
    async def open(cls, log_file: Path) -> tuple[Self, int]:
        """The output and the descriptor that a child writes to; whoever asks closes that one."""
        readable, writable = os.pipe()
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(readable, "rb", buffering=0)
        )
        return cls(reader, transport, BoundedLog(log_file)), writable

    @property
    def last_lines(self) -> tuple[str, ...]:
        """What the child wrote last."""
        return self._log.last_lines

    async def close(self) -> None:
        """Call it once the child is gone: takes what is left of it, without waiting for whom it left behind."""
        await asyncio.wait({self._pump}, timeout=SETTLE_SECONDS)
        self._pump.cancel()
        self._transport.close()
        self._log.close()

    async def _copy(self) -> None:
        while chunk := await self._reader.read(CHUNK_BYTES):
            self._log.write(chunk)

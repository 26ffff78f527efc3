"""Work that goes on beside other work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@asynccontextmanager
async def beside(forever: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs `forever` as long as the block does, then ends it."""
    task = asyncio.create_task(forever)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def both(first: Awaitable[T], other: Coroutine[Any, Any, U]) -> tuple[T, U]:
    """What both give. `first` begins at once; when one of them fails, nothing of the other goes on after that."""
    task = asyncio.create_task(other)
    try:
        return await first, await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

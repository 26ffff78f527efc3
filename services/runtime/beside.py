"""Work without an end that goes on beside other work."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any


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

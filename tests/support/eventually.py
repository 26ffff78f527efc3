"""Waiting for something to become true, without guessing how long it takes."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

Result = TypeVar("Result")

POLL_SECONDS = 0.02


@overload
async def eventually(check: Callable[[], Awaitable[Result]], timeout: float = ...) -> Result: ...  # noqa: ASYNC109
@overload
async def eventually(check: Callable[[], Result], timeout: float = ...) -> Result: ...  # noqa: ASYNC109
async def eventually(
    check: Callable[[], Any],
    timeout: float = 30.0,  # noqa: ASYNC109  a deadline of the condition, not of one call
) -> Any:
    """The first true result of `check`, plain or awaitable. An AssertionError of it counts as not yet.

    Raises AssertionError with the last result or assertion when the deadline of `timeout` seconds passes.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout
    while True:
        result, failure = await _attempt(check)
        if failure is None and result:
            return result
        if loop.time() > deadline:
            raise AssertionError(f"not so after {timeout} s; last: {result!r}") from failure
        await asyncio.sleep(POLL_SECONDS)


async def _attempt(check: Callable[[], Any]) -> tuple[Any, AssertionError | None]:
    try:
        result = check()
        return (await result if inspect.isawaitable(result) else result), None
    except AssertionError as failure:
        return None, failure

import asyncio

import pytest

from services.runtime.beside import beside


async def test_it_runs_as_long_as_the_block_and_no_longer() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def forever() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def failing() -> None:
        async with beside(forever()):
            await began.wait()
            assert not ended.is_set()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert ended.is_set()

import asyncio

import pytest

from services.runtime.beside import beside, both


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


async def test_both_give_their_results_and_the_first_begins_at_once() -> None:
    order: list[str] = []

    async def named(name: str) -> str:
        order.append(name)
        await asyncio.sleep(0)
        return name

    assert await both(named("first"), named("other")) == ("first", "other")
    assert order == ["first", "other"]


@pytest.mark.parametrize("fails_at_once", [True, False])
async def test_when_one_fails_the_other_has_ended(*, fails_at_once: bool) -> None:
    going_on = 0

    async def failing() -> None:
        if not fails_at_once:
            await asyncio.sleep(0)
        raise ZeroDivisionError

    async def going() -> None:
        nonlocal going_on
        while True:
            going_on += 1
            await asyncio.sleep(0)

    with pytest.raises(ZeroDivisionError):
        await both(failing(), going())
    before = going_on
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert going_on == before


async def test_the_failure_of_the_other_is_told() -> None:
    async def failing() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await both(asyncio.sleep(0), failing())

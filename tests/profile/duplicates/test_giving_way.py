"""Likely duplicates give way while the profile step is at work, and only then."""

import asyncio
import time
from itertools import count, repeat

from services.profile.duplicates.giving_way import GivingWay
from services.profile.duplicates.postgres import DuplicatesStore
from tests.profile.duplicates.invented import interaction, office
from tests.support.postgres import PostgresServer

FOR_EVER = 1e9


async def _piece(way: GivingWay) -> None:
    async with way.piece():
        began = time.monotonic()
        while time.monotonic() - began < 0.001:
            pass


async def _turns(task: "asyncio.Task[None]") -> bool:
    """Whether it has ended after so many turns of the loop that whatever need not wait has."""
    for _ in range(50):
        await asyncio.sleep(0)
    return task.done()


async def test_the_next_piece_waits_while_the_step_is_at_work_until_told_to_stop() -> None:
    numbers, stop = count(), asyncio.Event()

    async def done() -> int:
        return next(numbers)

    way = GivingWay(done, stop, FOR_EVER)
    await _piece(way)
    second = asyncio.create_task(_piece(way))
    assert not await _turns(second)
    stop.set()
    await second


async def test_nothing_waits_while_the_step_rests() -> None:
    numbers = repeat(7)

    async def done() -> int:
        return next(numbers)

    way = GivingWay(done, asyncio.Event(), FOR_EVER)
    for _ in range(3):
        await _piece(way)


async def test_it_waits_as_many_times_as_long_as_the_piece_took() -> None:
    numbers = count()

    async def done() -> int:
        return next(numbers)

    way, began = GivingWay(done, asyncio.Event(), 20), time.monotonic()
    await _piece(way)
    await _piece(way)
    assert time.monotonic() - began >= 0.020


async def test_pieces_come_one_by_one_also_when_one_fails() -> None:
    under_way = 0

    async def done() -> int:
        return 0

    way = GivingWay(done, asyncio.Event())

    async def piece(*, fails: bool) -> None:
        nonlocal under_way
        async with way.piece():
            under_way += 1
            assert under_way == 1
            await asyncio.sleep(0)
            under_way -= 1
            if fails:
                raise ValueError

    ended = await asyncio.gather(*(piece(fails=fails) for fails in (False, True, False)), return_exceptions=True)
    assert [type(one) for one in ended] == [type(None), ValueError, type(None)]


async def test_what_the_step_stores_is_what_counts_as_work(postgres_server: PostgresServer) -> None:
    async with office(postgres_server) as one:
        store = DuplicatesStore(one.kept.database)
        await one.happen(interaction(1, {"email": "p1@example.com"}, name="Dana Cohen"))
        after = await store.interactions()
        await one.step.run(await one.live())
        assert await store.interactions() == after
        await one.happen(interaction(2, {"email": "p1@example.com"}, name="Dana Cohen"))
        assert await store.interactions() > after

import asyncio

import pytest

from services.profile.domain.sighting import Key
from services.profile.turn import Turn
from services.runtime.database import Conflict

PHONE, MAIL = Key("phone", "+972541234567"), Key("email", "dana@example.com")


async def test_the_first_waits_for_nobody() -> None:
    turn = Turn()
    assert await turn.to_number() == []
    await turn.to_read()


async def test_numbers_are_handed_on_before_they_are_committed() -> None:
    left, right = Turn(), Turn()
    following = Turn([left, right])
    waiting = asyncio.create_task(following.to_number())
    left.numbered({PHONE: 1})
    await asyncio.sleep(0)
    assert not waiting.done()
    right.numbered({MAIL: 2})
    assert await waiting == [{PHONE: 1}, {MAIL: 2}]


async def test_nobody_reads_before_all_those_before_ended() -> None:
    left, right = Turn(), Turn()
    reading = asyncio.create_task(Turn([left, right]).to_read())
    left.end(failed=False)
    await asyncio.sleep(0)
    assert not reading.done()
    right.end(failed=False)
    await reading


async def test_what_failed_gave_no_numbers() -> None:
    before = Turn()
    before.numbered({PHONE: 1})
    before.end(failed=True)
    following = Turn([before])
    assert await following.to_number() == [{}]
    with pytest.raises(Conflict):
        await following.to_read()


async def test_only_the_first_end_counts() -> None:
    before = Turn()
    before.end(failed=False)
    before.end(failed=True)
    assert before.over
    await Turn([before]).to_read()


async def test_nobody_begins_before_all_those_before_began() -> None:
    left, right = Turn(), Turn()
    beginning = asyncio.create_task(Turn([left, right]).to_begin())
    left.begun()
    await asyncio.sleep(0)
    assert not beginning.done()
    right.begun()
    await beginning


async def test_one_that_ends_before_it_began_holds_up_nobody() -> None:
    before = Turn()
    following = Turn([before])
    before.end(failed=True)
    await following.to_begin()
    assert await following.to_number() == [{}]

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from schemas.topics import INTERACTIONS
from services.profile.consume import ProfileHandler
from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from services.profile.store import Member, Unit
from services.profile.turn import Turn
from services.runtime.database import Conflict
from services.runtime.errors import Unavailable
from services.runtime.log import Record
from tests.profile.histories import Details, happened
from tests.profile.running import Recorder, profile_step
from tests.profile.spellings import POOL

CONNECTED = [[0], [1], [2], [0, 1, 2], [3], [0, 3]]


def records(*identifiers: list[int]) -> list[Record]:
    return [
        Record(
            INTERACTIONS.name,
            0,
            number,
            None,
            happened(number, 0, [(POOL[place], True) for place in those], Details()).value,
        )
        for number, those in enumerate(identifiers)
    ]


async def test_every_interaction_is_applied_however_they_are_split() -> None:
    store = MemoryStore(Recorder())
    handler = ProfileHandler(store, profile_step(IdentityPolicy()))
    assert await handler.handle(records(*CONNECTED)) == []
    assert len(store.tables.interactions) == len(CONNECTED)


async def test_what_is_no_interaction_is_refused_and_costs_nothing_else() -> None:
    store = MemoryStore(Recorder())
    broken = Record(INTERACTIONS.name, 0, 99, None, b"{")
    refusals = await ProfileHandler(store, profile_step(IdentityPolicy())).handle([*records([0]), broken])
    assert [refusal.record for refusal in refusals] == [broken]
    assert len(store.tables.interactions) == 1


async def test_a_failure_ends_what_runs_beside_it() -> None:
    class Away(MemoryStore):
        async def run(self, step: Callable[[Unit], Awaitable[Any]], turn: Turn | None = None) -> Any:
            await asyncio.sleep(0)
            raise Unavailable("the database is away")

    store = Away(Recorder())
    with pytest.raises(Unavailable):
        await ProfileHandler(store, profile_step(IdentityPolicy())).handle(records(*CONNECTED))
    assert len(asyncio.all_tasks()) == 1


async def test_a_unit_may_lock_more_than_its_batch_names() -> None:
    """A component that another worker changed meanwhile brings along who was in it, shared ones too."""

    class Wider(MemoryStore):
        async def run(self, step: Callable[[Unit], Awaitable[Any]], turn: Turn | None = None) -> Any:
            work = await super().run(step, turn)
            work.after[999] = Member(999, "someone", 999, 1, shared=True)
            return work

    handler = ProfileHandler(Wider(Recorder()), profile_step(IdentityPolicy()))
    assert await handler.handle(records(*CONNECTED)) == []


class Overtaken(MemoryStore):
    """The first unit is held up until another has ended; then it may fail."""

    def __init__(self, failure: Exception | None = None) -> None:
        super().__init__(Recorder())
        self._begun = 0
        self._failure = failure
        self._ended = asyncio.Event()

    async def run(self, step: Callable[[Unit], Awaitable[Any]], turn: Turn | None = None) -> Any:
        self._begun += 1
        if self._begun == 1:
            await self._ended.wait()
            if self._failure:
                raise self._failure
        result = await super().run(step, turn)
        self._ended.set()
        return result


def two_contents() -> list[Record]:
    """One id with two contents."""
    contents = (happened(9, 0, [(POOL[0], True)], Details(seconds=seconds)).value for seconds in (1.5, 33.25))
    return [Record(INTERACTIONS.name, 0, offset, None, value) for offset, value in enumerate(contents)]


def stored_contents(store: MemoryStore) -> tuple[list[bytes], list[bytes]]:
    """What was applied of it, and what was kept beside."""
    applied = [one.body for one in store.tables.interactions.values() if one.event_id == "e9"]
    return applied, list(store.tables.variants.values())


async def test_of_two_contents_under_one_id_the_first_on_the_log_counts() -> None:
    store = MemoryStore(Recorder())
    first, second = two_contents()
    handler = ProfileHandler(store, profile_step(IdentityPolicy()))
    assert await handler.handle([first, *records([5], [7]), second]) == []
    assert stored_contents(store) == ([first.value], [second.value])


async def test_the_first_counts_also_where_the_next_batch_overtakes_it() -> None:
    store = Overtaken()
    first, second = two_contents()
    handler = ProfileHandler(store, profile_step(IdentityPolicy()))
    await asyncio.gather(handler.handle([first]), handler.handle([second, *records([5])]))
    assert stored_contents(store) == ([first.value], [second.value])


async def test_where_the_first_could_not_be_stored_the_second_waits_for_its_next_try() -> None:
    store = Overtaken(Unavailable("the database is away"))
    first, second = two_contents()
    handler = ProfileHandler(store, profile_step(IdentityPolicy()))
    ends = await asyncio.gather(
        handler.handle([first]), handler.handle([second, *records([5])]), return_exceptions=True
    )
    assert [type(end) for end in ends] == [Unavailable, Unavailable]
    assert stored_contents(store) == ([], [])
    await handler.handle([first])
    await handler.handle([second, *records([5])])
    assert stored_contents(store) == ([first.value], [second.value])


async def test_a_batch_that_was_called_off_keeps_nobody_waiting() -> None:
    class Slow(MemoryStore):
        async def run(self, step: Callable[[Unit], Awaitable[Any]], turn: Turn | None = None) -> Any:
            assert turn
            await turn.to_read()
            if not self.tables.interactions:
                await asyncio.Event().wait()
            return await super().run(step, turn)

    store = Slow(Recorder())
    handler = ProfileHandler(store, profile_step(IdentityPolicy()))
    first = asyncio.create_task(handler.handle(records([0])))
    second = asyncio.create_task(handler.handle(records([0], [1])))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    with pytest.raises(Conflict):
        await second

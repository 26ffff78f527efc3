import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from schemas.topics import INTERACTIONS
from services.profile.consume import ProfileHandler
from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from services.profile.store import Unit
from services.profile.turn import Turn
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
    handler = ProfileHandler(store, profile_step(IdentityPolicy()), 1)
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
        await ProfileHandler(store, profile_step(IdentityPolicy()), 1).handle(records(*CONNECTED))
    assert len(asyncio.all_tasks()) == 1


class Overtaken(MemoryStore):
    """The first unit is held up until two others have ended."""

    def __init__(self) -> None:
        super().__init__(Recorder())
        self._begun = 0
        self._ended = asyncio.Semaphore(0)

    async def run(self, step: Callable[[Unit], Awaitable[Any]], turn: Turn | None = None) -> Any:
        self._begun += 1
        if self._begun == 1:
            for _ in range(2):
                await self._ended.acquire()
        result = await super().run(step, turn)
        self._ended.release()
        return result


async def test_of_two_contents_under_one_id_the_first_on_the_log_counts() -> None:
    store = Overtaken()
    first, second = (happened(9, 0, [(POOL[0], True)], Details(seconds=seconds)).value for seconds in (1.5, 33.25))
    stranger, another = records([5], [7])
    log = [Record(INTERACTIONS.name, 0, offset, None, value) for offset, value in enumerate((first, second))]
    handler = ProfileHandler(store, profile_step(IdentityPolicy()), 1)
    assert await handler.handle([log[0], stranger, log[1], another]) == []
    (kept,) = [one for one in store.tables.interactions.values() if one.event_id == "e9"]
    assert kept.body == first
    assert list(store.tables.variants.values()) == [second]

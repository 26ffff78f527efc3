"""Time and messages in any order, as Hypothesis thinks of them, on the store in memory."""

import asyncio
import random

from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.definition import load_definition
from services.journey.memory_store import MemoryStore
from services.runtime.memory_log import MemoryLog
from tests.contracts.journey_time import WAITS, PassingTime, Timed, came_to_pass


@given(st.randoms(use_true_random=False))
def test_whatever_the_order_it_ends_where_the_final_timelines_do(chance: random.Random) -> None:
    asyncio.run(_ends_there(PassingTime(chance)))


async def _ends_there(history: PassingTime) -> None:
    log = MemoryLog()
    timed = Timed(MemoryStore(await log.producer()), log)
    await timed.store.accept(load_definition(WAITS).what)
    await history.happen(timed)
    for profile, timeline in history.timelines().items():
        assert await timed.told(profile) == came_to_pass(timeline, timed.hours)

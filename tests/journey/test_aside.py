import asyncio
import threading

import pytest

from services.journey.aside import LONG_INTERACTIONS, aside
from services.journey.refold import refold
from services.journey.registry import Registry, shipped
from services.journey.store import ProfileState
from services.journey.told import Told
from tests.journey.timelines import START, happened


@pytest.mark.parametrize(("interactions", "elsewhere"), [(LONG_INTERACTIONS - 1, False), (LONG_INTERACTIONS, True)])
async def test_only_what_takes_long_is_computed_in_another_thread(interactions: int, elsewhere: bool) -> None:
    timelines = {"someone": [happened("call.ended")] * interactions}
    assert (await aside(timelines, threading.get_ident) != threading.get_ident()) is elsewhere


async def test_the_event_loop_goes_on_while_a_customer_of_20_000_interactions_is_folded_anew() -> None:
    timeline = [happened("order.placed", hours=number, id_=str(number)) for number in range(20_000)]
    registry = Registry(1, {one.key: one for one in shipped()})
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    timelines, states = {"someone": timeline}, {"someone": ProfileState()}
    outcome = await aside(timelines, refold, registry, states, timelines, {}, Told(), START)
    turning.cancel()
    assert len(outcome.changes.new_transitions) > 0
    assert turns > 5

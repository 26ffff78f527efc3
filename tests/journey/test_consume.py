"""How batches pass through the journey handler."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.journey import consume
from services.journey.consume import JourneyHandler
from services.journey.lanes import LEAST
from services.journey.step import Done, JourneyStep
from services.journey.store import Store, Unit
from services.runtime.errors import Unavailable
from tests.journey.feed import attached, records
from tests.journey.timelines import START
from tests.support.eventually import eventually


class HeldStore:
    """Runs no step: keeps units until they are let go, or fails the first of them."""

    def __init__(self, *, fails: bool = False) -> None:
        self.begun = 0
        self.cancelled = 0
        self.fails = fails
        self.go = asyncio.Event()

    async def run(self, step: Callable[[Unit], Awaitable[Any]]) -> Done:
        self.begun += 1
        if self.fails and self.begun == 1:
            raise Unavailable("away")
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return Done()


def handler(store: Any) -> JourneyHandler:
    held: Store = store
    return JourneyHandler(held, JourneyStep(lambda: START))


def many(count: int) -> list[bytes]:
    return [attached("store.visited", anchor=n, profile=n, id_=str(n)) for n in range(1, count + 1)]


async def test_the_next_batch_is_applied_after_the_one_before() -> None:
    store = HeldStore()
    handling = handler(store)
    first = asyncio.create_task(handling.handle(records(many(2))))
    await eventually(lambda: store.begun == 1)
    second = asyncio.create_task(handling.handle(records([*many(2), b"{}"])))
    for _ in range(100):
        await asyncio.sleep(0)
    assert store.begun == 1
    store.go.set()
    assert await first == []
    assert len(await second) == 1
    assert store.begun == 2


async def test_is_busy_while_a_batch_is_applied_and_for_a_while_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    store = HeldStore()
    handling = handler(store)
    assert not handling.busy
    batch = asyncio.create_task(handling.handle(records(many(2))))
    await eventually(lambda: store.begun == 1)
    assert handling.busy
    store.go.set()
    await batch
    assert handling.busy
    monkeypatch.setattr(consume, "LATELY_SECONDS", 0)
    assert not handling.busy


async def test_parts_of_a_large_batch_are_applied_at_once() -> None:
    store = HeldStore()
    handling = asyncio.create_task(handler(store).handle(records(many(LEAST))))
    await eventually(lambda: store.begun == 2)
    store.go.set()
    assert await handling == []


async def test_when_one_part_fails_the_others_are_ended_and_the_batch_fails() -> None:
    store = HeldStore(fails=True)
    with pytest.raises(Unavailable):
        await handler(store).handle(records(many(LEAST)))
    assert store.cancelled == store.begun - 1


async def test_a_batch_of_nothing_that_matters_starts_no_unit() -> None:
    store = HeldStore()
    other = b'{"id":"1","type":"profile.praised","data":{}}'
    assert await handler(store).handle(records([other])) == []
    assert store.begun == 0

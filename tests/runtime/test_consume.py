import asyncio
import time
from collections.abc import Sequence
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest

from schemas.topics import INTERACTIONS
from services.runtime import consume
from services.runtime.consume import ConsumerLoop
from services.runtime.errors import Unavailable
from services.runtime.handling import Refusal
from services.runtime.log import Message, Positions, Record
from services.runtime.memory_log import MemoryConsumer, MemoryLog
from tests.runtime.consuming import (
    GROUP,
    Keeper,
    committed,
    drain,
    loop,
    numbers,
    write,
)
from tests.support.eventually import eventually

pytestmark = pytest.mark.usefixtures("hurry")


async def test_a_backlog_is_handled_in_order_in_batches_and_committed(log: MemoryLog) -> None:
    await write(log, numbers(25))
    keeper = Keeper()
    await drain(log, keeper, batch_records=10)
    assert keeper.kept == numbers(25)
    assert [len(batch) for batch in keeper.batches] == [10, 10, 5]
    assert await committed(log) == 25


async def test_what_was_committed_is_not_handled_again(log: MemoryLog) -> None:
    await write(log, numbers(5))
    await drain(log, Keeper())
    again = Keeper()
    await drain(log, again)
    assert again.batches == []


async def test_nothing_is_committed_before_its_effects(log: MemoryLog) -> None:
    await write(log, numbers(30))
    at_each_batch: list[float] = []

    def look(_: Sequence[Record]) -> Sequence[Refusal]:
        at_each_batch.append(sum(log._groups[INTERACTIONS.name, GROUP].committed.values()))
        return ()

    await drain(log, Keeper(look), batch_records=10)
    assert at_each_batch == [0, 10, 20]


async def test_not_every_batch_is_committed_by_itself(log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consume, "COMMIT_SECONDS", 3_600)
    await write(log, numbers(30))
    at_each_batch: list[float] = []

    def look(_: Sequence[Record]) -> Sequence[Refusal]:
        at_each_batch.append(sum(log._groups[INTERACTIONS.name, GROUP].committed.values()))
        return ()

    await drain(log, Keeper(look), batch_records=10)
    assert at_each_batch == [0, 10, 10]
    assert await committed(log) == 30


async def test_an_idle_consumer_has_committed_everything(log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consume, "COMMIT_SECONDS", 3_600)
    await write(log, numbers(30))
    stop = asyncio.Event()
    task = asyncio.create_task(loop(log, Keeper(), batch_records=10).run(stop))
    await eventually(lambda: _all_committed(log, 30))
    stop.set()
    await task


async def _all_committed(log: MemoryLog, number: int) -> bool:
    return await committed(log) == number


async def test_who_dies_has_committed_the_batches_before(log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consume, "COMMIT_SECONDS", 3_600)
    await write(log, numbers(30))
    third = asyncio.Event()

    class Stuck(Keeper):
        async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
            if records[0].value == b"20":
                third.set()
                await asyncio.Event().wait()
            return await super().handle(records)

    task = asyncio.create_task(loop(log, Stuck(), batch_records=10).run(asyncio.Event()))
    await third.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await committed(log) == 20


class Overlapping:
    """The first batch ends, or fails, only once the second has begun; where it fails, the second is still at work."""

    def __init__(self, failure: Exception | None = None) -> None:
        self._failure = failure
        self._second_began = asyncio.Event()
        self.begun: list[bytes] = []
        self.ended: list[bytes] = []

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        first = records[0].value
        self.begun.append(first)
        if first == b"10":
            self._second_began.set()
            if self._failure:
                await asyncio.Event().wait()
        await self._second_began.wait()
        if failure := self._failure:
            self._failure = None
            raise failure
        self.ended.append(first)
        return ()


async def test_with_a_backlog_the_next_batch_begins_before_the_first_has_ended(log: MemoryLog) -> None:
    await write(log, numbers(25))
    handler = Overlapping()
    await drain(log, handler, at_once=2, batch_records=10)
    assert handler.begun == [b"0", b"10", b"20"]
    assert set(handler.ended) == set(handler.begun)
    assert await committed(log) == 25


@pytest.mark.parametrize("error", [Unavailable("away"), ValueError("poison")])
async def test_when_a_batch_fails_those_after_it_wait_until_it_is_done(log: MemoryLog, error: Exception) -> None:
    await write(log, numbers(20))
    handler = Overlapping(error)
    await drain(log, handler, at_once=2, batch_records=10)
    again = [b"0"] if isinstance(error, Unavailable) else [b"0", b"5"]
    assert handler.begun == [b"0", b"10", *again, b"10"]
    assert handler.ended == [*again, b"10"]
    assert await committed(log) == 20


async def test_without_a_backlog_one_batch_follows_the_other(log: MemoryLog) -> None:
    await write(log, numbers(5))
    stop = asyncio.Event()
    at_work = 0

    class Alone(Keeper):
        async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
            nonlocal at_work
            at_work += 1
            assert at_work == 1
            await write(log, [b"more"] if len(self.kept) < 50 else [])
            await asyncio.sleep(0)
            at_work -= 1
            return await super().handle(records)

    keeper = Alone()
    task = asyncio.create_task(loop(log, keeper, 2, batch_records=10, batch_every_seconds=0).run(stop))
    await eventually(lambda: len(keeper.kept) > 50)
    stop.set()
    async with asyncio.timeout(5):
        await task


async def gathers(log: MemoryLog, **settings: Any) -> None:
    """What comes after the first batch is one batch, which begins only because the loop is to end."""
    await write(log, [b"first"])
    keeper, stop = Keeper(), asyncio.Event()
    task = asyncio.create_task(loop(log, keeper, **settings).run(stop))
    await eventually(lambda: len(keeper.batches) == 1)
    for number in numbers(20):
        await write(log, [number])
        await asyncio.sleep(0)
    assert len(keeper.batches) == 1
    stop.set()
    async with asyncio.timeout(2):
        await task
    assert keeper.batches == [[b"first"], numbers(20)]


async def test_records_gather_between_batches_that_are_not_full(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consume, "FETCH_SECONDS", 0)
    await gathers(log, batch_every_seconds=5)


async def test_what_was_polled_is_kept_when_the_log_is_away_while_more_gathers(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(log, numbers(3))
    failures = iter([None, Unavailable("away", retry_after=0.01)])
    poll = MemoryConsumer.poll

    async def polls_once(self: MemoryConsumer, limit: int, timeout_seconds: float) -> list[Record]:
        if failure := next(failures, None):
            raise failure
        return await poll(self, limit, timeout_seconds)

    monkeypatch.setattr(MemoryConsumer, "poll", polls_once)
    keeper, stop = Keeper(), asyncio.Event()
    task = asyncio.create_task(loop(log, keeper, batch_every_seconds=0.2).run(stop))
    await eventually(lambda: keeper.batches == [numbers(3)])
    assert next(failures, "none left") == "none left"
    stop.set()
    async with asyncio.timeout(2):
        await task


async def test_what_comes_while_records_gather_is_in_the_same_batch(log: MemoryLog) -> None:
    await write(log, [b"first"])
    keeper, stop = Keeper(), asyncio.Event()
    task = asyncio.create_task(loop(log, keeper, batch_every_seconds=0.2).run(stop))
    await eventually(lambda: keeper.batches == [[b"first"]])
    await write(log, [b"second"])
    await asyncio.sleep(0)
    await write(log, [b"third"])
    await eventually(lambda: len(keeper.kept) == 3)
    stop.set()
    async with asyncio.timeout(2):
        await task
    assert keeper.batches == [[b"first"], [b"second", b"third"]]


async def test_a_full_batch_is_followed_at_once(log: MemoryLog) -> None:
    await write(log, numbers(30))
    keeper = Keeper()
    stop = asyncio.Event()
    task = asyncio.create_task(loop(log, keeper, batch_records=10, batch_every_seconds=5).run(stop))
    async with asyncio.timeout(2):
        await eventually(lambda: len(keeper.batches) == 3)
        stop.set()
        await task


def batches_take(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """For the loop; the handling itself has the true time."""
    late = SimpleNamespace(perf_counter=lambda: time.perf_counter() + seconds)
    monkeypatch.setattr(consume, "time", late)
    monkeypatch.setattr(consume, "FETCH_SECONDS", 0)


@pytest.mark.parametrize("took", [5, 40])
async def test_rests_after_a_batch_that_took_long(log: MemoryLog, monkeypatch: pytest.MonkeyPatch, took: float) -> None:
    batches_take(monkeypatch, took)
    await gathers(log, rest_seconds=60, batch_every_seconds=0)


@pytest.mark.parametrize(("rest_seconds", "rest_from"), [(0, 1), (5, 1), (60, 2)], ids=["none", "short", "too few"])
async def test_does_not_rest_for_longer_than_it_may_or_after_few_records(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch, rest_seconds: float, rest_from: int
) -> None:
    batches_take(monkeypatch, 5)
    await write(log, [b"first"])
    keeper, stop = Keeper(), asyncio.Event()
    task = asyncio.create_task(
        loop(log, keeper, rest_seconds=rest_seconds, rest_from=rest_from, batch_every_seconds=0).run(stop)
    )
    await eventually(lambda: len(keeper.batches) == 1)
    await write(log, [b"second"])
    await eventually(lambda: len(keeper.batches) == 2, timeout=2)
    stop.set()
    await task


async def test_a_worker_that_dies_in_the_middle_leaves_its_batch_to_the_next(log: MemoryLog) -> None:
    await write(log, numbers(10))
    started = asyncio.Event()

    class Stuck(Keeper):
        async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
            started.set()
            await asyncio.Event().wait()
            return ()

    task = asyncio.create_task(loop(log, Stuck()).run(asyncio.Event()))
    await started.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    keeper = Keeper()
    await drain(log, keeper)
    assert keeper.kept == numbers(10)


async def test_stop_ends_an_idle_loop(log: MemoryLog) -> None:
    stop = asyncio.Event()
    keeper = Keeper()
    task = asyncio.create_task(loop(log, keeper).run(stop))
    await write(log, numbers(3))
    await eventually(lambda: keeper.kept == numbers(3))
    stop.set()
    async with asyncio.timeout(5):
        await task
    assert log._groups[INTERACTIONS.name, GROUP].members == []


async def test_a_log_that_is_away_is_waited_for(log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(log, numbers(3))
    failures = iter([Unavailable("away", retry_after=0.01)] * 2)
    poll = MemoryConsumer.poll

    async def sometimes_polls(self: MemoryConsumer, limit: int, timeout_seconds: float) -> list[Record]:
        if failure := next(failures, None):
            raise failure
        return await poll(self, limit, timeout_seconds)

    monkeypatch.setattr(MemoryConsumer, "poll", sometimes_polls)
    keeper = Keeper()
    await drain(log, keeper)
    assert keeper.kept == numbers(3)
    assert await committed(log) == 3


async def test_a_commit_that_fails_is_made_good_by_the_next(log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(log, numbers(20))
    failures = iter([Unavailable("away", retry_after=0.01)])
    commit = MemoryConsumer.commit

    async def sometimes_commits(self: MemoryConsumer, done: Positions) -> None:
        if failure := next(failures, None):
            raise failure
        await commit(self, done)

    monkeypatch.setattr(MemoryConsumer, "commit", sometimes_commits)
    keeper = Keeper()
    await drain(log, keeper, batch_records=10)
    assert keeper.kept == numbers(20)
    assert await committed(log) == 20


async def test_says_that_it_joined_when_it_has_its_partitions_and_before_the_first_batch(log: MemoryLog) -> None:
    await write(log, numbers(3))
    said: list[tuple[int, int]] = []
    keeper = Keeper()
    stop = asyncio.Event()
    stop.set()

    def joined() -> None:
        (member,) = log._groups[INTERACTIONS.name, GROUP].members
        said.append((len(member.positions), len(keeper.batches)))

    await loop(log, keeper).run(stop, joined)
    assert said == [(INTERACTIONS.partitions, 0)]


async def test_a_member_that_cannot_join_does_not_say_so(log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(topic: str, group: str) -> MemoryConsumer:
        raise Unavailable("away")

    monkeypatch.setattr(log, "consumer", away)
    said: list[bool] = []
    with pytest.raises(Unavailable):
        await loop(log, Keeper()).run(asyncio.Event(), lambda: said.append(True))
    assert said == []


async def test_two_members_share_the_work(log: MemoryLog) -> None:
    stop = asyncio.Event()
    keepers = [Keeper(), Keeper()]
    async with _running([loop(log, keeper) for keeper in keepers], stop):
        members = log._groups[INTERACTIONS.name, GROUP].members
        await eventually(lambda: len(members) == 2)
        await log.append(INTERACTIONS.name, [Message(f"key-{n}".encode(), str(n).encode()) for n in range(200)])
        await eventually(lambda: sum(len(keeper.kept) for keeper in keepers) >= 200)
    assert all(keeper.kept for keeper in keepers)
    assert sorted(keepers[0].kept + keepers[1].kept) == sorted(numbers(200))


@asynccontextmanager
async def _running(loops: Sequence[ConsumerLoop], stop: asyncio.Event) -> Any:
    tasks = [asyncio.create_task(each.run(stop)) for each in loops]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)

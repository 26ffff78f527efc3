import asyncio
import base64
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.dead_letter import DeadLetter
from schemas.topics import DEAD_LETTERS, INTERACTIONS
from services.runtime import consume, handling
from services.runtime.consume import ConsumerLoop
from services.runtime.errors import Invalid, Unavailable
from services.runtime.handling import Handler, Refusal, TooManyDeadLetters
from services.runtime.log import Message, Positions, Record
from services.runtime.memory_log import MemoryConsumer, MemoryLog
from services.runtime.settings import Settings
from tests.support.eventually import eventually

GROUP = "kesher.some"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ONE_KEY = b"customer"


class StoppedClock:
    def now(self) -> datetime:
        return NOW


class Keeper:
    """A handler that keeps what it handled, after doing what the test has in mind for each batch."""

    def __init__(self, intent: Callable[[Sequence[Record]], Any] = lambda _: ()) -> None:
        self._intent = intent
        self.kept: list[bytes] = []
        self.batches: list[list[bytes]] = []

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        self.batches.append([record.value for record in records])
        refusals: Sequence[Refusal] = self._intent(records)
        refused = {refusal.record.offset for refusal in refusals}
        self.kept += [record.value for record in records if record.offset not in refused]
        return refusals


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consume, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(handling, "LONGEST_BACK_OFF_SECONDS", 0.01)
    monkeypatch.setattr(handling, "LAST_TRIES_SECONDS", 2.0)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


async def write(log: MemoryLog, values: Sequence[bytes]) -> None:
    await log.append(INTERACTIONS.name, [Message(ONE_KEY, value) for value in values])


def numbers(n: int) -> list[bytes]:
    return [str(i).encode() for i in range(n)]


def loop(log: Any, handler: Handler, at_once: int = 1, **settings: Any) -> ConsumerLoop:
    return ConsumerLoop(log, INTERACTIONS, GROUP, handler, Settings(**settings), StoppedClock(), at_once=at_once)


async def drain(log: Any, handler: Handler, at_once: int = 1, **settings: Any) -> None:
    """Runs the loop with `stop` set from the start: it handles the backlog and returns."""
    stop = asyncio.Event()
    stop.set()
    async with asyncio.timeout(10):
        await loop(log, handler, at_once, **settings).run(stop)


async def dead_letters(log: MemoryLog) -> list[DeadLetter]:
    reader = await log.reader(DEAD_LETTERS.name, {})
    return [DeadLetter.model_validate_json(record.value) for record in await reader.read(10_000, 0.01)]


async def committed(log: MemoryLog) -> int:
    return sum(log._groups[INTERACTIONS.name, GROUP].committed.values())


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


async def test_records_gather_between_batches_that_are_not_full(log: MemoryLog) -> None:
    await write(log, [b"first"])
    keeper = Keeper()
    stop = asyncio.Event()
    task = asyncio.create_task(loop(log, keeper, batch_every_seconds=5).run(stop))
    await eventually(lambda: len(keeper.batches) == 1)
    for number in numbers(20):
        await write(log, [number])
        await asyncio.sleep(0)
    assert len(keeper.batches) == 1
    stop.set()
    async with asyncio.timeout(2):
        await task
    assert keeper.batches == [[b"first"], numbers(20)]


async def test_a_full_batch_is_followed_at_once(log: MemoryLog) -> None:
    await write(log, numbers(30))
    keeper = Keeper()
    stop = asyncio.Event()
    task = asyncio.create_task(loop(log, keeper, batch_records=10, batch_every_seconds=5).run(stop))
    async with asyncio.timeout(2):
        await eventually(lambda: len(keeper.batches) == 3)
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


async def test_unavailable_means_the_same_batch_again(log: MemoryLog) -> None:
    await write(log, numbers(10))
    failures = iter([Unavailable("away"), Unavailable("away")])

    def fail_twice(_: Sequence[Record]) -> Sequence[Refusal]:
        if failure := next(failures, None):
            raise failure
        return ()

    keeper = Keeper(fail_twice)
    await drain(log, keeper)
    assert keeper.batches == [numbers(10)] * 3
    assert keeper.kept == numbers(10)
    assert await dead_letters(log) == []


async def test_a_poisonous_record_costs_only_itself(log: MemoryLog) -> None:
    values = [*numbers(500), b"poison", *numbers(499)]
    await write(log, values)

    def choke(records: Sequence[Record]) -> Sequence[Refusal]:
        if any(record.value == b"poison" for record in records):
            raise ValueError("something about 054-1234567")
        return ()

    keeper = Keeper(choke)
    await drain(log, keeper)
    assert sorted(keeper.kept) == sorted(value for value in values if value != b"poison")
    assert [base64.b64decode(letter.data.value) for letter in await dead_letters(log)] == [b"poison"]
    assert len(keeper.batches) < 30
    assert await committed(log) == 1_000


async def test_the_error_of_a_poisonous_record_is_named_without_what_it_says(log: MemoryLog) -> None:
    await write(log, [b"poison"])

    def choke(_: Sequence[Record]) -> Sequence[Refusal]:
        raise ValueError("something about 054-1234567")

    await drain(log, Keeper(choke))
    (letter,) = await dead_letters(log)
    assert letter.data.error == "ValueError while processing"


async def test_unavailable_beside_poison_loses_nobody(log: MemoryLog) -> None:
    await write(log, [b"poison", *numbers(7)])
    failures = iter([Unavailable("away")])

    def choke(records: Sequence[Record]) -> Sequence[Refusal]:
        if any(record.value == b"poison" for record in records):
            raise ValueError
        if failure := next(failures, None):
            raise failure
        return ()

    keeper = Keeper(choke)
    await drain(log, keeper)
    assert set(keeper.kept) == set(numbers(7))
    assert [base64.b64decode(letter.data.value) for letter in await dead_letters(log)] == [b"poison"]


def refuse(*bad: bytes) -> Callable[[Sequence[Record]], Sequence[Refusal]]:
    return lambda records: [Refusal(record, Invalid("time: missing")) for record in records if record.value in bad]


async def test_a_dead_letter_has_the_bytes_the_place_and_the_reason(log: MemoryLog) -> None:
    await log.append(INTERACTIONS.name, [Message(b"\x00\xff", b"first"), Message(b"\x00\xff", b"\xff not json")])
    await drain(log, Keeper(refuse(b"\xff not json")))
    (letter,) = await dead_letters(log)
    data = letter.data
    assert base64.b64decode(data.value) == b"\xff not json"
    assert data.key is not None
    assert base64.b64decode(data.key) == b"\x00\xff"
    assert (data.topic, data.offset, data.consumer, data.error) == (INTERACTIONS.name, 1, GROUP, "time: missing")
    assert letter.time == NOW
    assert letter.source == f"/{GROUP}"


async def test_a_dead_letter_of_a_message_without_a_key_has_none(log: MemoryLog) -> None:
    await log.append(INTERACTIONS.name, [Message(None, b"bad")])
    await drain(log, Keeper(refuse(b"bad")))
    assert [letter.data.key for letter in await dead_letters(log)] == [None]


async def test_a_batch_is_not_done_before_its_dead_letters_are_on_the_log(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(log, [b"bad", b"good"])
    failures = iter([Unavailable("away")])
    append = log.append

    async def sometimes(topic: str, messages: Sequence[Message]) -> None:
        if failure := next(failures, None):
            assert await committed(log) == 0
            raise failure
        await append(topic, messages)

    monkeypatch.setattr(log, "append", sometimes)
    keeper = Keeper(refuse(b"bad"))
    await drain(log, keeper)
    assert len(keeper.batches) == 2
    assert [base64.b64decode(letter.data.value) for letter in await dead_letters(log)] == [b"bad"]
    assert await committed(log) == 2


async def test_a_few_bad_records_alone_stop_nobody(log: MemoryLog) -> None:
    await write(log, [b"bad"] * 50)
    await drain(log, Keeper(refuse(b"bad")))
    assert len(await dead_letters(log)) == 50


async def test_more_than_the_share_stops_the_consumer_and_leaves_everything_where_it_is(log: MemoryLog) -> None:
    await write(log, [b"good"] * 90 + [b"bad"] * 110)
    with pytest.raises(TooManyDeadLetters, match=r"kesher\.some: 110 of the last 200"):
        await drain(log, Keeper(refuse(b"bad")))
    assert await committed(log) == 0
    assert await dead_letters(log) == []


async def test_the_share_is_of_recent_records(log: MemoryLog) -> None:
    await write(log, [b"good"] * 10_000 + [b"bad"] * 1_000)
    with pytest.raises(TooManyDeadLetters):
        await drain(log, Keeper(refuse(b"bad")), batch_records=100)


async def test_a_share_below_the_limit_goes_on(log: MemoryLog) -> None:
    await write(log, [b"good", b"good", b"bad"] * 1_000)
    await drain(log, Keeper(refuse(b"bad")), batch_records=100)
    assert len(await dead_letters(log)) == 1_000


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


async def test_told_to_stop_while_what_it_needs_is_away_it_gives_up_and_leaves_the_batch(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "LAST_TRIES_SECONDS", 0.05)
    await write(log, numbers(20))
    stop = asyncio.Event()

    def away(_: Sequence[Record]) -> Sequence[Refusal]:
        raise Unavailable("away")

    without = Keeper(away)
    task = asyncio.create_task(loop(log, without, batch_records=10).run(stop))
    await eventually(lambda: len(without.batches) > 2)
    assert not task.done()
    stop.set()
    async with asyncio.timeout(5):
        await task
    assert set(map(tuple, without.batches)) == {tuple(numbers(10))}
    assert await committed(log) == 0
    keeper = Keeper()
    await drain(log, keeper)
    assert keeper.kept == numbers(20)


async def test_a_long_wait_for_the_next_try_ends_when_it_is_told_to_stop(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "LONGEST_BACK_OFF_SECONDS", 3_600.0)
    monkeypatch.setattr(handling, "FIRST_BACK_OFF_SECONDS", 3_600.0)
    await write(log, numbers(3))
    stop = asyncio.Event()
    failures = iter([Unavailable("away")])

    def fail_once(_: Sequence[Record]) -> Sequence[Refusal]:
        if failure := next(failures, None):
            raise failure
        return ()

    keeper = Keeper(fail_once)
    task = asyncio.create_task(loop(log, keeper).run(stop))
    await eventually(lambda: keeper.batches)
    stop.set()
    async with asyncio.timeout(5):
        await task
    assert keeper.kept == numbers(3)
    assert await committed(log) == 3


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

"""What becomes of a batch: tried again, taken apart, put aside, given up."""

import asyncio
import base64
from collections.abc import Callable, Sequence

import pytest

from schemas.topics import INTERACTIONS
from services.runtime import handling
from services.runtime.errors import Invalid, Unavailable
from services.runtime.handling import Refusal, TooManyDeadLetters
from services.runtime.log import Message, Record
from services.runtime.memory_log import MemoryLog
from tests.runtime.consuming import (
    GROUP,
    NOW,
    Keeper,
    committed,
    dead_letters,
    drain,
    loop,
    numbers,
    write,
)
from tests.support.eventually import eventually

pytestmark = pytest.mark.usefixtures("hurry")


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

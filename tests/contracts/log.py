"""What every form of the log must do. A test module inherits `LogContract` and gives the fixtures `log` and `topic`."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import count
from typing import Protocol

import pytest

from services.runtime.errors import NotFound
from services.runtime.log import Consumer, Log, Message, Reader, Record, behind

PARTITIONS = 4
DEADLINE_SECONDS = 60.0
MANY = 3_000


class _Source(Protocol):
    async def __call__(self, limit: int, timeout_seconds: float) -> list[Record]: ...


async def collect(source: _Source, number: int, limit: int = 1_000) -> list[Record]:
    """The first `number` records or more, in the order in which they came."""
    found: list[Record] = []
    async with asyncio.timeout(DEADLINE_SECONDS):
        while len(found) < number:
            found += await source(limit, 0.2)
    return found


def numbered(number: int, keys: int = 7) -> list[Message]:
    return [Message(f"key-{n % keys}".encode(), str(n).encode()) for n in range(number)]


def values(records: Sequence[Record]) -> list[bytes]:
    return [record.value for record in records]


def places(records: Sequence[Record]) -> set[tuple[int, int]]:
    return {(record.partition, record.offset) for record in records}


async def settle(members: Sequence[Consumer], partitions: int = PARTITIONS) -> None:
    """Polls all members until they agree on who holds what; nothing may be on the log past what they polled."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not all([await member.caught_up() for member in members]):
            await asyncio.gather(*(member.poll(1_000, 0.1) for member in members))


class LogContract:
    """Each test has a topic of its own with `PARTITIONS` partitions, empty at first."""

    _groups = count(1)

    @pytest.fixture
    def group(self) -> str:
        return f"group-{next(self._groups)}"

    async def write(self, log: Log, topic: str, messages: Sequence[Message]) -> None:
        producer = await log.producer()
        await producer.send(topic, messages)
        await producer.close()

    async def test_messages_of_one_key_stay_in_one_partition_and_in_order(
        self, log: Log, topic: str, group: str
    ) -> None:
        await self.write(log, topic, numbered(MANY))
        consumer = await log.consumer(topic, group)
        records = await collect(consumer.poll, MANY)
        await consumer.close()
        by_key = defaultdict(list)
        for record in records:
            by_key[record.key].append(record)
        assert len(by_key) == 7
        for those in by_key.values():
            assert len({record.partition for record in those}) == 1
            assert [int(record.value) for record in those] == sorted(int(record.value) for record in those)

    async def test_every_message_comes_once_whatever_the_size_of_the_batch(
        self, log: Log, topic: str, group: str
    ) -> None:
        await self.write(log, topic, numbered(MANY))
        consumer = await log.consumer(topic, group)
        records = await collect(consumer.poll, MANY)
        await consumer.close()
        assert Counter(values(records)) == Counter(message.value for message in numbered(MANY))

    async def test_keys_and_values_are_bytes_as_they_were_given(self, log: Log, topic: str, group: str) -> None:
        messages = [
            Message(None, b"\x00\xff"),
            Message(b"\xff\x00", b""),
            Message("לקוחה".encode(), "שלום 👋".encode()),
        ]
        await self.write(log, topic, messages)
        consumer = await log.consumer(topic, group)
        records = await collect(consumer.poll, 3)
        await consumer.close()
        assert {(record.key, record.value) for record in records} == set(messages)
        assert {record.topic for record in records} == {topic}

    async def test_nothing_is_sent_without_messages(self, log: Log, topic: str) -> None:
        await self.write(log, topic, [])
        assert sum((await log.end(topic)).values()) == 0

    async def test_a_poll_returns_no_more_than_its_limit(self, log: Log, topic: str, group: str) -> None:
        await self.write(log, topic, numbered(20))
        consumer = await log.consumer(topic, group)
        taken: list[Record] = []
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(taken) < 20:
                records = await consumer.poll(3, 0.2)
                assert len(records) <= 3
                taken += records
        await consumer.close()
        assert len(places(taken)) == 20

    async def test_a_poll_returns_empty_handed_when_nothing_comes(self, log: Log, topic: str, group: str) -> None:
        consumer = await log.consumer(topic, group)
        async with asyncio.timeout(5):
            assert await consumer.poll(10, 0.05) == []
        await consumer.close()

    async def test_a_poll_wakes_when_something_comes(self, log: Log, topic: str, group: str) -> None:
        consumer = await log.consumer(topic, group)
        waiting = asyncio.create_task(collect(lambda limit, _: consumer.poll(limit, 10.0), 1))
        await self.write(log, topic, numbered(1))
        assert values(await waiting) == [b"0"]
        await consumer.close()

    async def test_two_groups_each_read_everything(self, log: Log, topic: str, group: str) -> None:
        await self.write(log, topic, numbered(50))
        for name in (f"{group}-a", f"{group}-b"):
            consumer = await log.consumer(topic, name)
            assert len(await collect(consumer.poll, 50)) == 50
            await consumer.close()

    async def test_a_group_goes_on_after_what_was_committed(self, log: Log, topic: str, group: str) -> None:
        await self.write(log, topic, numbered(50))
        consumer = await log.consumer(topic, group)
        before = await collect(consumer.poll, 50)
        await consumer.commit(behind(before))
        await consumer.close()
        await self.write(log, topic, [Message(b"key", b"after")])
        consumer = await log.consumer(topic, group)
        after = await collect(consumer.poll, 1)
        await consumer.close()
        assert len(before) == 50
        assert values(after) == [b"after"]

    async def test_what_was_not_committed_is_read_again(self, log: Log, topic: str, group: str) -> None:
        await self.write(log, topic, numbered(50))
        consumer = await log.consumer(topic, group)
        first = await collect(consumer.poll, 50)
        await consumer.close()
        consumer = await log.consumer(topic, group)
        again = await collect(consumer.poll, 50)
        await consumer.close()
        assert places(again) == places(first)

    async def test_a_commit_reaches_as_far_as_it_says(self, log: Log, topic: str, group: str) -> None:
        await self.write(log, topic, numbered(50))
        consumer = await log.consumer(topic, group)
        records = await collect(consumer.poll, 50)
        done, left = records[:20], records[20:]
        await consumer.commit(behind(done))
        await consumer.close()
        consumer = await log.consumer(topic, group)
        again = await collect(consumer.poll, 30)
        await consumer.close()
        assert places(again) == places(left)

    async def test_committing_before_anything_was_polled_skips_nothing(self, log: Log, topic: str, group: str) -> None:
        consumer = await log.consumer(topic, group)
        await consumer.commit({})
        await self.write(log, topic, numbered(5))
        await consumer.commit({})
        assert len(await collect(consumer.poll, 5)) == 5
        await consumer.close()

    async def test_the_members_of_a_group_share_the_partitions(self, log: Log, topic: str, group: str) -> None:
        one, other = await self.two_members(log, topic, group)
        await self.write(log, topic, numbered(200, keys=40))
        seen: dict[Consumer, list[Record]] = {one: [], other: []}
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(places([*seen[one], *seen[other]])) < 200:
                for member in seen:
                    seen[member] += await member.poll(1_000, 0.1)
        await one.close()
        await other.close()
        held = [{record.partition for record in records} for records in seen.values()]
        assert held[0] | held[1] == set(range(PARTITIONS))
        assert not held[0] & held[1]
        assert all(held)

    async def test_who_stays_takes_over_what_the_leaver_had_not_committed(
        self, log: Log, topic: str, group: str
    ) -> None:
        one, other = await self.two_members(log, topic, group)
        await self.write(log, topic, numbered(200, keys=40))
        left = await collect(other.poll, 1)
        await other.close()
        async with asyncio.timeout(DEADLINE_SECONDS):
            seen: set[tuple[int, int]] = set()
            while len(seen) < 200:
                seen |= places(await one.poll(1_000, 0.2))
        await one.close()
        assert places(left) <= seen

    async def test_a_commit_covers_only_the_partitions_held(self, log: Log, topic: str, group: str) -> None:
        one = await log.consumer(topic, group)
        await self.write(log, topic, numbered(200, keys=40))
        polled = await collect(one.poll, 200)
        joining = asyncio.create_task(log.consumer(topic, group))
        while not joining.done():
            await one.poll(1_000, 0.05)
        other = await joining
        await one.commit(behind(polled))
        first: dict[int, int] = {}
        for record in await collect(other.poll, 1):
            first.setdefault(record.partition, record.offset)
        await one.close()
        await other.close()
        assert set(first.values()) == {0}

    async def two_members(self, log: Log, topic: str, group: str) -> tuple[Consumer, Consumer]:
        one = await log.consumer(topic, group)
        joining = asyncio.create_task(log.consumer(topic, group))
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not joining.done():
                await one.poll(10, 0.05)
        other = await joining
        await settle([one, other])
        return one, other

    async def test_a_consumer_knows_when_it_has_caught_up(self, log: Log, topic: str, group: str) -> None:
        consumer = await log.consumer(topic, group)
        assert await consumer.caught_up()
        await self.write(log, topic, numbered(10))
        assert not await consumer.caught_up()
        await collect(consumer.poll, 10)
        assert await consumer.caught_up()
        await consumer.close()

    async def test_the_end_is_the_offset_of_the_next_record(self, log: Log, topic: str) -> None:
        assert await log.end(topic) == dict.fromkeys(range(PARTITIONS), 0)
        await self.write(log, topic, numbered(100, keys=40))
        end = await log.end(topic)
        reader = await log.reader(topic, {})
        records = await collect(reader.read, 100)
        await reader.close()
        assert end == {p: sum(record.partition == p for record in records) for p in range(PARTITIONS)}

    async def test_a_reader_without_a_start_sees_only_what_comes(self, log: Log, topic: str) -> None:
        await self.write(log, topic, numbered(10))
        reader = await log.reader(topic)
        await self.write(log, topic, [Message(b"key", b"new")])
        records = await collect(reader.read, 1)
        await reader.close()
        assert values(records) == [b"new"]

    async def test_a_reader_goes_on_from_its_positions(self, log: Log, topic: str) -> None:
        await self.write(log, topic, numbered(10))
        start = await log.end(topic)
        await self.write(log, topic, numbered(30, keys=40))
        reader = await log.reader(topic, start)
        records = await collect(reader.read, 30)
        await reader.close()
        assert sorted(int(record.value) for record in records) == list(range(30))
        assert all(record.offset >= start[record.partition] for record in records)

    async def test_a_partition_without_a_position_is_read_from_the_oldest(self, log: Log, topic: str) -> None:
        await self.write(log, topic, numbered(100, keys=40))
        end = await log.end(topic)
        reader = await log.reader(topic, {0: end[0]})
        records = await collect(reader.read, 100 - end[0])
        await self.nothing_more(reader)
        assert {record.partition for record in records} == {1, 2, 3}

    async def nothing_more(self, reader: Reader) -> None:
        assert await reader.read(10, 0.1) == []
        await reader.close()

    async def test_readers_do_not_share(self, log: Log, topic: str) -> None:
        await self.write(log, topic, numbered(40))
        for _ in range(2):
            reader = await log.reader(topic, {})
            assert len(await collect(reader.read, 40)) == 40
            await reader.close()

    @pytest.mark.parametrize(
        "start", [{0: -1}, {0: 1}, {PARTITIONS: 0}], ids=["before-the-oldest", "past-the-end", "no-such-partition"]
    )
    async def test_a_position_that_the_log_does_not_hold_is_not_found(
        self, log: Log, topic: str, start: dict[int, int]
    ) -> None:
        with pytest.raises(NotFound):
            await log.reader(topic, start)

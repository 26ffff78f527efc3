"""The log in memory: for tests, yours and ours. Partitions, groups, commits and rebalancing behave as on Kafka."""

import asyncio
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.topics import TOPICS
from services.runtime.errors import NotFound
from services.runtime.log import Message, Positions, Record


@dataclass
class _Group:
    committed: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    members: list["MemoryConsumer"] = field(default_factory=list)

    def share_out(self, partitions: int) -> None:
        for member in self.members:
            member.positions.clear()
        for partition in range(partitions):
            member = self.members[partition % len(self.members)]
            member.positions[partition] = self.committed[partition]


class MemoryLog:
    """A log that lives as long as the process."""

    def __init__(self) -> None:
        self._topics = {topic.name: [list[Record]() for _ in range(topic.partitions)] for topic in TOPICS}
        self._oldest = {topic.name: dict.fromkeys(range(topic.partitions), 0) for topic in TOPICS}
        self._groups: dict[tuple[str, str], _Group] = defaultdict(_Group)
        self._changed = asyncio.Condition()
        self._round_robin = 0

    async def ensure_topics(self) -> None:
        """All declared topics exist from the start."""

    async def producer(self) -> "MemoryProducer":
        """A producer that acknowledges at once."""
        return MemoryProducer(self)

    async def consumer(self, topic: str, group: str) -> "MemoryConsumer":
        """Joins the group, which shares out its partitions anew."""
        consumer = MemoryConsumer(self, topic, self._groups[topic, group])
        consumer.group.members.append(consumer)
        consumer.group.share_out(len(self._topics[topic]))
        return consumer

    async def reader(self, topic: str, start: Positions | None = None) -> "MemoryReader":
        """A reader from `start`, or from the end."""
        end = await self.end(topic)
        positions = end if start is None else start
        oldest = self._oldest[topic]
        if any(not oldest.get(partition, 0) <= at <= end.get(partition, -1) for partition, at in positions.items()):
            raise NotFound("the log does not hold that position")
        return MemoryReader(self, topic, {**oldest, **positions})

    async def beginning(self, topic: str) -> dict[int, int]:
        """The oldest record of each partition."""
        return dict(self._oldest[topic])

    def cut(self, topic: str, before: Positions) -> None:
        """Lets go of all before these positions, as Kafka does with what it has kept for long enough."""
        self._oldest[topic].update(before)

    async def end(self, topic: str) -> dict[int, int]:
        """The end of each partition."""
        return {partition: len(records) for partition, records in enumerate(self._topics[topic])}

    async def append(self, topic: str, messages: Sequence[Message]) -> None:
        """Adds messages and wakes whoever waits for them."""
        for message in messages:
            partition = self._partition(topic, message.key)
            records = self._topics[topic][partition]
            records.append(Record(topic, partition, len(records), message.key, message.value))
        async with self._changed:
            self._changed.notify_all()

    async def take(self, topic: str, positions: dict[int, int], limit: int, timeout_seconds: float) -> list[Record]:
        """Up to `limit` records at `positions`, which move on; waits until there is one or time is up."""
        try:
            async with asyncio.timeout(timeout_seconds), self._changed:
                await self._changed.wait_for(lambda: self._available(topic, positions))
        except TimeoutError:
            return []
        taken: list[Record] = []
        for partition in list(positions):
            at = positions[partition]
            records = self._topics[topic][partition][at : at + limit - len(taken)]
            positions[partition] += len(records)
            taken += records
        return taken

    def at_end(self, topic: str, positions: Positions) -> bool:
        """Whether nothing lies beyond `positions`."""
        return not self._available(topic, positions)

    def _available(self, topic: str, positions: Positions) -> bool:
        return any(at < len(self._topics[topic][partition]) for partition, at in positions.items())

    def _partition(self, topic: str, key: bytes | None) -> int:
        if key is None:
            self._round_robin += 1
        return (self._round_robin if key is None else zlib.crc32(key)) % len(self._topics[topic])


class MemoryProducer:
    """Writes to a MemoryLog."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Appends; there is nothing to wait for."""
        await self._log.append(topic, messages)

    async def close(self) -> None:
        """Nothing is buffered."""


class MemoryConsumer:
    """One member of a group on a MemoryLog."""

    def __init__(self, log: MemoryLog, topic: str, group: _Group) -> None:
        self._log = log
        self._topic = topic
        self.group = group
        self.positions: dict[int, int] = {}

    async def poll(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Up to `limit` records of the partitions held now."""
        return await self._log.take(self._topic, self.positions, limit, timeout_seconds)

    async def commit(self, done: Positions) -> None:
        """Commits for the partitions held now."""
        self.group.committed.update((p, offset) for p, offset in done.items() if p in self.positions)

    async def caught_up(self) -> bool:
        """Whether every partition held has been polled to its end."""
        return self._log.at_end(self._topic, self.positions)

    async def close(self) -> None:
        """Leaves; the others take over from what was committed."""
        self.group.members.remove(self)
        if self.group.members:
            self.group.share_out(len(await self._log.end(self._topic)))


class MemoryReader:
    """Reads one topic of a MemoryLog from positions of its own."""

    def __init__(self, log: MemoryLog, topic: str, positions: dict[int, int]) -> None:
        self._log = log
        self._topic = topic
        self._positions = positions

    async def read(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Up to `limit` records."""
        return await self._log.take(self._topic, self._positions, limit, timeout_seconds)

    async def close(self) -> None:
        """Nothing to let go of."""

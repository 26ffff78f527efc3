"""The log as a port: what Kesher needs of Kafka, and no more.

Two forms keep this contract: `services.runtime.memory_log.MemoryLog` and `services.runtime.kafka_log.KafkaLog`.
One suite, `tests/contracts/log.py`, is inherited by the tests of both.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

Positions = Mapping[int, int]
"""Partition to the offset of the next record to be read there."""


class Message(NamedTuple):
    """What a writer hands over. Messages with equal keys keep their order."""

    key: bytes | None
    value: bytes


class Record(msgspec.Struct, frozen=True, gc=False):
    """A message with its place in the log."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes


def behind(records: Sequence[Record]) -> dict[int, int]:
    """The positions after records that lie in the order of the log."""
    return {record.partition: record.offset + 1 for record in records}


class Producer(Protocol):
    """Writes messages durably."""

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Returns once the log has acknowledged every message (`acks=all`).

        Raises Unavailable when it has not; some of the messages may be on the log all the same.
        """

    async def close(self) -> None:
        """Sends what is buffered and lets go of the connection."""


class Consumer(Protocol):
    """Reads as one member of a group; the group's members share the partitions."""

    async def poll(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Up to `limit` records past the last poll; none if nothing came in time. Raises Unavailable."""

    async def commit(self, done: Positions) -> None:
        """Marks all before these positions as done: the group will not read it again. Raises Unavailable.

        Partitions that are no longer held are left to whoever holds them.
        """

    async def caught_up(self) -> bool:
        """Whether everything on the log up to now, in the partitions held, has been polled."""

    async def close(self) -> None:
        """Leaves the group without committing."""


class Reader(Protocol):
    """Reads all partitions of one topic outside any group; keeps its own positions."""

    async def read(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Up to `limit` records; none if nothing came in time. Raises Unavailable."""

    async def close(self) -> None:
        """Lets go of the connection."""


class Log(Protocol):
    """Makes producers, consumers and readers."""

    async def ensure_topics(self) -> None:
        """Creates the declared topics that are missing. Raises Unavailable."""

    async def producer(self) -> Producer:
        """A connected producer."""

    async def consumer(self, topic: str, group: str) -> Consumer:
        """A connected consumer; a new group begins at the oldest record."""

    async def reader(self, topic: str, start: Positions | None = None) -> Reader:
        """A reader from `start`, or from the end. Raises NotFound when a start lies before the oldest record."""

    async def end(self, topic: str) -> dict[int, int]:
        """The end of each partition: the offset that the next record will get."""

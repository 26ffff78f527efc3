"""The log on Apache Kafka, or on anything that speaks its protocol, by aiokafka."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, for_code

from schemas.topics import TOPICS, Topic
from services.runtime.errors import NotFound, Unavailable
from services.runtime.log import Message, Positions, Record
from services.runtime.settings import Settings

FETCH_BYTES = 4 * 1024 * 1024
SESSION_MILLISECONDS = 10_000
LONGEST_BATCH_MILLISECONDS = 600_000
_ALREADY_THERE = 36  # TOPIC_ALREADY_EXISTS


@asynccontextmanager
async def _or_unavailable(what: str) -> AsyncIterator[None]:
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable(f"the log is away: could not {what}") from error


class KafkaLog:
    """Kafka at the configured bootstrap servers."""

    def __init__(self, settings: Settings) -> None:
        if not settings.kafka_bootstrap_servers:
            raise Unavailable("KESHER_KAFKA_BOOTSTRAP_SERVERS is not set: use `make run`, or point it at a Kafka")
        self._settings = settings
        self._servers = settings.kafka_bootstrap_servers

    async def ensure_topics(self) -> None:
        """Creates the declared topics that are missing."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self._servers)
        async with _or_unavailable("create topics"):
            await admin.start()
            try:
                there = set(await admin.list_topics())
                missing = [self._new_topic(topic) for topic in TOPICS if topic.name not in there]
                answer = await admin.create_topics(missing) if missing else None
            finally:
                await admin.close()
        for name, code, *_ in answer.topic_errors if answer else ():
            if code not in (0, _ALREADY_THERE):
                raise Unavailable(f"topic {name} could not be created: {for_code(code).__name__}")

    def _new_topic(self, topic: Topic) -> NewTopic:
        keep = "-1" if topic.retention is None else str(int(topic.retention.total_seconds() * 1000))
        return NewTopic(
            name=topic.name,
            num_partitions=topic.partitions,
            replication_factor=self._settings.kafka_replication,
            topic_configs={"retention.ms": keep},
        )

    async def producer(self) -> "KafkaProducer":
        """A connected producer, idempotent where the settings say that the broker can."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._servers,
            acks="all",
            enable_idempotence=self._settings.kafka_idempotent,
            max_batch_size=256 * 1024,
            max_request_size=8 * 1024 * 1024,
            request_timeout_ms=30_000,
        )
        async with _or_unavailable("connect"):
            await producer.start()
        return KafkaProducer(producer)

    async def consumer(self, topic: str, group: str) -> "KafkaConsumer":
        """Joins the group; a new group begins at the oldest record."""
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=self._servers,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION_MILLISECONDS,
            heartbeat_interval_ms=SESSION_MILLISECONDS // 5,
            max_poll_interval_ms=LONGEST_BATCH_MILLISECONDS,
            fetch_max_bytes=FETCH_BYTES,
            max_partition_fetch_bytes=FETCH_BYTES // 2,
            fetch_max_wait_ms=100,
        )
        async with _or_unavailable("join the group"):
            await consumer.start()
        return KafkaConsumer(consumer)

    async def reader(self, topic: str, start: Positions | None = None) -> "KafkaReader":
        """A reader of all partitions from `start`, or from the end."""
        consumer = self._unassigned()
        async with _or_unavailable("connect"):
            await consumer.start()
            partitions = await self._partitions(consumer, topic)
            consumer.assign(partitions)
            oldest = await consumer.beginning_offsets(partitions)
            newest = await consumer.end_offsets(partitions)
        chosen = {p: newest[p] if start is None else start.get(p.partition, oldest[p]) for p in partitions}
        if any(not oldest[p] <= offset <= newest[p] for p, offset in chosen.items()):
            await consumer.stop()
            raise NotFound("the log no longer holds that position")
        for partition, offset in chosen.items():
            consumer.seek(partition, offset)
        return KafkaReader(consumer)

    async def end(self, topic: str) -> dict[int, int]:
        """The end of each partition."""
        consumer = self._unassigned()
        async with _or_unavailable("read positions"):
            await consumer.start()
            try:
                newest = await consumer.end_offsets(await self._partitions(consumer, topic))
            finally:
                await consumer.stop()
        return {partition.partition: offset for partition, offset in newest.items()}

    def _unassigned(self) -> Any:
        return AIOKafkaConsumer(
            bootstrap_servers=self._servers, enable_auto_commit=False, fetch_max_wait_ms=100, auto_offset_reset="none"
        )

    @staticmethod
    async def _partitions(consumer: Any, topic: str) -> list[TopicPartition]:
        await consumer._client._wait_on_metadata(topic)  # noqa: SLF001 -- aiokafka fetches metadata only of subscribed topics
        return [TopicPartition(topic, partition) for partition in sorted(consumer.partitions_for_topic(topic) or ())]


class KafkaProducer:
    """Writes with `acks=all`."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Returns once every message is acknowledged."""
        async with _or_unavailable("write"):
            waiting = [await self._producer.send(topic, message.value, key=message.key) for message in messages]
            await asyncio.gather(*waiting)

    async def close(self) -> None:
        """Flushes and disconnects."""
        await self._producer.stop()


class KafkaConsumer:
    """One member of a consumer group."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    async def poll(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Up to `limit` records of the partitions held now."""
        async with _or_unavailable("read"):
            fetched = await self._consumer.getmany(timeout_ms=int(timeout_seconds * 1000), max_records=limit)
        return _records(fetched)

    async def commit(self) -> None:
        """Commits what was polled; partitions lost meanwhile are read again by their new owner."""
        async with _or_unavailable("commit"):
            try:
                await self._consumer.commit()
            except (CommitFailedError, IllegalStateError):
                return

    async def rewind(self) -> None:
        """Back to the committed positions."""
        async with _or_unavailable("rewind"):
            for partition in self._consumer.assignment():
                offset = await self._consumer.committed(partition)
                if offset is None:
                    await self._consumer.seek_to_beginning(partition)
                else:
                    self._consumer.seek(partition, offset)

    async def caught_up(self) -> bool:
        """Whether every partition held has been polled to its end."""
        async with _or_unavailable("read positions"):
            held = self._consumer.assignment()
            newest = await self._consumer.end_offsets(list(held)) if held else {}
            return all([await self._consumer.position(p) >= offset for p, offset in newest.items()])

    async def close(self) -> None:
        """Leaves the group."""
        await self._consumer.stop()


class KafkaReader:
    """Reads all partitions of one topic from positions of its own."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    async def read(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Up to `limit` records."""
        async with _or_unavailable("read"):
            fetched = await self._consumer.getmany(timeout_ms=int(timeout_seconds * 1000), max_records=limit)
        return _records(fetched)

    async def close(self) -> None:
        """Disconnects."""
        await self._consumer.stop()


def _records(fetched: Any) -> list[Record]:
    return [
        Record(r.topic, r.partition, r.offset, r.key, r.value if r.value is not None else b"")
        for records in fetched.values()
        for r in records
    ]

"""The log on Apache Kafka, or on anything that speaks its protocol, by aiokafka."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, for_code

from schemas.topics import TOPICS, Topic
from services.runtime.errors import Invalid, NotFound, Unavailable
from services.runtime.log import Message, Positions, Record
from services.runtime.settings import Settings

MESSAGE_BYTES = 8 * 1024 * 1024
"""Topics are made for messages of this size."""
ENVELOPE_BYTES = 16 * 1024
BATCH_BYTES = 1_000 * 1024
"""What one request brings the broker of a partition. Topics that were not made here take 1 MiB, if nobody said more."""
FETCH_BYTES = 16 * 1024 * 1024
FETCH_WAIT_MILLISECONDS = 100
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
            num_partitions=min(topic.partitions, self._settings.kafka_most_partitions or topic.partitions),
            replication_factor=self._settings.kafka_replication,
            topic_configs={"retention.ms": keep, "max.message.bytes": str(MESSAGE_BYTES + ENVELOPE_BYTES)},
        )

    async def producer(self) -> "KafkaProducer":
        """A connected producer, idempotent where the settings say that the broker can."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._servers,
            acks="all",
            enable_idempotence=self._settings.kafka_idempotent,
            max_batch_size=BATCH_BYTES,
            max_request_size=MESSAGE_BYTES + ENVELOPE_BYTES,
            request_timeout_ms=int(self._settings.kafka_timeout_seconds * 1000),
        )
        async with self._connected(producer, "connect"):
            return KafkaProducer(producer, self._settings.kafka_timeout_seconds)

    async def consumer(self, topic: str, group: str) -> "KafkaConsumer":
        """Joins the group; a new group begins at the oldest record."""
        session = int(self._settings.kafka_session_seconds * 1000)
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=self._servers,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=session,
            heartbeat_interval_ms=session // 5,
            max_poll_interval_ms=LONGEST_BATCH_MILLISECONDS,
            fetch_max_bytes=FETCH_BYTES,
            max_partition_fetch_bytes=FETCH_BYTES // 2,
            fetch_max_wait_ms=FETCH_WAIT_MILLISECONDS,
        )
        async with self._connected(consumer, "join the group"):
            return KafkaConsumer(consumer)

    async def reader(self, topic: str, start: Positions | None = None) -> "KafkaReader":
        """A reader of all partitions from `start`, or from the end."""
        async with self._connected(self._unassigned(), "connect") as consumer:
            newest = await self._newest(consumer, topic)
            oldest = await consumer.beginning_offsets(list(newest))
            for partition, offset in _chosen(start, oldest, newest).items():
                consumer.seek(partition, offset)
        return KafkaReader(consumer)

    async def beginning(self, topic: str) -> dict[int, int]:
        """The oldest record of each partition."""
        async with self._connected(self._unassigned(), "read positions") as consumer:
            newest = await self._newest(consumer, topic)
            oldest = await consumer.beginning_offsets(list(newest))
        await consumer.stop()
        return {partition.partition: offset for partition, offset in oldest.items()}

    async def end(self, topic: str) -> dict[int, int]:
        """The end of each partition."""
        async with self._connected(self._unassigned(), "read positions") as consumer:
            newest = await self._newest(consumer, topic)
        await consumer.stop()
        return {partition.partition: offset for partition, offset in newest.items()}

    @staticmethod
    @asynccontextmanager
    async def _connected(client: Any, what: str) -> AsyncIterator[Any]:
        """A started client, which stays so only if all goes well."""
        try:
            async with _or_unavailable(what):
                await client.start()
                yield client
        except BaseException:
            await client.stop()
            raise

    def _unassigned(self) -> Any:
        return AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            enable_auto_commit=False,
            fetch_max_wait_ms=FETCH_WAIT_MILLISECONDS,
            auto_offset_reset="none",
        )

    async def _newest(self, consumer: Any, topic: str) -> dict[TopicPartition, int]:
        """The ends of the topic's partitions, which become the consumer's."""
        await consumer._client._wait_on_metadata(topic)  # noqa: SLF001 -- aiokafka fetches metadata only of subscribed topics
        partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        newest = await consumer.end_offsets(partitions)
        consumer.assign(partitions)
        for partition, offset in newest.items():
            consumer.seek(partition, offset)
        async with asyncio.timeout(self._settings.kafka_timeout_seconds):
            while any(consumer.highwater(partition) is None for partition in partitions):
                await consumer.getmany(timeout_ms=FETCH_WAIT_MILLISECONDS)
        return {partition: _end(consumer, partition, offset) for partition, offset in newest.items()}


class KafkaProducer:
    """Writes with `acks=all`."""

    def __init__(self, producer: Any, timeout_seconds: float) -> None:
        self._producer = producer
        self._timeout_seconds = timeout_seconds
        self._round_robin = count()

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Returns once every message is acknowledged. Raises Invalid for a message above `MESSAGE_BYTES`."""
        if any(len(message.value) > MESSAGE_BYTES for message in messages):
            raise Invalid(f"a message may have {MESSAGE_BYTES} bytes")
        async with _or_unavailable("write"):
            # aiokafka's idempotent producer never gives up on what it has sent, so the deadline is ours.
            async with asyncio.timeout(self._timeout_seconds):
                await asyncio.gather(*[waiting async for waiting in self._hand_over(topic, messages)])

    async def _hand_over(self, topic: str, messages: Sequence[Message]) -> AsyncIterator[Awaitable[object]]:
        """Whole batches, one acknowledgement each: a third of the work of handing over message by message."""
        partitions = sorted(await self._producer.partitions_for(topic))
        batches: dict[int, Any] = {}
        for key, value in messages:
            # As librdkafka does by default. aiokafka's hash, in Python, takes a hundred times as long.
            place = zlib.crc32(key) if key is not None else next(self._round_robin)
            partition = partitions[place % len(partitions)]
            batch = batches.get(partition)
            if batch is not None and batch.append(timestamp=None, key=key, value=value):
                continue
            if batch is not None:
                yield await self._producer.send_batch(batch, topic, partition=partition)
            batches[partition] = self._producer.create_batch()
            batches[partition].append(timestamp=None, key=key, value=value)
        for partition, batch in batches.items():
            yield await self._producer.send_batch(batch, topic, partition=partition)

    async def close(self) -> None:
        """Flushes and disconnects; what a log that is away does not take in time is given up."""
        stopping = asyncio.create_task(self._producer.stop())
        _, unfinished = await asyncio.wait({stopping}, timeout=self._timeout_seconds)
        if unfinished:
            self._producer._sender.sender_task.cancel()  # noqa: SLF001 -- aiokafka would wait for ever
        await stopping


class KafkaConsumer:
    """One member of a consumer group."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    async def poll(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Up to `limit` records of the partitions held now."""
        async with _or_unavailable("read"):
            fetched = await self._consumer.getmany(timeout_ms=int(timeout_seconds * 1000), max_records=limit)
        return _records(fetched)

    async def commit(self, done: Positions) -> None:
        """Commits for the partitions held now; those lost meanwhile are read again by their new owner."""
        held = {partition.partition: partition for partition in self._consumer.assignment()}
        offsets = {held[partition]: offset for partition, offset in done.items() if partition in held}
        if not offsets:
            return
        async with _or_unavailable("commit"):
            with suppress(CommitFailedError, IllegalStateError):
                await self._consumer.commit(offsets)

    async def caught_up(self) -> bool:
        """Whether every partition held has been polled to its end."""
        async with _or_unavailable("read positions"):
            held = self._consumer.assignment()
            newest = await self._consumer.end_offsets(list(held)) if held else {}
            return all([await self._consumer.position(p) >= _end(self._consumer, p, o) for p, o in newest.items()])

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


def _end(consumer: Any, partition: TopicPartition, listed: int) -> int:
    """The end of a partition. Tansu lists the second record of the last batch instead; what it fetches knows better."""
    return max(listed, consumer.highwater(partition) or 0)


def _chosen(
    start: Positions | None, oldest: Mapping[TopicPartition, int], newest: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    if start is None:
        return dict(newest)
    partitions = {partition.partition: partition for partition in oldest}
    chosen = {**oldest, **{partitions[number]: at for number, at in start.items() if number in partitions}}
    if not start.keys() <= partitions.keys() or any(not oldest[p] <= at <= newest[p] for p, at in chosen.items()):
        raise NotFound("the log does not hold that position")
    return chosen


def _records(fetched: Any) -> list[Record]:
    return [
        Record(r.topic, r.partition, r.offset, r.key, r.value if r.value is not None else b"")
        for records in fetched.values()
        for r in records
    ]

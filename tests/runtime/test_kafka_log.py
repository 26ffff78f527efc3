import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas.topics import TOPICS
from services.runtime.embedded.ports import LOOPBACK, free_port
from services.runtime.errors import Invalid, NotFound, Unavailable
from services.runtime.kafka_log import MESSAGE_BYTES, KafkaLog
from services.runtime.log import Log, Message, Producer
from services.runtime.settings import Settings
from tests.contracts.log import DEADLINE_SECONDS, PARTITIONS, LogContract, collect, numbered, values
from tests.support.broker import BrokerServer
from tests.support.kafka import KafkaServer
from tests.support.topics import admin, delete_records, make_topic

_topics = count(1)


@pytest.mark.parametrize(("most", "made"), [(None, 4), (2, 2), (9, 4)])
def test_topics_have_no_more_partitions_than_allowed(most: int | None, made: int) -> None:
    log = KafkaLog(Settings(kafka_bootstrap_servers="127.0.0.1:1", kafka_most_partitions=most))
    assert log._new_topic(replace(TOPICS[0], partitions=4)).num_partitions == made


@pytest.mark.kafka
class TestKafkaLog(LogContract):
    @pytest.fixture
    def log(self, kafka_server: KafkaServer) -> KafkaLog:
        return KafkaLog(Settings(kafka_bootstrap_servers=kafka_server.bootstrap_servers))

    @pytest.fixture
    async def topic(self, kafka_server: KafkaServer) -> str:
        name = f"contract-{next(_topics)}"
        await make_topic(kafka_server.bootstrap_servers, name, PARTITIONS)
        return name

    async def test_a_position_that_retention_has_passed_is_not_found(
        self, log: Log, topic: str, kafka_server: KafkaServer
    ) -> None:
        await self.write(log, topic, numbered(20, keys=1))
        partition, end = max((await log.end(topic)).items(), key=lambda item: item[1])
        assert end == 20
        await delete_records(kafka_server.bootstrap_servers, topic, partition, 10)
        with pytest.raises(NotFound):
            await log.reader(topic, {partition: 9})
        reader = await log.reader(topic, {partition: 10})
        assert len(await collect(reader.read, 10)) == 10
        await reader.close()

    async def test_the_largest_message_passes_and_a_larger_one_is_invalid(
        self, kafka_server: KafkaServer, log: Log
    ) -> None:
        await log.ensure_topics()
        reader = await log.reader(TOPICS[0].name)
        producer = await log.producer()
        largest = b"x" * MESSAGE_BYTES
        await producer.send(TOPICS[0].name, [Message(b"key", largest)])
        with pytest.raises(Invalid):
            await producer.send(TOPICS[0].name, [Message(b"key", largest + b"x")])
        await producer.close()
        assert values(await collect(reader.read, 1)) == [largest]
        await reader.close()

    async def test_topics_are_made_as_declared_by_whoever_starts_first(
        self, log: Log, kafka_server: KafkaServer
    ) -> None:
        await asyncio.gather(*(log.ensure_topics() for _ in range(4)))
        async with admin(kafka_server.bootstrap_servers) as client:
            described = await client.describe_topics([topic.name for topic in TOPICS])
            resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in TOPICS]
            answers = await client.describe_configs(resources)
        assert {d["topic"]: len(d["partitions"]) for d in described} == {t.name: t.partitions for t in TOPICS}
        kept = {
            resource[3]: {entry[0]: entry[1] for entry in resource[4]}["retention.ms"]
            for answer in answers
            for resource in answer.resources
        }
        assert kept == {t.name: str(int(t.retention.total_seconds() * 1000)) for t in TOPICS if t.retention}


class TestKafkaLogOnTheEmbeddedBroker(LogContract):
    @pytest.fixture
    def log(self, embedded_broker: BrokerServer) -> KafkaLog:
        servers = embedded_broker.bootstrap_servers
        return KafkaLog(Settings(kafka_bootstrap_servers=servers, kafka_idempotent=False, kafka_session_seconds=2))

    @pytest.fixture
    async def topic(self, embedded_broker: BrokerServer) -> str:
        name = f"contract-{next(_topics)}"
        await make_topic(embedded_broker.bootstrap_servers, name, PARTITIONS)
        return name


@pytest.mark.parametrize(
    "connect",
    [
        pytest.param(lambda log: log.ensure_topics(), id="topics"),
        pytest.param(lambda log: log.producer(), id="producer"),
        pytest.param(lambda log: log.consumer("some", "group"), id="consumer"),
        pytest.param(lambda log: log.reader("some"), id="reader"),
        pytest.param(lambda log: log.end("some"), id="end"),
    ],
)
async def test_a_log_that_is_away_is_unavailable(connect: Callable[[KafkaLog], Awaitable[object]]) -> None:
    log = KafkaLog(Settings(kafka_bootstrap_servers=f"{LOOPBACK}:{free_port()}"))
    with pytest.raises(Unavailable):
        await connect(log)


def test_without_an_address_the_log_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="KESHER_KAFKA_BOOTSTRAP_SERVERS"):
        KafkaLog(Settings(kafka_bootstrap_servers=None))


@pytest.mark.kafka
class TestABrokerThatComesAndGoes:
    @pytest.fixture
    def broker(self, kafka_server: KafkaServer) -> Iterator[KafkaServer]:
        yield kafka_server
        kafka_server.stop()
        kafka_server.start()

    @pytest.fixture
    async def topic(self, broker: KafkaServer) -> str:
        name = f"contract-{next(_topics)}"
        await make_topic(broker.bootstrap_servers, name, PARTITIONS)
        return name

    @pytest.mark.parametrize("idempotent", [True, False])
    async def test_a_write_is_given_up_in_time_and_works_again_afterwards(
        self, broker: KafkaServer, topic: str, idempotent: bool
    ) -> None:
        servers = broker.bootstrap_servers
        log = KafkaLog(Settings(kafka_bootstrap_servers=servers, kafka_timeout_seconds=2, kafka_idempotent=idempotent))
        producer = await log.producer()
        await _send_until_taken(producer, topic, Message(b"key", b"before"))
        await asyncio.to_thread(broker.kill)
        with pytest.raises(Unavailable):
            async with asyncio.timeout(DEADLINE_SECONDS):
                await producer.send(topic, [Message(b"key", b"meanwhile")])
        await asyncio.to_thread(broker.start)
        await _send_until_taken(producer, topic, Message(b"key", b"after"))
        await producer.close()
        reader = await log.reader(topic, {})
        found = values(await collect(reader.read, 2))
        await reader.close()
        assert found[0] == b"before"
        assert b"after" in found

    async def test_a_producer_closes_although_the_log_is_away(self, broker: KafkaServer, topic: str) -> None:
        log = KafkaLog(Settings(kafka_bootstrap_servers=broker.bootstrap_servers, kafka_timeout_seconds=2))
        producer = await log.producer()
        await _send_until_taken(producer, topic, Message(b"key", b"before"))
        await asyncio.to_thread(broker.kill)
        with pytest.raises(Unavailable):
            await producer.send(topic, [Message(b"key", b"meanwhile")])
        async with asyncio.timeout(DEADLINE_SECONDS):
            await producer.close()

    async def test_a_consumer_goes_on_after_a_restart(self, broker: KafkaServer, topic: str) -> None:
        log = KafkaLog(Settings(kafka_bootstrap_servers=broker.bootstrap_servers, kafka_timeout_seconds=5))
        producer = await log.producer()
        await _send_until_taken(producer, topic, Message(b"key", b"before"))
        consumer = await log.consumer(topic, "restarted")
        await collect(consumer.poll, 1)
        await asyncio.to_thread(broker.restart)
        await _send_until_taken(producer, topic, Message(b"key", b"after"))
        found = await collect(consumer.poll, 1)
        await consumer.close()
        await producer.close()
        assert values(found)[-1] == b"after"


async def _send_until_taken(producer: Producer, topic: str, message: Message) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            try:
                return await producer.send(topic, [message])
            except Unavailable:
                continue

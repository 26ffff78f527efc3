import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import UnknownError

from schemas.topics import TOPICS
from services.runtime.embedded.broker import EmbeddedBroker
from services.runtime.embedded.ports import free_port
from tests.support.broker import BrokerServer
from tests.support.kafka import KafkaServer, require_kafka
from tests.support.topics import make_topic


@pytest.fixture(params=["embedded_broker", pytest.param("kafka_server", marks=pytest.mark.kafka)])
def bootstrap_servers(request: pytest.FixtureRequest) -> str:
    server: BrokerServer | KafkaServer = request.getfixturevalue(request.param)
    return server.bootstrap_servers


async def test_a_topic_that_a_restart_lost_comes_back_with_no_fewer_partitions(embedded_broker: BrokerServer) -> None:
    async with AIOKafkaProducer(bootstrap_servers=embedded_broker.bootstrap_servers) as producer:
        made = await producer.partitions_for("test.broker.lost")
    assert len(made) >= max(topic.partitions for topic in TOPICS)


async def test_what_is_sent_is_read(bootstrap_servers: str) -> None:
    await make_topic(bootstrap_servers, "test.broker.echo", 1)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all")
    consumer = AIOKafkaConsumer(
        "test.broker.echo", bootstrap_servers=bootstrap_servers, group_id="echo", auto_offset_reset="earliest"
    )
    async with producer, consumer:
        await producer.send_and_wait("test.broker.echo", "קשר".encode())
        record = await asyncio.wait_for(consumer.getone(), 20)
    assert record.value == "קשר".encode()


async def _idempotent_send(bootstrap_servers: str) -> None:
    await make_topic(bootstrap_servers, "test.broker.once", 1)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, enable_idempotence=True)
    try:
        await producer.start()
        await producer.send_and_wait("test.broker.once", b"once")
    finally:
        await producer.stop()


@pytest.mark.kafka
async def test_apache_kafka_takes_an_idempotent_producer(kafka_server: KafkaServer) -> None:
    await _idempotent_send(kafka_server.bootstrap_servers)


async def test_the_embedded_broker_takes_none(embedded_broker: BrokerServer) -> None:
    """When this fails, KESHER_KAFKA_IDEMPOTENT need no longer be off in the embedded stack."""
    with pytest.raises(UnknownError):
        await _idempotent_send(embedded_broker.bootstrap_servers)


async def test_is_not_ready_while_nothing_listens() -> None:
    assert not await EmbeddedBroker(free_port()).ready()


@pytest.mark.kafka
async def test_kafka_keeps_messages_over_a_kill(tmp_path: Path) -> None:
    require_kafka()
    server = KafkaServer(tmp_path)
    await asyncio.to_thread(server.start)
    try:
        await make_topic(server.bootstrap_servers, "test.kill", 1)
        async with AIOKafkaProducer(bootstrap_servers=server.bootstrap_servers, acks="all") as producer:
            await producer.send_and_wait("test.kill", b"kept")
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        consumer = AIOKafkaConsumer(
            "test.kill", bootstrap_servers=server.bootstrap_servers, auto_offset_reset="earliest"
        )
        async with consumer:
            record = await asyncio.wait_for(consumer.getone(), 20)
        assert record.value == b"kept"
    finally:
        await asyncio.to_thread(server.stop)

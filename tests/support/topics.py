"""Topics of a test's own on a broker that tests share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.errors import for_code


@asynccontextmanager
async def admin(bootstrap_servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def make_topic(bootstrap_servers: str, name: str, partitions: int) -> None:
    async with admin(bootstrap_servers) as client:
        answer = await client.create_topics([NewTopic(name, num_partitions=partitions, replication_factor=1)])
    for _, code, *_ in answer.topic_errors:
        if code:
            raise for_code(code)


async def delete_topics(bootstrap_servers: str, names: list[str]) -> None:
    async with admin(bootstrap_servers) as client:
        await client.delete_topics(names)


async def delete_records(bootstrap_servers: str, topic: str, partition: int, before: int) -> None:
    """Forgets the records before an offset, as retention does in time."""
    async with admin(bootstrap_servers) as client:
        await client.delete_records({TopicPartition(topic, partition): RecordsToDelete(before_offset=before)})

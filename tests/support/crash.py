"""Kill -9 and see: worker processes, the moments at which they die, and waiting until all is done.

A `Site` is one Kafka and one database with the workers that run on them. What a site holds in the end is read by
`tests/crash/outcome.py`, so that a disturbed site can be held against an undisturbed one.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError
from pydantic import SecretStr
from uvicorn.main import STARTUP_FAILURE

from schemas.topics import INTERACTIONS, PROFILES
from services.runtime.embedded.checks import READY_FILE
from services.runtime.embedded.process import launch_command
from services.runtime.errors import Unavailable
from services.runtime.kafka_log import KafkaLog
from services.runtime.log import Message
from services.runtime.settings import Settings
from tests.support.eventually import eventually
from tests.support.kafka import KafkaServer
from tests.support.topics import admin

KESHER = (sys.executable, "-m", "services.cli")
SMALL_BATCH = 500
SHORTEST_SESSION_SECONDS = 6
"""What Kafka allows; a killed worker's partitions wait for so long."""
PRODUCE_AT_ONCE = 5_000
AWAY = frozenset({2, STARTUP_FAILURE})
"""The exit codes of a process that could not start because the log or the database was away: ours and uvicorn's."""
MOST_RESTARTS = 20


@dataclass
class ChildProcess:
    """A process of ours that can be killed without warning, and started again."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    kills: int = 0
    restarts: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._listens.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                launch_command(tuple(self.command), None, signal.SIGKILL),
                env={**os.environ, **self.environment, READY_FILE: str(self._listens)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.kills += 1

    def stop(self) -> int:
        """SIGTERM: it drains and ends; its exit code."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(120)
        finally:
            self._process.kill()
            self._process.wait()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self._process is None else self._process.poll()

    @property
    def heeds_signals(self) -> bool:
        """Before that, SIGTERM ends it as it ends any process that has hardly begun."""
        return self._listens.exists()

    @property
    def _listens(self) -> Path:
        return self.log.with_suffix(".listens")

    def said(self) -> str:
        """The last of what it wrote, without what the Kafka client repeats while the broker is away."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(line for line in lines if '"event":"aiokafka' not in line)[-4_000:]


@dataclass
class Site:
    """One Kafka, one database, and the processes on them."""

    kafka: KafkaServer
    database_url: str
    folder: Path
    children: list[ChildProcess] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(database_url=SecretStr(self.database_url), kafka_bootstrap_servers=self.kafka.bootstrap_servers)

    def child(self, name: str, *arguments: str, **environment: str) -> ChildProcess:
        """A `kesher` command on this site, not started yet."""
        environment = {
            "KESHER_DATABASE_URL": self.database_url,
            "KESHER_KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap_servers,
            "KESHER_KAFKA_SESSION_SECONDS": str(SHORTEST_SESSION_SECONDS),
            "KESHER_BATCH_RECORDS": str(SMALL_BATCH),
            "KESHER_DATA_DIR": str(self.folder),
            **environment,
        }
        child = ChildProcess(name, (*KESHER, *arguments), environment, self.folder / f"{name}.log")
        self.children.append(child)
        return child

    def supervise(self) -> None:
        """Starts again what ended because something was away, as any supervisor does. Nothing else may end it."""
        for child in self.children:
            code = child.exit_code
            if code is not None and (code not in AWAY or child.restarts == MOST_RESTARTS):
                raise RuntimeError(f"{child.name} ended by itself with {code}:\n{child.said()}")
            if code is not None:
                child.restarts += 1
                child.start()

    async def query(self, sql: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.database_url)
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    async def number(self, sql: str) -> int:
        """The one number that `sql` asks for; 0 while its tables are not there yet."""
        try:
            return int((await self.query(sql))[0][0] or 0)
        except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
            return 0

    async def produce(self, messages: Sequence[Message]) -> None:
        log = KafkaLog(self.settings)
        await log.ensure_topics()
        producer = await log.producer()
        for start in range(0, len(messages), PRODUCE_AT_ONCE):
            await producer.send(INTERACTIONS.name, messages[start : start + PRODUCE_AT_ONCE])
        await producer.close()

    async def lag(self, group: str, topic: str) -> int:
        """How many records the group has yet to commit."""
        end = await KafkaLog(self.settings).end(topic)
        async with admin(self.kafka.bootstrap_servers) as client:
            committed = {
                place.partition: offset.offset
                for place, offset in (await client.list_consumer_group_offsets(group)).items()
                if place.topic == topic
            }
        return sum(offset - max(0, committed.get(partition, 0)) for partition, offset in end.items())

    async def read_all(self, topic: str) -> list[bytes]:
        """Every value on the topic now."""
        log = KafkaLog(self.settings)
        number = sum((await log.end(topic)).values())
        reader = await log.reader(topic, {})
        found: list[bytes] = []
        while len(found) < number:
            found += [record.value for record in await reader.read(10_000, 1.0)]
        await reader.close()
        return found

    async def until_done(self, services: Sequence[str], timeout_seconds: float) -> None:
        """Returns when nothing is left to consume and nothing to publish."""

        async def done() -> bool:
            self.supervise()
            return not any([await self._left_to_do(service) for service in services])

        await eventually(done, timeout_seconds)

    async def _left_to_do(self, service: str) -> int:
        topic = INTERACTIONS.name if service == "profile" else PROFILES.name
        try:
            lag = await self.lag(f"kesher.{service}", topic)
        except (KafkaError, Unavailable, OSError) as error:
            raise AssertionError("Kafka does not answer yet") from error
        return lag + await self.number(f"SELECT count(*) FROM {service}.outbox")

    async def stop(self) -> None:
        """Ends all processes but those that were killed at last; each must end well."""
        running = [child for child in self.children if child.exit_code != -signal.SIGKILL]
        await eventually(lambda: all(child.heeds_signals for child in running), 60.0)
        codes = await asyncio.gather(*(asyncio.to_thread(child.stop) for child in running))
        for child, code in zip(running, codes, strict=True):
            assert code == 0, f"{child.name} ended with {code}:\n{child.said()}"


@asynccontextmanager
async def site(folder: Path, database_url: str) -> AsyncIterator[Site]:
    """A new site with a Kafka of its own: names of topics and groups are what they are in production."""
    folder.mkdir(parents=True)  # noqa: ASYNC240  before anything runs
    kafka = KafkaServer(folder / "kafka")
    await asyncio.to_thread(kafka.start)
    here = Site(kafka, database_url, folder)
    try:
        yield here
    finally:
        for child in here.children:
            if child.running:
                child.kill()
        await asyncio.to_thread(kafka.stop)


@dataclass(frozen=True)
class Doom:
    """Kills `victim` when `progress` has come to `threshold`, and starts it again."""

    threshold: int
    victim: ChildProcess


def dooms(rng: random.Random, victims: Sequence[ChildProcess], times: int, whole: int) -> list[Doom]:
    """So many deaths at random points of `whole`, every victim at least once."""
    chosen = [*victims, *rng.choices(victims, k=max(0, times - len(victims)))]
    rng.shuffle(chosen)
    points = sorted(rng.sample(range(1, max(2, int(whole * 0.9))), len(chosen)))
    return [Doom(point, victim) for point, victim in zip(points, chosen, strict=True)]


async def wreak(
    place: Site,
    those: Sequence[Doom],
    progress: Callable[[], Awaitable[int]],
    rng: random.Random,
    timeout_seconds: float,
) -> None:
    """Carries out the dooms in order. The moment within a batch is drawn, for progress is seen at its edges mostly."""
    for doom in those:

        async def reached(threshold: int = doom.threshold) -> bool:
            place.supervise()
            return await progress() >= threshold

        await eventually(reached, timeout_seconds)
        await asyncio.sleep(rng.uniform(0, 0.15))
        await asyncio.to_thread(doom.victim.kill)
        doom.victim.start()

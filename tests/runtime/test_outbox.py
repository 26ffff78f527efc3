import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from pydantic import SecretStr

from schemas.topics import PROFILES
from services.runtime.database import Database
from services.runtime.errors import Unavailable
from services.runtime.log import Message
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import OUTBOX_DDL, Outbox, sweep
from services.runtime.settings import Settings
from tests.support.eventually import eventually

MESSAGES = [Message(b"a", "שלום".encode()), Message(None, b"\x00\xff"), Message(b"b", b"")]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(Settings(database_url=SecretStr(database_url)), "part")
    await database.open()
    async with database.connection() as connection:
        await connection.execute("CREATE SCHEMA part")
        await connection.execute(OUTBOX_DDL)
    yield database
    await database.close()


class Failing:
    """A producer that fails as often as told, after the log has taken the messages all the same."""

    def __init__(self, log: MemoryLog, failures: int) -> None:
        self._log = log
        self.failures = failures

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        await self._log.append(topic, messages)
        if self.failures:
            self.failures -= 1
            raise Unavailable("no acknowledgement")

    async def close(self) -> None:
        return


async def on_log(log: MemoryLog) -> list[Message]:
    reader = await log.reader(PROFILES.name, {})
    return [Message(record.key, record.value) for record in await reader.read(1_000, 0.01)]


async def waiting(database: Database) -> int:
    async with database.connection() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM outbox"))


async def put_and_crash(database: Database, times: int = 1) -> None:
    """Commits, and does not come to publish."""
    outbox = Outbox(database, await MemoryLog().producer())
    for n in range(times):
        async with database.transaction() as connection:
            await outbox.put(connection, PROFILES.name, [Message(b"key", str(n).encode())])


async def test_what_was_put_is_published_and_forgotten(database: Database) -> None:
    log = MemoryLog()
    outbox = Outbox(database, await log.producer())
    async with database.transaction() as connection:
        tickets = [await outbox.put(connection, PROFILES.name, MESSAGES)]
        assert await on_log(log) == []
    assert await waiting(database) == 1
    await outbox.publish(tickets)
    assert sorted(await on_log(log), key=repr) == sorted(MESSAGES, key=repr)
    await outbox.settled()
    assert await waiting(database) == 0


async def test_nobody_waits_for_the_forgetting_of_what_was_published(database: Database) -> None:
    outbox = Outbox(database, await MemoryLog().producer())
    async with database.transaction() as connection:
        tickets = [await outbox.put(connection, PROFILES.name, [message]) for message in MESSAGES]
    async with database.transaction() as another:
        await another.execute("SELECT FROM outbox WHERE id = $1 FOR UPDATE", tickets[0].row)
        for ticket in tickets:
            await outbox.publish([ticket])
        assert await waiting(database) == len(MESSAGES)
    await outbox.settled()
    assert await waiting(database) == 0


async def test_what_cannot_be_forgotten_goes_out_once_more(database: Database, database_url: str) -> None:
    log = MemoryLog()
    closed = Database(Settings(database_url=SecretStr(database_url)), "part")
    outbox = Outbox(closed, await log.producer())
    async with database.transaction() as connection:
        tickets = [await outbox.put(connection, PROFILES.name, MESSAGES)]
    await outbox.publish(tickets)
    await outbox.settled()
    assert await Outbox(database, await log.producer()).publish_left_over(grace_seconds=0) == 1
    assert len(await on_log(log)) == 2 * len(MESSAGES)


async def test_a_rolled_back_transaction_puts_nothing(database: Database) -> None:
    outbox = Outbox(database, await MemoryLog().producer())

    async def fail_after_putting() -> None:
        async with database.transaction() as connection:
            await outbox.put(connection, PROFILES.name, MESSAGES)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_putting()
    assert await waiting(database) == 0


async def test_nothing_is_forgotten_before_the_log_has_acknowledged(database: Database) -> None:
    log = MemoryLog()
    outbox = Outbox(database, Failing(log, 1))
    async with database.transaction() as connection:
        tickets = [await outbox.put(connection, PROFILES.name, MESSAGES)]
    with pytest.raises(Unavailable):
        await outbox.publish(tickets)
    assert await waiting(database) == 1
    assert await outbox.publish_left_over(grace_seconds=0) == 1
    assert await waiting(database) == 0
    assert len(await on_log(log)) == 2 * len(MESSAGES)


async def test_what_a_crash_left_is_published_as_it_was_put(database: Database) -> None:
    log = MemoryLog()
    outbox = Outbox(database, await log.producer())
    async with database.transaction() as connection:
        await outbox.put(connection, PROFILES.name, MESSAGES)
    assert await outbox.publish_left_over(grace_seconds=0) == 1
    assert sorted(await on_log(log), key=repr) == sorted(MESSAGES, key=repr)
    assert await waiting(database) == 0


async def test_a_young_row_is_left_to_the_batch_that_put_it(database: Database) -> None:
    log = MemoryLog()
    await put_and_crash(database)
    assert await Outbox(database, await log.producer()).publish_left_over(grace_seconds=3_600) == 0
    assert await waiting(database) == 1
    assert await on_log(log) == []


async def test_left_over_messages_keep_the_order_in_which_they_were_put(database: Database) -> None:
    log = MemoryLog()
    await put_and_crash(database, 20)
    assert await Outbox(database, await log.producer()).publish_left_over(grace_seconds=0) == 20
    assert [int(message.value) for message in await on_log(log)] == list(range(20))


async def test_several_sweepers_publish_each_row_once(database: Database) -> None:
    log = MemoryLog()
    await put_and_crash(database, 60)
    sweepers = [Outbox(database, await log.producer()) for _ in range(4)]
    done = await asyncio.gather(*(outbox.publish_left_over(grace_seconds=0) for outbox in sweepers))
    assert sum(done) == 60
    assert sorted(int(message.value) for message in await on_log(log)) == list(range(60))


async def test_a_sweeper_that_fails_leaves_the_row_to_the_next(database: Database) -> None:
    log = MemoryLog()
    await put_and_crash(database, 3)
    with pytest.raises(Unavailable):
        await Outbox(database, Failing(log, 1)).publish_left_over(grace_seconds=0)
    assert await waiting(database) == 3
    assert await Outbox(database, await log.producer()).publish_left_over(grace_seconds=0) == 3


async def test_sweeping_goes_on_after_the_log_was_away(database: Database) -> None:
    log = MemoryLog()
    producer = Failing(log, 3)
    await put_and_crash(database)
    async with sweep(Outbox(database, producer), every_seconds=0.01, grace_seconds=0):
        await eventually(lambda: _nothing_waits(database))
    assert producer.failures == 0


async def test_sweeping_goes_on_after_an_error_that_nobody_foresaw(database: Database) -> None:
    class Surprising(Failing):
        async def send(self, topic: str, messages: Sequence[Message]) -> None:
            try:
                await super().send(topic, messages)
            except Unavailable as error:
                raise RuntimeError("surprise") from error

    await put_and_crash(database)
    async with sweep(Outbox(database, Surprising(MemoryLog(), 1)), every_seconds=0.01, grace_seconds=0):
        await eventually(lambda: _nothing_waits(database))


async def _nothing_waits(database: Database) -> bool:
    return await waiting(database) == 0

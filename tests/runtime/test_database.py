import asyncio
from collections.abc import AsyncIterator, Mapping

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from services.runtime.database import ATTEMPTS, BY_INDEX, BY_VALUE, Conflict, Database
from services.runtime.errors import Unavailable
from services.runtime.settings import Settings
from tests.support.eventually import eventually

SCHEMA = "part"
ASKED = "SELECT amount FROM unnest($1::text[]) AS asked (name) JOIN account USING (name)"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(Settings(database_url=SecretStr(database_url), database_connections=4), SCHEMA)
    await database.open()
    async with database.connection() as connection:
        await connection.execute("CREATE SCHEMA part CREATE TABLE account (name text PRIMARY KEY, amount int NOT NULL)")
        await connection.execute("INSERT INTO account VALUES ('a', 0), ('b', 0)")
    yield database
    await database.close()


async def amounts(database: Database) -> dict[str, int]:
    async with database.connection() as connection:
        return dict(await connection.fetch("SELECT name, amount FROM account"))


async def add(connection: asyncpg.Connection, name: str) -> None:
    await connection.execute("UPDATE account SET amount = amount + 1 WHERE name = $1", name)


async def test_a_clean_exit_commits(database: Database) -> None:
    async with database.transaction() as connection:
        await add(connection, "a")
    assert await amounts(database) == {"a": 1, "b": 0}


async def test_an_error_rolls_back(database: Database) -> None:
    async def fail_in_the_middle() -> None:
        async with database.transaction() as connection:
            await add(connection, "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_in_the_middle()
    assert await amounts(database) == {"a": 0, "b": 0}


async def test_the_result_of_the_work_is_returned_once_committed(database: Database) -> None:
    async def work(connection: asyncpg.Connection) -> str:
        await add(connection, "a")
        return "done"

    assert await database.in_transaction(work) == "done"
    assert await amounts(database) == {"a": 1, "b": 0}


@pytest.mark.parametrize(
    "conflict",
    [
        pytest.param(Conflict(), id="conflict"),
        pytest.param(asyncpg.SerializationError("serialization"), id="serialization"),
        pytest.param(asyncpg.DeadlockDetectedError("deadlock"), id="deadlock"),
        pytest.param(asyncpg.ForeignKeyViolationError("gone"), id="gone"),
    ],
)
async def test_work_that_met_another_writer_is_done_again_with_fresh_reads(
    database: Database, conflict: Exception
) -> None:
    seen: list[int] = []

    async def work(connection: asyncpg.Connection) -> None:
        seen.append(await connection.fetchval("SELECT amount FROM account WHERE name = 'a'"))
        await add(connection, "b")
        if len(seen) < 3:
            async with database.connection() as other:
                await add(other, "a")
            raise conflict

    await database.in_transaction(work)
    assert seen == [0, 1, 2]
    assert await amounts(database) == {"a": 2, "b": 1}


async def test_attempts_are_bounded(database: Database) -> None:
    attempts: list[None] = []

    async def work(_: asyncpg.Connection) -> None:
        attempts.append(None)
        raise Conflict

    with pytest.raises(Unavailable):
        await database.in_transaction(work)
    assert len(attempts) == ATTEMPTS


async def test_a_real_deadlock_is_survived_by_both(database: Database) -> None:
    both_hold_one = asyncio.Barrier(2)
    first = {"a": True, "b": True}

    async def work(connection: asyncpg.Connection, names: tuple[str, str]) -> None:
        await add(connection, names[0])
        if first.pop(names[0], False):
            await both_hold_one.wait()
        await add(connection, names[1])

    await asyncio.gather(
        database.in_transaction(lambda connection: work(connection, ("a", "b"))),
        database.in_transaction(lambda connection: work(connection, ("b", "a"))),
    )
    assert await amounts(database) == {"a": 2, "b": 2}


async def test_other_errors_are_not_tried_again(database: Database) -> None:
    attempts: list[None] = []

    async def work(connection: asyncpg.Connection) -> None:
        attempts.append(None)
        await connection.execute("INSERT INTO account VALUES ('a', 0)")

    with pytest.raises(asyncpg.UniqueViolationError):
        await database.in_transaction(work)
    assert len(attempts) == 1


async def test_a_value_that_does_not_fit_is_no_reason_to_wait_for_the_database(database: Database) -> None:
    with pytest.raises(asyncpg.DataError):
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO account VALUES ($1, $2)", "c", 2**80)


async def test_text_that_is_no_text_is_no_reason_to_wait_for_the_database(database: Database) -> None:
    with pytest.raises(asyncpg.DataError):
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO account VALUES ($1, 0)", "\ud800")


@pytest.mark.parametrize("dies", ["connection", "transaction"])
async def test_a_connection_that_the_server_ends_is_unavailable_and_the_next_one_works(
    database: Database, dies: str
) -> None:
    async def lose_it() -> None:
        async with getattr(database, dies)() as connection:
            own = await connection.fetchval("SELECT pg_backend_pid()")
            async with database.connection() as other:
                await other.execute("SELECT pg_terminate_backend($1)", own)
                await eventually(lambda: _gone(other, own))
            await connection.fetchval("SELECT 1")

    with pytest.raises(Unavailable):
        await lose_it()
    assert await amounts(database) == {"a": 0, "b": 0}


async def _gone(connection: asyncpg.Connection, pid: int) -> bool:
    return not await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", pid)


async def test_a_connection_ended_while_it_waits_is_unavailable(database: Database) -> None:
    async def wait_for_long() -> None:
        async with database.transaction() as connection:
            waiting.set_result(await connection.fetchval("SELECT pg_backend_pid()"))
            await connection.execute("SELECT pg_sleep(60)")

    waiting: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(wait_for_long())
    pid = await waiting
    async with database.connection() as other:
        await other.execute("SELECT pg_terminate_backend($1)", pid)
    with pytest.raises(Unavailable):
        await task


@pytest.mark.parametrize("code", ["53300", "53100", "57P01", "57P02", "57P03", "25006", "08006"])
async def test_a_server_that_cannot_serve_now_is_unavailable(database: Database, code: str) -> None:
    with pytest.raises(Unavailable):
        async with database.transaction() as connection:
            await connection.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$")


async def test_no_database_there_is_unavailable() -> None:
    database = Database(Settings(database_url=SecretStr("postgresql://nobody@127.0.0.1:1/none")), SCHEMA)
    with pytest.raises(Unavailable):
        await database.open()
    with pytest.raises(Unavailable):
        async with database.connection():
            pass


async def test_a_database_that_does_not_exist_is_unavailable(database_url: str) -> None:
    elsewhere = make_url(database_url).set(database="not_there").render_as_string(hide_password=False)
    database = Database(Settings(database_url=SecretStr(elsewhere)), SCHEMA)
    with pytest.raises(Unavailable):
        await database.open()


def test_without_an_address_the_database_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="KESHER_DATABASE_URL"):
        asyncio.run(Database(Settings(database_url=None), SCHEMA).open())


async def test_closing_twice_is_nothing(database: Database) -> None:
    await database.close()
    await database.close()
    with pytest.raises(Unavailable):
        async with database.connection():
            pass


@pytest.mark.parametrize(("planned", "whole_table"), [(BY_INDEX, False), (BY_VALUE, True)])
async def test_by_index_no_plan_is_made_that_reads_all_of_a_table_once_it_has_grown(
    database_url: str, planned: Mapping[str, str], *, whole_table: bool
) -> None:
    database = Database(Settings(database_url=SecretStr(database_url)), SCHEMA, planned=planned)
    await database.open()
    async with database.connection() as connection:
        await connection.execute("CREATE SCHEMA part CREATE TABLE account (name text PRIMARY KEY, amount int)")
        await connection.execute(f"PREPARE asked AS {ASKED}")
        plan = await connection.fetch("EXPLAIN EXECUTE asked (array_fill('a'::text, ARRAY[500]))")
    await database.close()
    assert any("Seq Scan" in line for (line,) in plan) is whole_table


async def test_by_index_a_statement_is_planned_once_on_a_connection(database_url: str) -> None:
    settings = Settings(database_url=SecretStr(database_url), database_connections=1)
    database = Database(settings, SCHEMA, planned=BY_INDEX)
    await database.open()
    async with database.connection() as connection:
        await connection.execute("CREATE SCHEMA part CREATE TABLE account (name text PRIMARY KEY, amount int)")
        for _ in range(3):
            assert not await connection.fetch(ASKED, ["a"])
        kinds = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1"
        assert tuple(await connection.fetchrow(kinds, ASKED)) == (3, 0)
    await database.close()

"""PostgreSQL: one pool per service on the service's own schema, and transactions that are tried again."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
import stamina

from services.runtime.errors import Unavailable
from services.runtime.quick_times import quick_times
from services.runtime.settings import Settings

T = TypeVar("T")

ATTEMPTS = 8
AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,  # our end of the connection is closed
    asyncpg.OperatorInterventionError,  # 57: shut down, starting up, cancelled
    asyncpg.InsufficientResourcesError,  # 53: disk full, too many connections
    asyncpg.ReadOnlySQLTransactionError,  # 25006: failed over to a standby
)
"""What is raised when the database cannot be used for now."""
BY_INDEX = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
"""One plan of a statement for each connection, for tables of any size: it reads none whole where an index will do."""
BY_VALUE = {"plan_cache_mode": "force_custom_plan"}
"""A plan each time, for what is asked: one that is kept from when a table was small reads all of it ever after."""
_AGAIN = (
    asyncpg.SerializationError,  # 40001
    asyncpg.DeadlockDetectedError,  # 40P01
    asyncpg.ForeignKeyViolationError,  # 23503: what we pointed at went away between read and write
)


class Conflict(Exception):
    """What the transaction read has changed under it: roll back, read again."""


class Database:
    """A pool of connections whose search path is one service's schema.

    Without `wait_for_disk` a commit returns before it is on disk: for pools that read and keep notes. Statements are
    `planned` by PostgreSQL's own choice unless told otherwise, which is for pools that run batches.
    """

    def __init__(
        self, settings: Settings, schema: str, *, wait_for_disk: bool = True, planned: Mapping[str, str] | None = None
    ) -> None:
        self._settings = settings
        self.schema = schema
        self._wait_for_disk = wait_for_disk
        self._planned = planned
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Connects. Raises Unavailable."""
        try:
            self._pool = await asyncpg.create_pool(
                database_url(self._settings),
                min_size=1,
                max_size=self._settings.database_connections,
                reset=_as_it_is,
                init=quick_times if self._planned else None,
                server_settings={
                    "search_path": self.schema,
                    "jit": "off",
                    "application_name": f"kesher-{self.schema}",
                    "synchronous_commit": "on" if self._wait_for_disk else "off",
                    **(self._planned or {}),
                },
            )
        except (*AWAY, asyncpg.PostgresError) as error:
            raise Unavailable("the database is away, or refuses us") from error

    async def close(self) -> None:
        """Closes the pool; what is under way ends first."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the pool. Raises Unavailable when the database is away."""
        if self._pool is None:
            raise Unavailable("the database is not open yet")
        try:
            async with self._pool.acquire() as connection:
                yield connection
        except AWAY as error:
            raise Unavailable("the database is away") from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """One READ COMMITTED transaction, committed on a clean exit."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def in_transaction(self, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """The result of `work` in one transaction, run again with fresh reads when it met another writer.

        Raises Unavailable when it still does after a bounded number of attempts.
        """
        try:
            async for attempt in stamina.retry_context(
                on=(*_AGAIN, Conflict),
                attempts=ATTEMPTS,
                timeout=None,
                wait_initial=0.01,
                wait_max=0.5,
                wait_jitter=0.05,
            ):
                with attempt:
                    async with self.transaction() as connection:
                        return await work(connection)
        except (*_AGAIN, Conflict) as error:
            raise Unavailable("too many writers met on the same customers") from error
        raise AssertionError("a retry context either returns or raises")


async def _as_it_is(connection: asyncpg.Connection) -> None:
    """Nothing here changes a session's state, and undoing what was not done is a round trip after every use."""
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


def database_url(settings: Settings) -> str:
    """The configured address. Raises Unavailable when none is set."""
    if settings.database_url is None:
        raise Unavailable("KESHER_DATABASE_URL is not set: use `make run`, or point it at a PostgreSQL")
    return settings.database_url.get_secret_value()


async def columns(connection: asyncpg.Connection, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """The rows of `query` as plain tuples."""
    return [tuple(row) for row in await connection.fetch(query, *arguments)]

"""A PostgreSQL for the tests: one server a session, one fresh database a test."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg

from services.runtime.embedded.postgres import EmbeddedPostgres, embedded_postgres
from services.runtime.embedded.process import launch_command
from tests.support.eventually import eventually

EMPTY = "template0"
Preparation = Callable[[str], Awaitable[object]]


class PostgresServer:
    """Started outside of any event loop, so that it serves all tests of a session. Not durable, hence quick."""

    def __init__(self, folder: Path) -> None:
        self._server: EmbeddedPostgres = embedded_postgres(folder, durable=False)
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "postgres.log"
        self._numbers = count(1)
        self._templates: set[str] = set()

    def start(self) -> None:
        asyncio.run(self._server.prepare())
        child = self._server.child()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                launch_command(child.command, child.user, child.death_signal), stdout=log, stderr=subprocess.STDOUT
            )
        asyncio.run(self._until_ready())

    def stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(self._server.child().stop_signal)
        self._process.wait(30)

    def url(self, database: str) -> str:
        return self._server.url(database)

    async def template(self, name: str, prepare: Preparation) -> str:
        """A database prepared once a session, to make fresh ones from."""
        if name not in self._templates:
            await self._execute(f'CREATE DATABASE "{name}" TEMPLATE {EMPTY}')
            await prepare(self.url(name))
            self._templates.add(name)
        return name

    @asynccontextmanager
    async def fresh_database(self, template: str = EMPTY) -> AsyncIterator[str]:
        """The URL of a database like `template`, gone afterwards."""
        name = f"test_{next(self._numbers)}"
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        try:
            yield self.url(name)
        finally:
            await self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _until_ready(self) -> None:
        await eventually(self._server.ready, timeout=60.0)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

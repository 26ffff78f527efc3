"""Resolves a contested component again and again beside something else: in this process or in another."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from services.profile.consume import ProfileHandler
from services.runtime import telemetry
from services.runtime.database import Database
from tests.bench.components import Component, by_number
from tests.bench.generator import ROOT
from tests.bench.profile_runner import handler, on_log, producer, profile_database, run, timed

IDENTIFIERS = 1_000
URL = "KESHER_DATABASE_URL"
FORGET = "DELETE FROM large_component"


def contested_component() -> Component:
    """The one that is resolved."""
    return by_number("number", IDENTIFIERS)


async def touch(handling: ProfileHandler, component: Component, number: int) -> float:
    """Seconds that the `number`-th batch took."""
    return await timed(handling, on_log([component.touch(number)]))


async def touch_whole(database: Database, handling: ProfileHandler, component: Component, number: int) -> float:
    """The same, where nothing is known of the component. Raises AssertionError if it was not resolved whole."""
    async with database.connection() as connection:
        await connection.execute(FORGET)
    before = telemetry.RESOLVED_IDENTIFIERS._value.get()
    taken = await touch(handling, component, number)
    assert telemetry.RESOLVED_IDENTIFIERS._value.get() - before >= component.identifiers
    return taken


class Resolving:
    """Goes on from the touch `first`; `times` says how often it was done once that is over.

    Reads the `whole` component each time, or only those whom the touch is about.
    """

    def __init__(self, url: str, first: int, *, whole: bool = False) -> None:
        self._url = url
        self._first = first
        self._whole = whole
        self.times = 0

    @asynccontextmanager
    async def here(self) -> AsyncIterator[None]:
        """In this process, in the same event loop."""
        stop, begun = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(self.go_on(stop, begun.set))
        await asyncio.wait({task, asyncio.create_task(begun.wait())}, return_when=asyncio.FIRST_COMPLETED)
        try:
            yield
        finally:
            stop.set()
            await task

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """In a process that ends when its input does."""
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.resolve_again", str(self._first)),
            cwd=ROOT,
            env={**os.environ, URL: self._url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            await child.stdout.readline()
            yield
        finally:
            child.stdin.close()
            self.times = int(await child.stdout.read())
            await child.wait()

    async def go_on(self, stop: asyncio.Event, begun: Callable[[], None]) -> None:
        """One right after the other; calls `begun` after the first."""
        component = contested_component()
        async with profile_database(self._url) as database, producer(None) as to:
            handling = handler(database, to)
            while not stop.is_set():
                number = self._first + self.times
                if self._whole:
                    await touch_whole(database, handling, component, number)
                else:
                    await touch(handling, component, number)
                self.times += 1
                if self.times == 1:
                    begun()


async def main() -> None:
    resolving, stop = Resolving(os.environ[URL], int(sys.argv[1])), asyncio.Event()

    async def until_input_ends() -> None:
        await asyncio.to_thread(sys.stdin.read)
        stop.set()

    ending = asyncio.create_task(until_input_ends())
    await resolving.go_on(stop, lambda: _say("begun"))
    await ending
    _say(str(resolving.times))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(main)

"""Runs units on the profile schema."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import asyncpg

from services.profile.domain.sighting import Key
from services.profile.erasure.postgres import PostgresErasures
from services.profile.postgres import PostgresUnit, StoredAlready
from services.profile.store import ErasingUnit, Unit
from services.profile.turn import Turn
from services.runtime.database import Database
from services.runtime.outbox import Outbox

T = TypeVar("T")
REMEMBERED_IDENTIFIERS = 200_000
WARY_UNITS = 100
BESIDE = "SELECT pg_advisory_xact_lock_shared(hashtext('kesher.identity'))"
ALONE = "SELECT pg_advisory_xact_lock(hashtext('kesher.identity'))"


class PostgresStore:
    """Runs units on the profile schema and publishes their messages after the commit.

    Units in a row do not ask which interactions are stored already: writing tells. Once one was, they ask for a while.
    """

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        self._remembered: dict[Key, int] = {}
        self._wary_units = 0

    async def run(self, step: Callable[[Unit], Awaitable[T]], turn: Turn | None = None) -> T:
        """The result of `step`, committed and published."""
        place = turn or Turn()
        self._wary_units = max(self._wary_units - 1, 0)

        async def work(connection: asyncpg.Connection) -> tuple[T, PostgresUnit]:
            await connection.execute(BESIDE)
            place.begun()
            wary = turn is None or place.over or self._wary_units > 0
            here = Turn() if place.over else place
            unit = PostgresUnit(connection, self._outbox, self._remembered, here, wary=wary)
            try:
                return await step(unit), unit
            except BaseException as error:
                if isinstance(error, StoredAlready):
                    self._wary_units = WARY_UNITS
                place.end(failed=True)  # others may hold what the next try waits for, and wait for this
                raise

        try:
            await place.to_begin()
            result, unit = await self._database.in_transaction(work)
            self._remember(unit.numbered)
            place.end(failed=False)
        finally:
            place.end(failed=True)
        if unit.tickets:
            await self._outbox.publish(unit.tickets)
        return result

    async def run_alone(self, step: Callable[[ErasingUnit], Awaitable[T]]) -> T:
        """The result of `step`, committed and published, with no other unit beside it."""

        async def work(connection: asyncpg.Connection) -> tuple[T, PostgresUnit]:
            await connection.execute(ALONE)
            unit = PostgresErasures(connection, self._outbox, {}, Turn())
            return await step(unit), unit

        result, unit = await self._database.in_transaction(work)
        self._remembered.clear()  # some of them may be gone
        if unit.tickets:
            await self._outbox.publish(unit.tickets)
        return result

    def _remember(self, numbered: Mapping[Key, int]) -> None:
        """Keeps the numbers of identifiers, which never change, once their transaction is committed."""
        if len(self._remembered) + len(numbered) > REMEMBERED_IDENTIFIERS:
            self._remembered.clear()
        self._remembered.update(numbered)

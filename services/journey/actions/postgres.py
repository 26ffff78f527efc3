"""Actions on PostgreSQL, as a part of the journey store's units; the statements are in `queries`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from schemas.journey_definition import JourneyDefinition
from services.journey.actions import queries
from services.journey.actions.port import (
    CONTACTS,
    ActionPart,
    Cued,
    Past,
    Verdict,
    Waiting,
    Word,
)
from services.journey.actions.words import words
from services.journey.rows import Written, literals
from services.runtime.arrays import literal, texts, times

CUED: Written = (texts, texts, texts, texts, texts, texts, times, times, texts, texts, texts, literal)
VERDICT: Written = (texts, texts, times, literal)


class PostgresActions:
    """The actions of one transaction on the journey schema."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def cue(self, cued: Sequence[Cued]) -> None:
        """Keeps what is called for, in one order for all writers."""
        if cued:
            in_order = sorted(cued, key=lambda one: one.id)
            await self._connection.execute(queries.CUE, *literals(in_order, CUED))

    async def hand_on(self, left: Mapping[str, int]) -> None:
        """Gives what went to whoever has it now."""
        erased = [profile for profile, identifier in left.items() if identifier == 0]
        gone = sorted((profile, identifier) for profile, identifier in left.items() if identifier != 0)
        if erased:
            await self._connection.execute(queries.ERASE_DELIVERIES, texts(erased))
            await self._connection.execute(queries.ERASE, texts(erased))
        if gone:
            await self._connection.execute(queries.HAND_ON, *literals(gone, (texts, literal)))

    async def lock_waiting(self, now: datetime, limit: int) -> list[Waiting]:
        """What waits, the longest first. Whether it holds is asked with the lock, not while getting it."""
        rows = await self._connection.fetch(queries.LOCK_WAITING, now, limit)
        ids = texts(str(row[0]) for row in rows)
        holding = {row[0] for row in await self._connection.fetch(queries.HOLDING, ids)} if rows else set()
        return [Waiting(_cued(row), row[0] in holding, tuple(row[-1])) for row in rows]

    async def past(self, profiles: Sequence[str]) -> dict[str, list[Past]]:
        """What was requested for these profiles, and held out."""
        found: dict[str, list[Past]] = defaultdict(list)
        for row in await self._connection.fetch(queries.PAST, texts(profiles)):
            found[str(row[0])].append(Past(*row[1:]))
        return found

    async def words(self, profiles: Sequence[str]) -> dict[str, list[Word]]:
        """All words of consent that count."""
        found: dict[str, list[Word]] = defaultdict(list)
        for profile, *said in await self._connection.fetch(queries.WORDS, texts(profiles)):
            found[str(profile)] += words(*said)
        return found

    async def decide(self, verdicts: Sequence[Verdict]) -> None:
        """Keeps what became of them."""
        await self._connection.execute(queries.DECIDE, *literals(verdicts, VERDICT))


def _cued(row: asyncpg.Record) -> Cued:
    id_, profile, *rest, _ = row
    return Cued(str(id_), str(profile), *rest)


async def parts(
    connection: asyncpg.Connection,
    definition: JourneyDefinition,
    since: datetime | None,
    until: datetime | None,
    now: datetime,
) -> list[ActionPart]:
    """The actions of a definition by state."""
    actions = definition.actions
    watched = [one.key for one in actions], [one.outcome_within for one in actions]
    rows = await connection.fetch(queries.PARTS, definition.key, now, *watched, since, sorted(CONTACTS), until)
    return [ActionPart(*row) for row in rows]

"""Actions on PostgreSQL, as a part of the journey store's units; the statements are in `queries`."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import asyncpg

from schemas.journey_definition import JourneyDefinition
from services.journey.actions import queries
from services.journey.actions.port import (
    FAILED,
    ActedOn,
    ActionPart,
    ActionsAsked,
    Cued,
    Decided,
    Past,
    Verdict,
    Waiting,
    Word,
)
from services.journey.actions.words import words
from services.journey.domain.measures.story import CONTACTS, DAY
from services.journey.domain.model import Interaction, Position
from services.journey.domain.outcomes import WATCHED, contacted
from services.journey.rows import Written, literals
from services.journey.store import StoredInteraction
from services.journey.wire import as_seen
from services.runtime.arrays import literal, texts, times
from services.runtime.database import Database

CUED: Written = (texts, texts, texts, texts, texts, texts, times, times, texts, texts, texts, literal)
VERDICT: Written = (texts, texts, times, literal)


CUSTOMERS_AT_ONCE = 1_000


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


class PostgresActionsReading:
    """Answers from the table of actions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def customers(self, asked: ActionsAsked, now: datetime, after: Position | None, limit: int) -> list[ActedOn]:
        """Whom it was called for."""
        place = (None, None) if after is None else (after.time, after.id)
        which = (asked.definition, asked.action, *asked.window, asked.state, asked.watched, asked.within, now)
        async with self._database.connection() as connection:
            rows = await connection.fetch(queries.CUSTOMERS, *which, *place, limit)
            return await _with_outcomes(connection, asked, now, [ActedOn(*row) for row in rows])


async def _with_outcomes(
    connection: asyncpg.Connection, asked: ActionsAsked, now: datetime, found: Sequence[ActedOn]
) -> list[ActedOn]:
    over = [
        Decided(asked.action, asked.state, one.profile, one.decided_at)
        for one in found
        if asked.state in (*WATCHED, FAILED) and one.decided_at is not None and one.decided_at + asked.within <= now
    ]
    timelines = await contacts(connection, over, {asked.action: asked.within}) if over else {}
    back: dict[tuple[str, datetime | None], bool] = {
        (one.profile, one.at): contacted(timelines[one.profile], one.at, asked.within) for one in over
    }
    return [one._replace(contacted=back.get((one.profile, one.decided_at))) for one in found]


async def parts(
    connection: asyncpg.Connection,
    definition: JourneyDefinition,
    since: datetime | None,
    until: datetime | None,
    now: datetime,
) -> list[ActionPart]:
    """The actions of a definition by state."""
    within = {one.key: one.outcome_within for one in definition.actions}
    counts = await connection.fetch(queries.COUNTS, definition.key, list(within), since, until)
    watch = list(within), list(within.values()), sorted(WATCHED)
    decided = await connection.fetch(queries.DECIDED, definition.key, *watch, since, until, now)
    watched: Counter[tuple[str, str]] = Counter()
    back: Counter[tuple[str, str]] = Counter()
    for place in range(0, len(decided), CUSTOMERS_AT_ONCE):
        some = [Decided(row[0], row[1], str(row[2]), row[3]) for row in decided[place : place + CUSTOMERS_AT_ONCE]]
        timelines = await contacts(connection, some, within)
        for one in some:
            watched[one.action, one.state] += 1
            back[one.action, one.state] += contacted(timelines[one.profile], one.at, within[one.action])
    return [
        ActionPart(action, state, times_, watched[action, state], back[action, state])
        for action, state, times_ in counts
    ]


async def contacts(
    connection: asyncpg.Connection, decided: Sequence[Decided], within: Mapping[str, timedelta]
) -> Mapping[str, Sequence[Interaction]]:
    """Of these customers all that tells which contacts begin within the time."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for one in decided:
        since, until = one.at - DAY, one.at + within[one.action]
        known = spans.get(one.profile, (since, until))
        spans[one.profile] = min(known[0], since), max(known[1], until)
    asked = literals([(profile, *span) for profile, span in spans.items()], (texts, times, times))
    found: dict[str, list[Interaction]] = defaultdict(list)
    for row in await connection.fetch(queries.CONTACTS, *asked, texts(sorted(CONTACTS))):
        found[str(row[0])].append(as_seen(StoredInteraction(*row[1:])))
    for timeline in found.values():
        timeline.sort(key=lambda interaction: interaction.position)
    return found

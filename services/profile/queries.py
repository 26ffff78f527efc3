"""The profile API's questions to PostgreSQL; all of their SQL is in this file."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec

from services.profile.domain.figures import Figure, Trait
from services.profile.domain.sighting import Key
from services.profile.reads import Found, Holding, LinkRow, Person, Place, Seen, TimelineRow
from services.profile.store import StoredLink
from services.runtime.database import Database

OWNER = """
SELECT m.profile, m.shared FROM identifier i JOIN membership m ON m.identifier = i.id
WHERE i.namespace = $1 AND i.value = $2
"""
LIVE = "SELECT m.profile FROM profile p JOIN membership m ON m.identifier = p.founder WHERE p.id = $1"
HOLDINGS = """
SELECT i.id, i.namespace, i.value, m.shared,
    coalesce(own.verified, false) OR coalesce(mentioned.verified, false),
    least(own.first_seen, mentioned.first_seen), greatest(own.last_seen, mentioned.last_seen),
    own.figures,
    (SELECT json_agg(json_build_array(name, json_build_array(trust, verified, time, event_id, source, value)))
     FROM trait WHERE identifier = i.id)
FROM membership m JOIN identifier i ON i.id = m.identifier
CROSS JOIN LATERAL (
    SELECT bool_or(verified) AS verified, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
        json_agg(json_build_array(channel, json_build_array(n, first_seen, last_seen, wait, handle, transfers)))
            AS figures
    FROM (
        SELECT channel, count(*) AS n, min(time) AS first_seen, max(time) AS last_seen,
            coalesce(sum(wait_ms), 0) AS wait, coalesce(sum(handle_ms), 0) AS handle,
            coalesce(sum(transfers), 0) AS transfers,
            bool_or(claimed IS NULL OR anchor <> ALL(claimed)) AS verified
        FROM interaction WHERE anchor = i.id GROUP BY channel
    ) on_channel
) own
CROSS JOIN LATERAL (
    SELECT bool_or(l.verified) AS verified, min(l.first_seen) AS first_seen, max(newest.time) AS last_seen
    FROM (
        SELECT b AS anchor, verified, first_seen FROM link WHERE a = i.id
        UNION ALL
        SELECT a, verified, first_seen FROM link WHERE b = i.id
    ) l
    LEFT JOIN LATERAL (
        SELECT time FROM interaction WHERE anchor = l.anchor AND i.id = ANY(identifiers)
        ORDER BY time DESC, id DESC LIMIT 1
    ) newest ON true
) mentioned
WHERE m.profile = $1 ORDER BY i.id
"""
"""An interaction that mentions an identifier hangs on one that it is linked to: so the links lead to all of them."""
TIMELINE = """
SELECT i.time, i.id, i.outcome, i.blocked, i.body
FROM membership m
CROSS JOIN LATERAL (
    SELECT * FROM interaction
    WHERE anchor = m.identifier AND (time, id) < ($2, $3) AND ($4::text IS NULL OR channel = $4)
    ORDER BY time DESC, id DESC LIMIT $5
) i
WHERE m.profile = $1
ORDER BY i.time DESC, i.id DESC LIMIT $5
"""
LINK_ROWS = """
SELECT ia.namespace, ia.value, ib.namespace, ib.value, ma.profile, mb.profile,
    l.first_seen, l.interaction, l.verified, l.held, w.source, w.event_id
FROM ({links}) l
JOIN identifier ia ON ia.id = l.a JOIN identifier ib ON ib.id = l.b
JOIN membership ma ON ma.identifier = l.a JOIN membership mb ON mb.identifier = l.b
JOIN interaction w ON w.id = l.interaction
ORDER BY l.first_seen, l.a, l.b
"""
OF_PROFILE = """
SELECT l.* FROM membership m JOIN link l ON l.a = m.identifier WHERE m.profile = $1 AND {held}
UNION
SELECT l.* FROM membership m JOIN link l ON l.b = m.identifier WHERE m.profile = $1 AND {held}
"""
JOINED = LINK_ROWS.format(links=OF_PROFILE.format(held="l.held IS NULL") + " LIMIT $2")
HELD = LINK_ROWS.format(links=OF_PROFILE.format(held="l.held IS NOT NULL") + " LIMIT $2")
HELD_TOTAL = f"SELECT count(*) FROM ({OF_PROFILE.format(held='l.held IS NOT NULL')}) l"  # noqa: S608 -- constants only
HELD_AT = LINK_ROWS.format(
    links="""
SELECT l.* FROM identifier i JOIN link l ON l.a = i.id
WHERE i.namespace = $1 AND i.value = $2 AND l.held IS NOT NULL
UNION
SELECT l.* FROM identifier i JOIN link l ON l.b = i.id
WHERE i.namespace = $1 AND i.value = $2 AND l.held IS NOT NULL
LIMIT $3
"""
)
SEARCH = """
WITH hit AS (
    SELECT id AS identifier, 0 AS rank FROM identifier WHERE value = ANY($1::text[])
    UNION ALL
    (SELECT identifier, 1 FROM trait WHERE words IS NOT NULL AND words LIKE $2 LIMIT 1000)
), ranked AS (
    SELECT m.profile, min(hit.rank) AS rank FROM hit JOIN membership m USING (identifier) GROUP BY m.profile
    ORDER BY rank, m.profile OFFSET $3 LIMIT $4
)
SELECT r.profile, i.namespace, i.value, f.last_seen, t.value AS name
FROM ranked r
JOIN membership m ON m.profile = r.profile
JOIN identifier i ON i.id = m.identifier
LEFT JOIN LATERAL (SELECT max(time) AS last_seen FROM interaction WHERE anchor = i.id) f ON true
LEFT JOIN LATERAL (
    SELECT value FROM trait WHERE identifier = i.id AND words IS NOT NULL
    ORDER BY name = 'name' DESC, trust DESC, verified DESC, time DESC LIMIT 1
) t ON true
ORDER BY r.rank, r.profile, i.id
"""
AUDIT = "INSERT INTO profile_read (at, person, roles, action, profile) VALUES ($1, $2, $3, $4, $5)"

_END = Place(datetime(9999, 12, 31, tzinfo=UTC), 2**63 - 1)


_figures = msgspec.json.Decoder(list[tuple[str, Figure]]).decode
_traits = msgspec.json.Decoder(list[tuple[str, Trait]]).decode


class PostgresReads:
    """Questions on the profile schema."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def owner(self, key: Key) -> tuple[str, bool] | None:
        """The live profile of an identifier, and whether it is shared."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(OWNER, *key)
        return (str(row[0]), row[1]) if row else None

    async def live(self, profile: str) -> str | None:
        """The live profile of a label."""
        async with self._database.connection() as connection:
            found = await connection.fetchval(LIVE, UUID(profile))
        return str(found) if found else None

    async def person(self, profile: str) -> Person:
        """A live profile."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(HOLDINGS, UUID(profile))
        return Person(profile, {row[0]: _holding(row) for row in rows})

    async def timeline(
        self, profile: str, before: Place | None, channel: str | None, limit: int
    ) -> Sequence[TimelineRow]:
        """Interactions, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(TIMELINE, UUID(profile), *(before or _END), channel, limit)
        return [TimelineRow(Place(row[0], row[1]), *row[2:]) for row in rows]

    async def links(self, profile: str, limit: int) -> Sequence[LinkRow]:
        """Links that joined."""
        async with self._database.connection() as connection:
            return _link_rows(await connection.fetch(JOINED, UUID(profile), limit))

    async def held(self, profile: str, limit: int) -> tuple[Sequence[LinkRow], int]:
        """Held links and their number."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(HELD, UUID(profile), limit)
            total = await connection.fetchval(HELD_TOTAL, UUID(profile)) if len(rows) == limit else len(rows)
        return _link_rows(rows), total

    async def held_at(self, key: Key, limit: int) -> Sequence[LinkRow]:
        """Held links of one identifier."""
        async with self._database.connection() as connection:
            return _link_rows(await connection.fetch(HELD_AT, *key, limit))

    async def search(self, forms: Sequence[str], words: str, offset: int, limit: int) -> Sequence[Found]:
        """Profiles by identifier or name."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(SEARCH, list(forms), f"%{_literal(words)}%", offset, limit)
        return _found(rows)

    async def audit(self, at: datetime, person: str, roles: Sequence[str], action: str, profile: str | None) -> None:
        """Notes a read."""
        async with self._database.connection() as connection:
            await connection.execute(AUDIT, at, person, list(roles), action, UUID(profile) if profile else None)


def _holding(row: asyncpg.Record) -> Holding:
    holding = Holding(Key(row[1], row[2]), row[3], Seen(*row[4:7]), {}, defaultdict(list))
    holding.figures.update(_figures(row[7] or "[]"))
    for name, trait in _traits(row[8] or "[]"):
        holding.traits[name].append(trait)
    return holding


def _link_rows(rows: Sequence[asyncpg.Record]) -> list[LinkRow]:
    return [
        LinkRow(
            Key(row[0], row[1]), Key(row[2], row[3]), str(row[4]), str(row[5]), StoredLink(*row[6:10]), row[10], row[11]
        )
        for row in rows
    ]


def _found(rows: Sequence[asyncpg.Record]) -> list[Found]:
    by_profile: dict[str, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        by_profile[str(row[0])].append(row)
    return [
        Found(
            profile,
            next((row[4] for row in those if row[4]), None),
            [Key(row[1], row[2]) for row in those],
            max((row[3] for row in those if row[3]), default=None),
        )
        for profile, those in by_profile.items()
    ]


def _literal(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

"""The profile API's questions to PostgreSQL; all of their SQL is in this file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec

from schemas.golden_record import Candidate, Pin, Trait, candidates
from services.profile.domain.consent import Said
from services.profile.domain.figures import Figure
from services.profile.domain.sighting import Key
from services.profile.postgres import decision_of
from services.profile.reading.port import (
    DecisionRow,
    Found,
    Holding,
    LinkRow,
    LookedUp,
    Note,
    Page,
    Person,
    Place,
    Seen,
    TimelineRow,
)
from services.profile.record import NAME_TRAITS
from services.profile.store import StoredLink
from services.runtime.arrays import texts
from services.runtime.database import Database

T = TypeVar("T")

WORDS = 20
"""Of one identifier about one purpose: so many that count, and so many that do not, the latest first."""
NEIGHBOURS = 1_000
"""When a shared identifier was met is told from so many of those that it is linked to, on either side of it."""
MOST_COUNTED = 10_000
"""Held links are counted as far as this: an identifier of a whole city may have millions."""
HOLDINGS = """
SELECT i.id, i.namespace, i.value, m.shared,
    coalesce(own.verified, false) OR coalesce(mentioned.verified, false) OR coalesce(lent.verified, false),
    least(own.first_seen, mentioned.first_seen, lent.first_seen),
    greatest(own.last_seen, mentioned.last_seen, lent.last_seen),
    own.figures,
    (SELECT json_agg(json_build_array(name, json_build_array(trust, verified, time, event_id, source, value)))
     FROM trait WHERE identifier = i.id),
    (SELECT json_agg(json_build_array(name, json_build_array(made_at, id, author, reason,
        json_build_array(trust, verified, time, event_id, source, value))))
     FROM pin WHERE identifier = i.id AND withdrawn_at IS NULL),
    (SELECT json_agg(json_build_array(purpose, json_build_array(at, refused, event_id, source, verified, method,
        wording)))
     FROM (
        SELECT c.*, row_number() OVER (
            PARTITION BY purpose, refused OR verified
            ORDER BY at DESC, refused DESC, event_id DESC, source DESC
        ) AS place
        FROM consent c WHERE identifier = i.id
     ) word WHERE place <= {words}),
    {more}
FROM {asked} JOIN membership m ON m.{by} = asked.{by} JOIN identifier i ON i.id = m.identifier
CROSS JOIN LATERAL (
    SELECT bool_or(verified) AS verified, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
        json_agg(json_build_array(channel, json_build_array(n, first_seen, last_seen, wait, handle, transfers)))
            AS figures
    FROM (
        SELECT channel, count(*) AS n, min(time) AS first_seen, max(time) AS last_seen,
            coalesce(sum(wait_ms), 0) AS wait, coalesce(sum(handle_ms), 0) AS handle,
            coalesce(sum(transfers), 0) AS transfers,
            bool_or(device IS NULL AND identifiers <> '{{}}' AND (claimed IS NULL OR anchor <> ALL(claimed)))
                AS verified
        FROM interaction WHERE anchor = i.id GROUP BY channel
    ) on_channel
) own
CROSS JOIN LATERAL (
    SELECT bool_or(l.verified) AS verified, min(l.first_seen) AS first_seen, max(newest.time) AS last_seen
    FROM (
        (SELECT b AS anchor, verified, first_seen FROM link WHERE a = i.id ORDER BY b DESC LIMIT {neighbours})
        UNION ALL
        (SELECT a, verified, first_seen FROM link WHERE b = i.id LIMIT {neighbours})
    ) l
    LEFT JOIN LATERAL (
        (SELECT time FROM interaction WHERE anchor = l.anchor AND i.id = ANY(identifiers::bigint[])
         ORDER BY time DESC, id DESC LIMIT 1)
        UNION ALL
        (SELECT time FROM interaction WHERE device = l.anchor AND i.id = ANY(identifiers::bigint[])
         ORDER BY time DESC LIMIT 1)
    ) newest ON true
) mentioned
CROSS JOIN LATERAL (
    SELECT bool_or(claimed IS NULL OR device <> ALL(claimed)) AS verified, min(time) AS first_seen,
        max(time) AS last_seen
    FROM interaction WHERE device = i.id AND identifiers <> '{{}}'
) lent
ORDER BY i.id
"""
"""An interaction that mentions an identifier hangs on one that it is linked to: so the links lead to all of them.

What it lent to those who logged in there are a device's own that hang on them.
"""
ERASED = "SELECT EXISTS (SELECT 1 FROM erased_profile WHERE label = $1)"
EMPTIED = """
SELECT EXISTS (
    SELECT 1 FROM profile p
    WHERE p.id = $1 AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.identifier = p.founder)
)
"""
LIVE = "SELECT m.profile FROM profile p JOIN membership m ON m.identifier = p.founder WHERE p.id = $1"
OWNER = """
SELECT m.profile, m.shared, i.id AS identifier FROM identifier i JOIN membership m ON m.identifier = i.id
WHERE i.namespace = $1 AND i.value = $2
"""
NOTING = """
WITH asked AS ({asked}), noted AS (
    INSERT INTO profile_read (at, person, roles, action, profile)
    SELECT {note}, asked.profile FROM asked
)
"""
OTHERS = """
(SELECT json_agg(json_build_array(m.profile, l.held) ORDER BY l.first_seen, l.end_a, l.end_b)
 FROM (
    SELECT b AS other, a AS end_a, b AS end_b, held, first_seen FROM link
    WHERE a = asked.identifier AND held IS NOT NULL
    UNION ALL
    SELECT a, a, b, held, first_seen FROM link
    WHERE b = asked.identifier AND held IS NOT NULL
    LIMIT $7
 ) l
 JOIN membership m ON m.identifier = l.other)
"""
_BOUNDS = {"words": WORDS, "neighbours": NEIGHBOURS}
PERSON = HOLDINGS.format(**_BOUNDS, more="NULL", asked="(SELECT $1::uuid AS profile) asked", by="profile")
HELD_BY = HOLDINGS.format(**_BOUNDS, more="NULL", asked="unnest($1::bigint[]) AS asked (identifier)", by="identifier")
READ = NOTING.format(asked=LIVE, note="$2, $3, $4, $5") + HOLDINGS.format(
    **_BOUNDS, more="asked.profile", asked="asked", by="profile"
)
LOOKUP = NOTING.format(asked=OWNER, note="$3, $4, $5, $6") + HOLDINGS.format(
    **_BOUNDS, more=f"asked.profile, asked.shared, {OTHERS}", asked="asked", by="profile"
)
TIMELINE = """
SELECT asked.profile, i.time, i.id, i.outcome, i.blocked, i.body
FROM asked
LEFT JOIN LATERAL (
    SELECT on_identifier.*
    FROM membership m
    CROSS JOIN LATERAL (
        SELECT * FROM interaction
        WHERE anchor = m.identifier AND (time, id) < ($2, $3) AND ($4::text IS NULL OR channel = $4)
        ORDER BY time DESC, id DESC LIMIT $5
    ) on_identifier
    WHERE m.profile = asked.profile
    ORDER BY on_identifier.time DESC, on_identifier.id DESC LIMIT $5
) i ON true
ORDER BY i.time DESC, i.id DESC
"""
NOTED_TIMELINE = NOTING.format(asked=LIVE, note="$6, $7, $8, $9") + TIMELINE
LINK_ROWS = """
SELECT ia.namespace, ia.value, ib.namespace, ib.value, ma.profile, mb.profile,
    l.first_seen, l.interaction, l.verified, l.held, w.source, w.event_id, l.a, l.b, ma.shared, mb.shared
FROM ({links}) l
JOIN identifier ia ON ia.id = l.a JOIN identifier ib ON ib.id = l.b
JOIN membership ma ON ma.identifier = l.a JOIN membership mb ON mb.identifier = l.b
JOIN interaction w ON w.id = l.interaction
ORDER BY l.first_seen, l.a, l.b
"""
MET_WITH = """
SELECT own.namespace, own.value, theirs.namespace, theirs.value
FROM unnest($1::text::text[], $2::text::text[]) AS asked (namespace, value)
JOIN identifier own USING (namespace, value)
CROSS JOIN LATERAL (
    SELECT b AS id FROM link WHERE a = own.id AND verified
    UNION ALL
    SELECT a FROM link WHERE b = own.id AND verified
    LIMIT $3
) AS other
JOIN identifier theirs ON theirs.id = other.id
ORDER BY 1, 2, 3, 4
"""
OF_PROFILE = """
(SELECT l.* FROM membership m JOIN link l ON l.a = m.identifier WHERE m.profile = $1 AND {held} LIMIT $2)
UNION
(SELECT l.* FROM membership m JOIN link l ON l.b = m.identifier WHERE m.profile = $1 AND {held} LIMIT $2)
LIMIT $2
"""
JOINED = LINK_ROWS.format(links=OF_PROFILE.format(held="l.held IS NULL"))
HELD = LINK_ROWS.format(links=OF_PROFILE.format(held="l.held IS NOT NULL"))
HELD_TOTAL = f"SELECT count(*) FROM ({OF_PROFILE.format(held='l.held IS NOT NULL')}) l"  # noqa: S608 -- constants only
DECISIONS = """
SELECT d.id, d.kind, d.a, d.b, d.reason, d.author, d.made_at, d.withdrawn_by, d.withdrawn_reason, d.withdrawn_at,
    ia.namespace, ia.value, ib.namespace, ib.value
FROM (
    SELECT d.* FROM membership m JOIN decision d ON d.a = m.identifier WHERE m.profile = $1
    UNION
    SELECT d.* FROM membership m JOIN decision d ON d.b = m.identifier WHERE m.profile = $1
) d
JOIN identifier ia ON ia.id = d.a JOIN identifier ib ON ib.id = d.b
ORDER BY d.made_at DESC, d.id
"""
SEARCH = """
WITH hit AS (
    SELECT id AS identifier, 0 AS rank FROM identifier WHERE value = ANY($1::text[])
    UNION ALL
    (SELECT identifier, 1 FROM trait WHERE words IS NOT NULL AND words LIKE $2 LIMIT 1000)
), ranked AS (
    SELECT m.profile, min(hit.rank) AS rank FROM hit JOIN membership m USING (identifier) GROUP BY m.profile
    ORDER BY rank, m.profile OFFSET $3 LIMIT $4
)
SELECT r.profile, i.namespace, i.value, f.last_seen, t.traits, t.pins
FROM ranked r
JOIN membership m ON m.profile = r.profile
JOIN identifier i ON i.id = m.identifier
LEFT JOIN LATERAL (SELECT max(time) AS last_seen FROM interaction WHERE anchor = i.id) f ON true
CROSS JOIN LATERAL (
    SELECT
        (SELECT json_agg(json_build_array(name, json_build_array(trust, verified, time, event_id, source, value)))
         FROM trait WHERE identifier = i.id AND words IS NOT NULL) AS traits,
        (SELECT json_agg(json_build_array(name, json_build_array(made_at, id, author, reason,
            json_build_array(trust, verified, time, event_id, source, value))))
         FROM pin WHERE identifier = i.id AND withdrawn_at IS NULL AND name = ANY($5::text[])) AS pins
) t
ORDER BY r.rank, r.profile, i.id
"""
AUDIT = "INSERT INTO profile_read (at, person, roles, action, profile) SELECT $1, $2, $3, $4, unnest($5::uuid[])"

_END = Place(datetime(9999, 12, 31, tzinfo=UTC), 2**63 - 1)


_consents = msgspec.json.Decoder(list[tuple[str, Said]]).decode
_figures = msgspec.json.Decoder(list[tuple[str, Figure]]).decode
_pins = msgspec.json.Decoder(list[tuple[str, Pin]]).decode
_traits = msgspec.json.Decoder(list[tuple[str, Trait]]).decode
_others = msgspec.json.Decoder(list[tuple[str, str]]).decode


class PostgresReads:
    """Questions on the profile schema."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lookup(self, key: Key, others: int, note: Note) -> LookedUp | None:
        """The owner of an identifier; the read is noted."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(LOOKUP, *key, *note, others)
        if not rows:
            return None
        profile, shared, held = rows[0][11:]
        return LookedUp(_person(str(profile), rows), shared, _others(held or "[]"))

    async def read(self, label: str, note: Note) -> Person | None:
        """The live profile of a label; the read is noted."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(READ, UUID(label), *note)
        return _person(str(rows[0][11]), rows) if rows else None

    async def live(self, profile: str) -> str | None:
        """The live profile of a label."""
        async with self._database.connection() as connection:
            found = await connection.fetchval(LIVE, UUID(profile))
        return str(found) if found else None

    async def erased(self, label: str) -> bool:
        """Whether whoever had this id was erased."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval(ERASED, UUID(label)))

    async def emptied(self, label: str) -> bool:
        """Whether nothing is left of whoever had this id."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval(EMPTIED, UUID(label)))

    async def person(self, profile: str) -> Person:
        """A live profile."""
        async with self._database.connection() as connection:
            return _person(profile, await connection.fetch(PERSON, UUID(profile)))

    async def timeline(
        self, label: str, before: Place | None, channel: str | None, limit: int, note: Note
    ) -> Page | None:
        """Interactions, newest first; the read is noted."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(NOTED_TIMELINE, UUID(label), *(before or _END), channel, limit, *note)
        if not rows:
            return None
        found = [TimelineRow(Place(row[1], row[2]), *row[3:]) for row in rows if row[1] is not None]
        return Page(str(rows[0][0]), found)

    async def links(self, profile: str, limit: int) -> Sequence[LinkRow]:
        """Links that joined."""
        async with self._database.connection() as connection:
            return link_rows(await connection.fetch(JOINED, UUID(profile), limit))

    async def held(self, profile: str, limit: int) -> tuple[Sequence[LinkRow], int]:
        """Held links and their number."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(HELD, UUID(profile), limit)
            counted = await connection.fetchval(HELD_TOTAL, UUID(profile), MOST_COUNTED) if len(rows) == limit else 0
        return link_rows(rows), max(counted, len(rows))

    async def met_with(self, keys: Sequence[Key], most: int) -> dict[Key, list[Key]]:
        """Who verified links lead to."""
        asked = texts(key.namespace for key in keys), texts(key.value for key in keys)
        met: dict[Key, list[Key]] = defaultdict(list)
        async with self._database.connection() as connection:
            for row in await connection.fetch(MET_WITH, *asked, most) if keys else ():
                met[Key(row[0], row[1])].append(Key(row[2], row[3]))
        return met

    async def holdings(self, identifiers: Sequence[int]) -> dict[int, Holding]:
        """What hangs on these identifiers."""
        async with self._database.connection() as connection:
            return {row[0]: _holding(row) for row in await connection.fetch(HELD_BY, list(identifiers))}

    async def decisions(self, profile: str) -> Sequence[DecisionRow]:
        """Decisions about the profile's identifiers."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(DECISIONS, UUID(profile))
        return [DecisionRow(decision_of(row), Key(row[10], row[11]), Key(row[12], row[13])) for row in rows]

    async def search(self, forms: Sequence[str], words: str, offset: int, limit: int) -> Sequence[Found]:
        """Profiles by identifier or name."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                SEARCH, list(forms), f"%{_literal(words)}%", offset, limit, sorted(NAME_TRAITS)
            )
        return _found(rows)

    async def note(self, note: Note, *profiles: str) -> None:
        """Notes a read."""
        async with self._database.connection() as connection:
            await connection.execute(AUDIT, *note, profiles or (None,))


def _person(profile: str, rows: Sequence[asyncpg.Record]) -> Person:
    return Person(profile, {row[0]: _holding(row) for row in rows})


def _holding(row: asyncpg.Record) -> Holding:
    key, seen, figures = Key(row[1], row[2]), Seen(*row[4:7]), dict(_figures(row[7] or "[]"))
    traits, pins, words = _traits(row[8] or "[]"), _pins(row[9] or "[]"), _consents(row[10] or "[]")
    return Holding(key, row[3], seen, figures, _by_name(traits), _by_name(pins), _by_name(words))


def _by_name(those: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    named: dict[str, list[T]] = defaultdict(list)
    for name, one in those:
        named[name].append(one)
    return dict(named)


def link_rows(rows: Sequence[asyncpg.Record]) -> list[LinkRow]:
    return [_link_row(row, Key(row[0], row[1]), Key(row[2], row[3])) for row in rows]


def _link_row(row: asyncpg.Record, a: Key, b: Key) -> LinkRow:
    shared = tuple([end for end, its in ((a, row[14]), (b, row[15])) if its])
    return LinkRow(a, b, str(row[4]), str(row[5]), StoredLink(*row[6:10]), row[10], row[11], shared)


def _found(rows: Sequence[asyncpg.Record]) -> list[Found]:
    by_profile: dict[str, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        by_profile[str(row[0])].append(row)
    return [
        Found(
            profile,
            _names(those),
            [Key(row[1], row[2]) for row in those],
            max((row[3] for row in those if row[3]), default=None),
        )
        for profile, those in by_profile.items()
    ]


def _names(rows: Iterable[asyncpg.Record]) -> dict[str, list[Candidate]]:
    names: dict[str, list[Candidate]] = defaultdict(list)
    for row in rows:
        traits, pins = _by_name(_traits(row[4] or "[]")), _by_name(_pins(row[5] or "[]"))
        for name in traits.keys() | pins.keys():
            names[name] += candidates(traits.get(name, ()), pins.get(name, ()))
    return names


def _literal(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

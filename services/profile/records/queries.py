"""Stored interactions and what was written about them, in PostgreSQL; all of its SQL is in this file."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from services.profile.domain.claims import Claim
from services.profile.domain.matching.score import Score
from services.profile.domain.sighting import Key
from services.profile.duplicates.learning import LIVE, STANDING
from services.profile.duplicates.queries import Compared
from services.profile.duplicates.rows import read_person, read_vector
from services.profile.reading.port import Place
from services.profile.reading.queries import LINK_ROWS, link_rows
from services.profile.records.port import (
    LikelyRow,
    LinkPlace,
    LoginRow,
    PlacedLink,
    ReadRow,
    Recorded,
    RecordedRow,
    Shown,
    Variant,
)
from services.runtime.database import Database

VARIANTS = """
(SELECT array_agg(row(encode(digest, 'hex'), body) ORDER BY digest)
 FROM interaction_variant v WHERE v.interaction = i.id)
"""
INTERACTION = f"""
SELECT i.time, i.id, i.outcome, i.blocked, i.body, {VARIANTS}, i.source, i.event_id, i.identifiers::bigint[], i.claimed,
    m.profile, n.namespace, m.shared AND i.device IS NULL, i.device
FROM interaction i LEFT JOIN membership m ON m.identifier = i.anchor LEFT JOIN identifier n ON n.id = i.anchor
WHERE i.id = $1
"""  # noqa: S608 -- constants only
SHOWN = """
SELECT i.id, i.namespace, i.value, m.profile
FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (identifier, place)
JOIN identifier i ON i.id = asked.identifier JOIN membership m ON m.identifier = asked.identifier
ORDER BY asked.place
"""
LOGIN = """
SELECT l.time, l.source, l.event_id, d.namespace, d.value, n.namespace, n.value
FROM interaction i
JOIN identifier d ON d.id = i.device JOIN identifier n ON n.id = i.anchor
CROSS JOIN LATERAL (
    (SELECT * FROM interaction
     WHERE anchor = i.anchor AND time < i.time AND device IS NULL AND i.device = ANY(identifiers::bigint[])
        AND coalesce(i.device <> ALL(claimed), true)
     ORDER BY time DESC, source, event_id LIMIT 1)
    UNION ALL
    (SELECT * FROM interaction
     WHERE anchor = i.anchor AND time >= i.time AND device IS NULL AND i.device = ANY(identifiers::bigint[])
        AND coalesce(i.device <> ALL(claimed), true)
     ORDER BY time, source, event_id LIMIT 1)
) l
WHERE i.id = $1
ORDER BY greatest(l.time - i.time, i.time - l.time), l.time LIMIT 1
"""
STAR = LINK_ROWS.format(
    links="SELECT l.* FROM unnest($2::bigint[]) AS asked (other) "
    "JOIN link l ON l.a = least($1, asked.other) AND l.b = greatest($1, asked.other)"
)
ENGRAVED = "SELECT until FROM tombstone WHERE mark = $1"
LABELS = "SELECT id, founder FROM unnest($1::bigint[]) AS asked (founder) JOIN profile USING (founder)"
CLAIMS = """
SELECT identifier, kind, value FROM unnest($1::bigint[]) AS asked (identifier) JOIN claim USING (identifier)
ORDER BY identifier, kind, value
"""
INTERACTIONS = f"""
SELECT i.time, i.id, i.outcome, i.blocked, i.body, {VARIANTS}
FROM unnest($1::bigint[]) AS asked (identifier)
CROSS JOIN LATERAL (
    SELECT * FROM interaction WHERE anchor = asked.identifier AND (time, id) > ($2, $3)
    ORDER BY time, id LIMIT $4
) i
ORDER BY i.time, i.id LIMIT $4
"""  # noqa: S608 -- constants only
_LINKED = """
SELECT l.* FROM unnest($1::bigint[]) AS asked (identifier)
CROSS JOIN LATERAL (
    SELECT * FROM link WHERE {end} = asked.identifier AND (a, b) > ($2, $3) AND (held IS NOT NULL) = $4
    ORDER BY a, b LIMIT $5
) l
"""
LINKS = LINK_ROWS.format(
    links=f"{_LINKED.format(end='a')} UNION {_LINKED.format(end='b')} ORDER BY a, b LIMIT $5",
)
LIKELY = f"""
SELECT d.a::text, d.b::text, d.vector, d.bits, d.weight, d.shown_weight, d.shown_chance, pa.features, pb.features,
    {STANDING}
FROM duplicate_pair d JOIN duplicate_person pa ON pa.profile = d.a JOIN duplicate_person pb ON pb.profile = d.b
CROSS JOIN LATERAL (SELECT CASE WHEN d.a = $1 THEN d.b ELSE d.a END AS id) other
WHERE (d.a = $1 OR d.b = $1) AND other.id > $2 AND {LIVE}
ORDER BY other.id LIMIT $3
"""  # noqa: S608 -- constants only
READS = """
SELECT at, person, roles, action FROM unnest($1::uuid[]) AS asked (profile) JOIN profile_read USING (profile)
WHERE at > $2 ORDER BY at FETCH FIRST $3 ROWS WITH TIES
"""

_FIRST, _NOBODY = LinkPlace(0, 0), UUID(int=0)
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


class PostgresRecords:
    """Questions about stored interactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def interaction(self, number: int) -> Recorded | None:
        """An interaction by its number."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(INTERACTION, number)
            if row is None:
                return None
            identifiers, claimed = row[8], set(row[9] or ())
            found = await connection.fetch(SHOWN, identifiers)
            links = await connection.fetch(STAR, identifiers[0], identifiers[1:]) if identifiers else []
            login = await connection.fetchrow(LOGIN, number) if row[13] else None
        shown = [Shown(one[0], Key(one[1], one[2]), str(one[3]), one[0] not in claimed) for one in found]
        return Recorded(
            number,
            _recorded(row),
            row[6],
            row[7],
            shown,
            link_rows(links),
            owner=str(row[10]) if row[10] else None,
            shared=row[11] if row[12] else None,
            login=_login(login) if login else None,
        )

    async def engraved(self, mark: bytes) -> datetime | None:
        """Up to when a tombstone holds."""
        async with self._database.connection() as connection:
            until: datetime | None = await connection.fetchval(ENGRAVED, mark)
        return until

    async def labels(self, identifiers: Sequence[int]) -> Mapping[str, int]:
        """Every profile id that was ever founded on one of these."""
        async with self._database.connection() as connection:
            return {str(row[0]): row[1] for row in await connection.fetch(LABELS, identifiers)}

    async def claims(self, identifiers: Sequence[int]) -> Sequence[tuple[int, Claim]]:
        """What was ever claimed about them."""
        async with self._database.connection() as connection:
            return [(row[0], Claim(row[1], row[2])) for row in await connection.fetch(CLAIMS, identifiers)]

    async def interactions(self, identifiers: Sequence[int], after: Place | None, limit: int) -> Sequence[RecordedRow]:
        """The next interactions, the oldest first."""
        place = after or Place(_BEGINNING, 0)
        async with self._database.connection() as connection:
            return [_recorded(row) for row in await connection.fetch(INTERACTIONS, identifiers, *place, limit)]

    async def links(
        self, identifiers: Sequence[int], after: LinkPlace | None, limit: int, *, held: bool
    ) -> Sequence[PlacedLink]:
        """The next links, by their ends."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(LINKS, identifiers, *(after or _FIRST), held, limit)
        placed = [
            PlacedLink(LinkPlace(row[12], row[13]), link) for row, link in zip(rows, link_rows(rows), strict=True)
        ]
        return sorted(placed, key=lambda one: one.place)

    async def likely(self, profile: str, after: str | None, limit: int) -> Sequence[LikelyRow]:
        """The next pairs."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(LIKELY, UUID(profile), UUID(after) if after else _NOBODY, limit)
        return [_likely(row) for row in rows]

    async def reads(self, labels: Sequence[str], after: datetime | None, limit: int) -> Sequence[ReadRow]:
        """The next notes, the oldest first."""
        asked = [UUID(label) for label in labels]
        async with self._database.connection() as connection:
            return [ReadRow(*row) for row in await connection.fetch(READS, asked, after or _BEGINNING, limit)]


def _login(row: asyncpg.Record) -> LoginRow:
    return LoginRow(row[0], row[1], row[2], Key(row[3], row[4]), Key(row[5], row[6]))


def _likely(row: asyncpg.Record) -> LikelyRow:
    a, b, vector, bits, weight, shown_weight, shown_chance, of_a, of_b, decided = row
    people = (read_person(of_a), read_person(of_b))
    compared = Compared(read_vector(vector), bits, weight, Score(shown_weight, shown_chance), people)
    return LikelyRow((a, b), compared, decided)


def _recorded(row: asyncpg.Record) -> RecordedRow:
    variants = [Variant(digest, body) for digest, body in row[5] or ()]
    return RecordedRow(Place(row[0], row[1]), row[2], row[3], row[4], variants)

"""The queue of likely duplicates as it is asked for. Nothing is changed but the notes of who read whom."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import asyncpg

from services.profile.domain.matching.person import Person
from services.profile.domain.matching.score import Score
from services.profile.domain.matching.vector import Vector
from services.profile.domain.sighting import Key
from services.profile.duplicates.learning import LIVE, STANDING
from services.profile.duplicates.rows import Ends, read_person, read_vector
from services.profile.reading.port import Note
from services.runtime.database import Database

NAMES = ("name", "full_name", "display_name", "first_name", "given_name", "last_name", "family_name")
QUEUE = f"""
SELECT d.a::text, d.b::text, d.shown_weight, d.shown_chance FROM duplicate_pair d
WHERE d.shown_chance >= $1 AND d.shown_chance >= 0.01 AND d.shown_weight <= $2
    AND (d.shown_weight < $2 OR (d.a, d.b) > ($3::text::uuid, $4::text::uuid)) AND {LIVE} AND NOT ({STANDING})
ORDER BY d.shown_weight DESC, d.a, d.b LIMIT $5
"""  # noqa: S608 -- constants only
PAIR = f"""
SELECT d.vector, d.bits, d.weight, d.shown_weight, d.shown_chance, pa.features, pb.features
FROM duplicate_pair d JOIN duplicate_person pa ON pa.profile = d.a JOIN duplicate_person pb ON pb.profile = d.b
WHERE d.a = $1::text::uuid AND d.b = $2::text::uuid AND {LIVE} AND NOT ({STANDING})
"""  # noqa: S608 -- constants only
SHORT = """
WITH own AS MATERIALIZED (
    SELECT asked.profile, m.identifier, m.shared
    FROM unnest($1::text[]::uuid[]) AS asked (profile) JOIN membership m USING (profile)
)
SELECT profile::text, i.namespace, i.value, own.shared, seen.last, NULL::text, NULL::text
FROM own JOIN identifier i ON i.id = own.identifier
LEFT JOIN LATERAL (SELECT max(time) AS last FROM interaction WHERE anchor = own.identifier) seen ON true
UNION ALL
SELECT profile::text, NULL, NULL, NULL, NULL, name, value FROM (
    SELECT DISTINCT ON (own.profile, t.name) own.profile, t.name, t.value
    FROM own JOIN trait t USING (identifier) WHERE t.name = ANY($2::text[])
    ORDER BY own.profile, t.name, t.trust DESC, t.verified DESC, t.time DESC, t.event_id DESC
) golden
"""
NOTE = """
INSERT INTO profile_read (at, person, roles, action, profile)
SELECT $1, $2, $3, $4, profile FROM unnest($5::text[]::uuid[]) AS read (profile)
"""


class Place(NamedTuple):
    """A position in the queue: a weight, and the pair's people."""

    weight: float
    a: str
    b: str


FRONT = Place(float("inf"), *("00000000-0000-0000-0000-000000000000",) * 2)


class Queued(NamedTuple):
    """A pair in the queue."""

    ends: Ends
    score: Score


@dataclass(slots=True)
class Short:
    """A person in short; `names` are golden traits as JSON text, `single` the identifiers that mean one person."""

    keys: list[Key] = field(default_factory=list)
    single: list[tuple[str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    last_seen: datetime | None = None


class Compared(NamedTuple):
    """A pair with all that its weight is made of. `weight` is without what rivals take off; `shown` is with it."""

    vector: Vector
    bits: Sequence[float]
    weight: float
    shown: Score
    people: tuple[Person, Person]


class DuplicatesReads:
    """Questions about likely duplicates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queue(self, least: float, after: Place | None, limit: int) -> list[Queued]:
        """So many pairs of at least this chance past a place; not those that are decided, or one person by now."""
        rows = await self._fetch(QUEUE, least, *(after or FRONT), limit)
        return [Queued((row[0], row[1]), Score(row[2], row[3])) for row in rows]

    async def pair(self, ends: Ends) -> Compared | None:
        """One pair of the queue."""
        rows = await self._fetch(PAIR, *ends)
        if not rows:
            return None
        vector, bits, weight, shown_weight, shown_chance, a, b = rows[0]
        people = (read_person(a), read_person(b))
        return Compared(read_vector(vector), bits, weight, Score(shown_weight, shown_chance), people)

    async def short(self, profiles: Iterable[str]) -> dict[str, Short]:
        """People in short."""
        found: dict[str, Short] = defaultdict(Short)
        for profile, namespace, value, shared, last, name, text in await self._fetch(
            SHORT, sorted(profiles), list(NAMES)
        ):
            one = found[profile]
            if name is not None:
                one.names[name] = text
                continue
            one.keys.append(Key(namespace, value))
            if not shared:
                one.single.append((namespace, value))
            one.last_seen = max((time for time in (one.last_seen, last) if time), default=None)
        return found

    async def note(self, note: Note, profiles: Iterable[str]) -> None:
        """Notes that somebody read about these people."""
        await self._fetch(NOTE, *note, sorted(profiles))

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._database.connection() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
        return rows

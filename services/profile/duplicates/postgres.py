"""Likely duplicates in PostgreSQL: what the step, learning and settling read and write, a whole set a statement."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import asyncpg

from services.profile.domain.matching.counts import Counted
from services.profile.domain.matching.score import Score
from services.profile.domain.matching.vector import Vector
from services.profile.duplicates.rows import Ends, Stored, read_holds, read_stored, read_vector, text
from services.runtime.arrays import literal, texts
from services.runtime.database import Database

T = TypeVar("T")

LOCK = "SELECT pg_advisory_xact_lock(hashtext('kesher.duplicates'))"
"""One writer at a time: two who enter people under one key at once would not see one another."""
STATED = """
WITH own AS MATERIALIZED (
    SELECT asked.profile, m.identifier, m.shared
    FROM unnest($1::text::uuid[]) AS asked (profile) JOIN membership m USING (profile)
)
SELECT profile::text, 'own' AS kind, i.namespace, i.value
FROM own CROSS JOIN LATERAL (SELECT * FROM identifier WHERE id = own.identifier OFFSET 0) i
UNION ALL
SELECT profile::text, CASE WHEN least = most THEN 'trait' ELSE 'contested' END, name, value FROM (
    SELECT DISTINCT ON (own.profile, t.name) own.profile, t.name, t.value,
        min(t.value) OVER same AS least, max(t.value) OVER same AS most
    FROM own CROSS JOIN LATERAL (SELECT * FROM trait WHERE identifier = own.identifier OFFSET 0) t
    WHERE t.name = ANY($2::text[])
    WINDOW same AS (PARTITION BY own.profile, t.name)
    ORDER BY own.profile, t.name, t.trust DESC, t.verified DESC, t.time DESC, t.event_id DESC, t.source DESC,
        t.value COLLATE "C" DESC
) golden
UNION ALL
SELECT own.profile::text, 'held', far.namespace, far.value
FROM own
CROSS JOIN LATERAL (
    SELECT b AS far, interaction FROM link WHERE a = own.identifier AND held IS NOT NULL
    UNION ALL
    SELECT a, interaction FROM link WHERE b = own.identifier AND held IS NOT NULL
) l
JOIN interaction w ON w.id = l.interaction AND w.anchor = own.identifier
JOIN identifier far ON far.id = l.far AND far.namespace = ANY($3::text[])
WHERE NOT own.shared
"""
"""Golden traits are chosen as `figures.golden` does. An identifier that was held back was stated all the same.

OFFSET 0 keeps a planner without statistics from reading whole tables for a handful of people.
"""
PEOPLE = """
SELECT p.profile::text, p.features, p.holds, p.keys, p.stated
FROM unnest($1::text::uuid[]) AS asked (profile) JOIN duplicate_person p USING (profile)
"""
HOLDS = """
SELECT p.profile::text, p.holds
FROM unnest($1::text::uuid[]) AS asked (profile) JOIN duplicate_person p USING (profile)
"""
FORGET = """
DELETE FROM duplicate_person USING unnest($1::text::uuid[]) AS gone (profile)
WHERE duplicate_person.profile = gone.profile
"""
PUT_PEOPLE = """
INSERT INTO duplicate_person (profile, features, holds, keys, stated)
SELECT profile, features, holds, keys::bigint[], stated
FROM unnest($1::text::uuid[], $2::text::text[], $3::text::text[], $4::text::text[], $5::text::bigint[])
    AS new (profile, features, holds, keys, stated)
ON CONFLICT (profile) DO UPDATE SET features = excluded.features, holds = excluded.holds, keys = excluded.keys,
    stated = excluded.stated
"""
DROP_KEYS = """
DELETE FROM duplicate_key k USING unnest($1::text::bigint[], $2::text::uuid[]) AS gone (key, profile)
WHERE k.key = gone.key AND k.profile = gone.profile
"""
PUT_KEYS = """
INSERT INTO duplicate_key (key, profile)
SELECT key, profile FROM unnest($1::text::bigint[], $2::text::uuid[]) AS new (key, profile) ORDER BY key, profile
ON CONFLICT DO NOTHING
"""
BLOCKS = """
SELECT asked.key, block.members
FROM unnest($1::text::bigint[], $2::text::integer[]) AS asked (key, most)
CROSS JOIN LATERAL (
    SELECT CASE WHEN count(*) < asked.most THEN array_agg(profile::text) END AS members
    FROM (SELECT profile FROM duplicate_key WHERE key = asked.key LIMIT asked.most) found
    HAVING count(*) > 1
) block
"""
DROP_PAIRS_OF = """
DELETE FROM duplicate_pair d USING unnest($1::text::uuid[]) AS gone (profile) WHERE d.a = gone.profile
"""
DROP_PAIRS_WITH = """
DELETE FROM duplicate_pair d USING unnest($1::text::uuid[]) AS gone (profile) WHERE d.b = gone.profile
"""
UNPAIR = """
DELETE FROM duplicate_pair d
USING unnest($1::text::uuid[], $2::text::uuid[]) AS asked (a, b), duplicate_person pa, duplicate_person pb
WHERE d.a = asked.a AND d.b = asked.b AND pa.profile = d.a AND pb.profile = d.b AND NOT EXISTS (
    SELECT FROM (SELECT unnest(pa.keys) AS key INTERSECT SELECT unnest(pb.keys)) common
    WHERE (SELECT count(*) FROM (SELECT FROM duplicate_key k WHERE k.key = common.key LIMIT $3 + 1) found) <= $3
)
"""
PUT_PAIRS = """
INSERT INTO duplicate_pair (a, b, vector, bits, weight, chance, shown_weight, shown_chance)
SELECT a, b, vector, bits::double precision[], weight, chance, weight, chance
FROM unnest($1::text::uuid[], $2::text::uuid[], $3::text::text[], $4::text::text[], $5::text::double precision[],
    $6::text::double precision[]) AS new (a, b, vector, bits, weight, chance)
ON CONFLICT DO NOTHING
"""
WEIGH = """
UPDATE duplicate_pair d SET bits = new.bits::double precision[], weight = new.weight, chance = new.chance, rivals = 0,
    shown_weight = new.weight, shown_chance = new.chance
FROM unnest($1::text::uuid[], $2::text::uuid[], $3::text::text[], $4::text::text[], $5::text::double precision[],
    $6::text::double precision[]) AS new (a, b, vector, bits, weight, chance)
WHERE d.a = new.a AND d.b = new.b AND d.vector = new.vector
"""
COUNTS = """
SELECT field, value, n FROM unnest($1::text::text[], $2::text::text[]) AS asked (field, value)
JOIN duplicate_count USING (field, value)
"""
ADD_COUNTS = """
INSERT INTO duplicate_count AS stored (field, value, n)
SELECT * FROM unnest($1::text::text[], $2::text::text[], $3::text::integer[]) AS new (field, value, n)
ON CONFLICT (field, value) DO UPDATE SET n = stored.n + excluded.n
"""
DROP_COUNTS = """
DELETE FROM duplicate_count c USING unnest($1::text::text[], $2::text::text[]) AS less (field, value)
WHERE c.field = less.field AND c.value = less.value AND c.n = 0
"""
INTERACTIONS = "SELECT last_value FROM interaction_number"
MODEL = "SELECT learnt FROM duplicate_model"
PAIRS_AFTER = """
SELECT a::text, b::text, vector FROM duplicate_pair
WHERE (a, b) > ($1::text::uuid, $2::text::uuid) ORDER BY a, b LIMIT $3
"""


class Stated(NamedTuple):
    """What is known of a profile: its own identifiers, those that were held back, and golden traits as JSON."""

    own: list[tuple[str, str]]
    held: list[tuple[str, str]]
    traits: dict[str, str]


class WeighedPair(NamedTuple):
    """A pair with the bits of each piece of its evidence."""

    ends: Ends
    vector: Vector
    bits: Sequence[float]
    score: Score


class DuplicatesUnit:
    """One transaction, the only one of its kind while it lasts."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def stated(
        self, profiles: Sequence[str], traits: Iterable[str], compared: Iterable[str]
    ) -> tuple[dict[str, Stated], set[str]]:
        """What the profiles that live are known by; traits and held identifiers of these kinds only.

        And which of them have two values of one trait.
        """
        found: dict[str, Stated] = defaultdict(lambda: Stated([], [], {}))
        contested: set[str] = set()
        asked = texts(profiles), list(traits), list(compared)
        for profile, kind, name, value in await self._connection.fetch(STATED, *asked):
            one = found[profile]
            if kind in {"trait", "contested"}:
                one.traits[name] = value
                contested |= {profile} if kind == "contested" else set()
            else:
                (one.own if kind == "own" else one.held).append((name, value))
        return found, contested

    async def people(self, profiles: Iterable[str]) -> dict[str, Stored]:
        """Those of the profiles that are stored as people."""
        rows = await self._connection.fetch(PEOPLE, texts(profiles))
        return {row[0]: read_stored(*row[1:]) for row in rows}

    async def holds(self, profiles: Iterable[str]) -> dict[str, Mapping[str, int]]:
        """How many identifiers of each namespace those of the profiles have that are stored as people."""
        return {row[0]: read_holds(row[1]) for row in await self._connection.fetch(HOLDS, texts(profiles))}

    async def forget(self, profiles: Sequence[str]) -> None:
        """Drops people, but for their keys and pairs."""
        await self._connection.execute(FORGET, texts(profiles))

    async def put_people(self, people: Mapping[str, Stored]) -> None:
        """Stores people, but for their keys' index."""
        if people:
            rows = [(p, text(one.person), text(one.holds), literal(one.keys)) for p, one in people.items()]
            stated = literal(one.stated for one in people.values())
            await self._connection.execute(PUT_PEOPLE, *map(texts, zip(*rows, strict=True)), stated)

    async def move_keys(self, gone: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]) -> None:
        """Changes under which keys people are found."""
        for statement, rows in ((DROP_KEYS, gone), (PUT_KEYS, new)):
            if rows:
                keys, profiles = zip(*rows, strict=True)
                await self._connection.execute(statement, literal(keys), texts(profiles))

    async def blocks(self, most: Mapping[int, int]) -> dict[int, list[str] | None]:
        """The members of each key's block with more than one; None where there are not less than `most`."""
        rows = await self._connection.fetch(BLOCKS, literal(most.keys()), literal(most.values()))
        return {row[0]: row[1] for row in rows}

    async def drop_pairs_of(self, profiles: Sequence[str]) -> None:
        """Drops every pair with one of these."""
        for statement in (DROP_PAIRS_OF, DROP_PAIRS_WITH):
            await self._connection.execute(statement, texts(profiles))

    async def unpair(self, pairs: Sequence[Ends], most: int) -> None:
        """Drops those of the pairs that no longer share a block of at most so many."""
        if pairs:
            await self._connection.execute(UNPAIR, *map(texts, zip(*pairs, strict=True)), most)

    async def put_pairs(self, pairs: Sequence[WeighedPair]) -> None:
        """Stores pairs that are not stored yet."""
        if pairs:
            await self._connection.execute(PUT_PAIRS, *_columns(pairs))

    async def weigh(self, pairs: Sequence[WeighedPair]) -> None:
        """Weighs pairs anew, if they are still as they were."""
        if pairs:
            await self._connection.execute(WEIGH, *_columns(pairs))

    async def counts(self, wanted: Iterable[Counted]) -> dict[Counted, int]:
        """How often values are seen; those that are not are left out."""
        columns = list(zip(*wanted, strict=True)) or [(), ()]
        rows = await self._connection.fetch(COUNTS, *map(texts, columns))
        return {(row[0], row[1]): row[2] for row in rows}

    async def count(self, change: Counter[Counted]) -> None:
        """Adds to counts."""
        rows = [(field, value, by) for (field, value), by in sorted(change.items()) if by]
        if rows:
            fields, values, by = zip(*rows, strict=True)
            await self._connection.execute(ADD_COUNTS, texts(fields), texts(values), literal(by))
        less = [(field, value) for field, value, by in rows if by < 0]
        if less:
            await self._connection.execute(DROP_COUNTS, *map(texts, zip(*less, strict=True)))

    async def model(self) -> str | None:
        """What was learnt last."""
        learnt: str | None = await self._connection.fetchval(MODEL)
        return learnt

    async def pairs_after(self, place: Ends, limit: int) -> list[tuple[Ends, Vector]]:
        """So many pairs past a place, in order."""
        rows = await self._connection.fetch(PAIRS_AFTER, *place, limit)
        return [((row[0], row[1]), read_vector(row[2])) for row in rows]


class DuplicatesStore:
    """Runs units."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def interactions(self) -> int:
        """A number that grows with each interaction that the profile step stores. Raises Unavailable."""
        async with self._database.connection() as connection:
            number: int = await connection.fetchval(INTERACTIONS)
        return number

    async def run(self, work: Callable[[DuplicatesUnit], Awaitable[T]]) -> T:
        """The result of `work`, committed. Raises Unavailable."""

        async def alone(connection: asyncpg.Connection) -> T:
            await connection.execute(LOCK)
            return await work(DuplicatesUnit(connection))

        return await self._database.in_transaction(alone)


def _columns(pairs: Sequence[WeighedPair]) -> list[str]:
    """Many differ in the same way: that is written once."""
    written: dict[Vector, tuple[str, str]] = {}
    for pair in pairs:
        if pair.vector not in written:
            written[pair.vector] = text(pair.vector), literal(pair.bits)
    a, b = zip(*[pair.ends for pair in pairs], strict=True)
    vectors, bits = zip(*[written[pair.vector] for pair in pairs], strict=True)
    weights, chances = zip(*[pair.score for pair in pairs], strict=True)
    return [*map(texts, (a, b, vectors, bits)), literal(weights), literal(chances)]

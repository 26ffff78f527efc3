"""What learning and settling ask of PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg

from services.profile.domain.matching.score import Score
from services.profile.domain.matching.vector import Vector
from services.profile.duplicates.rows import Ends, Stored, read_stored, read_vector
from services.runtime.database import Database

STATE = "SELECT rules, taken_in::text, learnt IS NOT NULL, people FROM duplicate_model"
TAKEN_IN = "UPDATE duplicate_model SET rules = $1, taken_in = $2::text::uuid"
PROFILES_AFTER = """
SELECT DISTINCT profile::text FROM membership
WHERE $1::text IS NULL OR profile > $1::text::uuid ORDER BY 1 LIMIT $2
"""
POPULATION = """
SELECT count(*), count(*) FILTER (WHERE holds LIKE ANY ($1::text[])), (SELECT count(*) FROM duplicate_pair)
FROM duplicate_person
"""
SAMPLE = """
SELECT features, holds, keys, stated FROM duplicate_person ORDER BY uuid_hash_extended(profile, 0), profile LIMIT $1
"""
VECTORS = """
SELECT vector FROM duplicate_pair
WHERE $1 >= 1 OR (hashtextextended(a::text || b::text, 0) & 1048575) < $1 * 1048576
"""
"""A share of them that depends on the pairs alone."""
LEARNT = "UPDATE duplicate_model SET learnt = $1"
LEARNT_FROM = "UPDATE duplicate_model SET people = $1, learnt_at = $2"
DECIDED = """
EXISTS (
    SELECT FROM membership ma JOIN decision x ON x.a = ma.identifier JOIN membership mb ON mb.identifier = x.b
    WHERE ma.profile = {a} AND mb.profile = {b} {which}
) OR EXISTS (
    SELECT FROM membership ma JOIN decision x ON x.b = ma.identifier JOIN membership mb ON mb.identifier = x.a
    WHERE ma.profile = {a} AND mb.profile = {b} {which}
)
"""
STANDING = DECIDED.format(a="d.a", b="d.b", which="AND x.withdrawn_at IS NULL")
EVER = DECIDED.format(a="d.a", b="d.b", which="")
LIVE = """
EXISTS (SELECT FROM membership m WHERE m.profile = d.a) AND EXISTS (SELECT FROM membership m WHERE m.profile = d.b)
"""
LIKELY = f"""
SELECT d.a::text, d.b::text, d.weight, d.chance, d.rivals FROM duplicate_pair d
WHERE d.chance > 0.001 AND NOT ({STANDING})
ORDER BY d.weight DESC, d.a, d.b LIMIT $1
"""  # noqa: S608 -- constants only
WEIGHTS = """
SELECT a::text, b::text, weight FROM unnest($1::text[]::uuid[], $2::text[]::uuid[]) AS asked (a, b)
JOIN duplicate_pair USING (a, b)
"""
LOWER = """
UPDATE duplicate_pair d SET rivals = new.rivals, shown_weight = d.weight + new.rivals, shown_chance = new.chance
FROM unnest($1::text[], $2::text[], $3::double precision[], $4::double precision[], $5::double precision[])
    AS new (a, b, weight, rivals, chance)
WHERE d.a = new.a::uuid AND d.b = new.b::uuid AND d.weight = new.weight
"""
CERTAIN = f"""
SELECT d.a::text, d.b::text, d.shown_weight, d.shown_chance FROM duplicate_pair d
WHERE d.shown_chance >= $1 AND d.shown_chance >= 0.01 AND {LIVE} AND NOT ({EVER})
ORDER BY d.shown_weight DESC, d.a, d.b LIMIT $2
"""  # noqa: S608 -- constants only
"""A pair that a steward ever decided about, or parted again, is for people to decide."""
IDENTIFIERS = """
SELECT m.profile::text, i.namespace, i.value
FROM unnest($1::text[]::uuid[]) AS asked (profile) JOIN membership m USING (profile)
JOIN identifier i ON i.id = m.identifier
WHERE NOT m.shared ORDER BY m.profile, i.id
"""


class State(NamedTuple):
    """How far likely duplicates are: under which rules who was taken in, and from how many people was learnt."""

    rules: int
    taken_in: str | None
    learnt: bool
    people: int


class Population(NamedTuple):
    """People; those of them who hold something that one person has one of; and pairs."""

    people: int
    full: int
    pairs: int


class LikelyPair(NamedTuple):
    """A pair that may be one person, and what its rivals took off so far."""

    ends: Ends
    score: Score
    rivals: float


class Learning:
    """Questions and notes beside the step, each a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self) -> State:
        """How far it is."""
        (row,) = await self._fetch(STATE)
        return State(*row)

    async def taken_in(self, rules: int, profile: str | None) -> None:
        """Notes that everybody up to `profile` was entered under these rules."""
        await self._fetch(TAKEN_IN, rules, profile)

    async def profiles_after(self, profile: str | None, limit: int) -> list[str]:
        """Live profiles past one, in order."""
        return [row[0] for row in await self._fetch(PROFILES_AFTER, profile, limit)]

    async def population(self, namespaces: Sequence[str]) -> Population:
        """How many there are; `namespaces` are those of which one person has one."""
        (row,) = await self._fetch(POPULATION, [f'%"{name}":%' for name in namespaces])
        return Population(*row)

    async def sample(self, people: int) -> list[Stored]:
        """So many people: a fair sample that no order changes."""
        return [read_stored(*row) for row in await self._fetch(SAMPLE, people)]

    async def vectors(self, share: float) -> list[Vector]:
        """Such a share of all vectors."""
        return [read_vector(row[0]) for row in await self._fetch(VECTORS, share)]

    async def learnt(self, model: str) -> None:
        """Keeps a model."""
        await self._fetch(LEARNT, model)

    async def learnt_from(self, people: int, at: datetime) -> None:
        """Notes that all pairs are weighed by the model that was learnt from so many people."""
        await self._fetch(LEARNT_FROM, people, at)

    async def likely(self, limit: int) -> list[LikelyPair]:
        """The likeliest pairs about which nothing is decided."""
        rows = await self._fetch(LIKELY, limit)
        return [LikelyPair((row[0], row[1]), Score(row[2], row[3]), row[4]) for row in rows]

    async def weights(self, pairs: Sequence[Ends]) -> dict[Ends, float]:
        """The weights of those of the pairs that are stored."""
        return {(row[0], row[1]): row[2] for row in await self._fetch(WEIGHTS, *zip(*pairs, strict=True))}

    async def lower(self, pairs: Sequence[LikelyPair], chances: Sequence[float]) -> None:
        """Stores what rivals take off each pair, and the chance that is left."""
        a, b = zip(*[pair.ends for pair in pairs], strict=True)
        weights, rivals = [pair.score.weight for pair in pairs], [pair.rivals for pair in pairs]
        await self._fetch(LOWER, a, b, weights, rivals, chances)

    async def certain(self, chance: float, limit: int) -> list[tuple[Ends, Score]]:
        """Pairs of at least this chance about which nothing was ever decided."""
        rows = await self._fetch(CERTAIN, chance, limit)
        return [((row[0], row[1]), Score(row[2], row[3])) for row in rows]

    async def identifiers(self, profiles: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """Identifiers that mean one person, the oldest first."""
        found: dict[str, list[tuple[str, str]]] = {}
        for profile, namespace, value in await self._fetch(IDENTIFIERS, profiles):
            found.setdefault(profile, []).append((namespace, value))
        return found

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._database.connection() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
        return rows

"""What stands between two people who were not joined, in PostgreSQL: links that were held, also by way of a third.

Whoever has an identifier of many has many links. So the work is bounded, and links are asked for by both their ends.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice, product
from typing import NamedTuple, Protocol
from uuid import UUID

import asyncpg

from services.profile.domain.resolve import Pair, pair
from services.profile.reading.port import LinkRow
from services.profile.reading.queries import LINK_ROWS, link_rows
from services.runtime.arrays import literal
from services.runtime.database import Database

MOST_ENDS = 1_000
"""So many identifiers of each of the two, and so many of their held links."""
MOST_PAIRS = 10_000
"""Of these, so many pairs: a hundred identifiers of the one, and of the other."""

IDENTIFIERS = f"SELECT identifier FROM membership WHERE profile = $1 LIMIT {MOST_ENDS}"  # noqa: S608 -- constants only
HELD_TO_OTHERS = f"""
SELECT m.identifier, held.third
FROM membership m
CROSS JOIN LATERAL (
    (SELECT b AS third FROM link WHERE a = m.identifier AND held IS NOT NULL LIMIT {MOST_ENDS})
    UNION ALL
    (SELECT a FROM link WHERE b = m.identifier AND held IS NOT NULL LIMIT {MOST_ENDS})
) held
JOIN membership t ON t.identifier = held.third
WHERE m.profile = $1 AND t.profile NOT IN ($1, $2)
LIMIT {MOST_ENDS}
"""  # noqa: S608 -- constants only
THESE = """
SELECT l.* FROM unnest($1::text::bigint[], $2::text::bigint[]) AS asked (a, b) JOIN link l USING (a, b)
WHERE l.held IS NOT NULL
"""
THESE_IN_FULL = LINK_ROWS.format(links=THESE)


class Way(NamedTuple):
    """An identifier of somebody else to which a held link leads from each of two people."""

    one: LinkRow
    other: LinkRow


class Apart(Protocol):
    """Questions about two live profiles."""

    async def between(self, one: str, other: str, limit: int) -> Sequence[LinkRow]:
        """Up to `limit` held links with an end in each, in the order of age."""

    async def through(self, one: str, other: str, limit: int) -> Sequence[Way]:
        """Up to `limit` ways from the one to the other by an identifier that is neither's."""


class PostgresApart:
    """These questions on the profile schema."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, one: str, other: str, limit: int) -> Sequence[LinkRow]:
        """Held links from one to the other."""
        async with self._database.connection() as connection:
            mine, theirs = [await _identifiers(connection, profile) for profile in (one, other)]
            pairs = {pair(a, b) for a, b in islice(product(mine, theirs), MOST_PAIRS)}
            return link_rows(await connection.fetch(THESE_IN_FULL, *_ends(pairs)))[:limit]

    async def through(self, one: str, other: str, limit: int) -> Sequence[Way]:
        """Ways by a third: looked for from either side, since one of the two mostly has few links."""
        async with self._database.connection() as connection:
            mine, theirs = [await _identifiers(connection, profile) for profile in (one, other)]
            from_one, from_other = [await _held(connection, *both) for both in ((one, other), (other, one))]
            asked = {*_further(from_one, theirs), *_further(from_other, mine)}
            held = {(row[0], row[1]) for row in await connection.fetch(THESE, *_ends(asked))}
            held |= {pair(*ends) for ends in (*from_one, *from_other)}
            thirds = sorted({third for _, third in (*from_one, *from_other)})
            ways = list(islice(_ways(mine, thirds, theirs, held), limit))
            rows = await connection.fetch(THESE_IN_FULL, *_ends({half for way in ways for half in way}))
        links = {(row[12], row[13]): link for row, link in zip(rows, link_rows(rows), strict=True)}
        return [Way(links[a], links[b]) for a, b in ways]


def _further(held: Iterable[Pair], ends: Sequence[int]) -> Iterator[Pair]:
    """From a third, to which a held link leads, on to the other one's identifiers."""
    return (pair(third, end) for (_, third), end in islice(product(held, ends), MOST_PAIRS))


def _ways(
    mine: Sequence[int], thirds: Iterable[int], theirs: Sequence[int], held: AbstractSet[Pair]
) -> Iterator[tuple[Pair, Pair]]:
    for third in thirds:
        near = [pair(one, third) for one in mine if pair(one, third) in held]
        far = [pair(third, other) for other in theirs if pair(third, other) in held]
        yield from product(near, far)


async def _identifiers(connection: asyncpg.Connection, profile: str) -> list[int]:
    return [row[0] for row in await connection.fetch(IDENTIFIERS, UUID(profile))]


async def _held(connection: asyncpg.Connection, profile: str, other: str) -> list[tuple[int, int]]:
    """Identifiers of a profile with those of third people to which held links lead."""
    return [tuple(row) for row in await connection.fetch(HELD_TO_OTHERS, UUID(profile), UUID(other))]


def _ends(pairs: Iterable[Pair]) -> tuple[str, str]:
    asked = sorted(pairs)
    return literal(a for a, _ in asked), literal(b for _, b in asked)

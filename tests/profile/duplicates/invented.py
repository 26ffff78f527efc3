"""Invented interactions, the profiles that they make, and what likely duplicates come to by the plain rule."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from services.profile.domain.matching import Blocks, Vector, compare
from services.profile.domain.matching.counts import counts_of
from services.profile.domain.policy import IdentityPolicy
from services.profile.duplicates.postgres import DuplicatesStore
from services.profile.duplicates.rows import Ends, Stored, ends, read_stored, read_vector
from services.profile.duplicates.step import DuplicatesStep, comparable
from services.runtime.log import Message
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import Recorder, apply, ids, profile_step
from tests.support.postgres import PostgresServer

POLICY = IdentityPolicy()
TABLES = (
    "identifier, membership, profile, link, interaction, trait, claim, decision, outbox, duplicate_person,"
    " duplicate_key, duplicate_pair, duplicate_count"
)


def interaction(
    number: int,
    identifiers: dict[str, str],
    *,
    day: int = 1,
    claimed: Sequence[str] = (),
    source: str = "/web/test",
    **traits: Any,
) -> bytes:
    """One event as ingest puts it on the log."""
    stated = [
        {"namespace": name, "value": value, "assurance": "claimed" if name in claimed else "verified"}
        for name, value in identifiers.items()
    ]
    data = {"channel": "web", "identifiers": stated, "traits": traits}
    time = f"2026-01-{day:02}T00:00:00Z"
    event = {"id": f"d-{number}", "source": source, "type": "page.viewed", "time": time, "data": data}
    return json.dumps({"specversion": "1.0", **event}).encode()


@dataclass
class Office:
    """The profile step and likely duplicates beside it, on one database."""

    kept: KeptInPostgres
    most: int = 50
    policy: IdentityPolicy = POLICY
    store: DuplicatesStore = field(init=False)
    step: DuplicatesStep = field(init=False)

    def __post_init__(self) -> None:
        self.store = DuplicatesStore(self.kept.database)
        self.step = DuplicatesStep(self.store, self.policy, self.most)
        self.profile_step = profile_step(self.policy, ids())

    async def happen(self, *events: bytes) -> list[Message]:
        """Applies interactions; what the profile service says of them."""
        before = len(self.kept.log.messages)
        await apply(self.kept.store, self.profile_step, events)
        return self.kept.log.messages[before:]

    async def live(self) -> list[str]:
        return [row[0] for row in await self.fetch("SELECT DISTINCT profile::text FROM membership ORDER BY 1")]

    async def meet(self, *events: bytes) -> None:
        """Applies interactions, and looks at everybody there ever was."""
        await self.happen(*events)
        await self.step.run([row[0] for row in await self.fetch("SELECT id::text FROM profile")])

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        async with self.kept.database.connection() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows

    async def clear(self) -> None:
        async with self.kept.database.connection() as connection:
            await connection.execute(f"TRUNCATE {TABLES}")
            await connection.execute("UPDATE duplicate_model SET learnt = NULL, people = 0, taken_in = NULL, rules = 0")

    async def profile_of(self, namespace: str, value: str) -> str:
        (row,) = await self.fetch(
            "SELECT m.profile::text FROM identifier i JOIN membership m ON m.identifier = i.id"
            " WHERE i.namespace = $1 AND i.value = $2",
            namespace,
            value,
        )
        return str(row[0])

    async def people(self) -> dict[str, Stored]:
        rows = await self.fetch("SELECT profile::text, features, holds, keys, stated FROM duplicate_person")
        return {row[0]: read_stored(*row[1:]) for row in rows}

    async def keys(self) -> set[tuple[str, int]]:
        return {(row[0], row[1]) for row in await self.fetch("SELECT profile::text, key FROM duplicate_key")}

    async def pairs(self) -> dict[Ends, Vector]:
        rows = await self.fetch("SELECT a::text, b::text, vector FROM duplicate_pair")
        return {(row[0], row[1]): read_vector(row[2]) for row in rows}

    async def counts(self) -> dict[tuple[str, str], int]:
        return {(row[0], row[1]): row[2] for row in await self.fetch("SELECT field, value, n FROM duplicate_count")}

    async def check(self) -> None:
        """Keys, pairs and counts are what the plain rule makes of the people."""
        people = await self.people()
        assert await self.keys() == {(profile, key) for profile, one in people.items() for key in one.keys}
        assert await self.pairs() == plain_pairs(people, self.most)
        assert await self.counts() == plain_counts(people.values())


def plain_pairs(people: dict[str, Stored], most: int) -> dict[Ends, Vector]:
    """Everybody entered at once, in the blocks that the domain keeps."""
    blocks: Blocks[str] = Blocks(most)
    for profile, one in people.items():
        blocks.put(profile, frozenset(map(str, one.keys)))
    pairs = {ends(one, other) for one in people for other in blocks.candidates(one)}
    return {
        (a, b): compare(people[a].person, people[b].person)
        for a, b in pairs
        if comparable(people[a].holds, people[b].holds, POLICY)
    }


def plain_counts(people: Iterable[Stored]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for one in people:
        for counted, times in counts_of(one.person).items():
            counts[counted] = counts.get(counted, 0) + times
    return counts


@asynccontextmanager
async def office(server: PostgresServer, most: int = 50, policy: IdentityPolicy = POLICY) -> AsyncIterator[Office]:
    template = await migrated(server)
    async with server.fresh_database(template) as url, opened(url, Recorder()) as kept:
        yield Office(kept, most, policy)

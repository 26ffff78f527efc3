"""What erasures ask of PostgreSQL, with their own statements."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from services.profile.corrections.postgres import PostgresCorrections
from services.profile.domain.resolve import Pair
from services.profile.store import ConversationKey, Erasure, LettersDue, Member, Remainder
from services.runtime.arrays import literal, texts
from services.runtime.outbox import pack, unpack

PAGE = 1_000
ERASURE_COLUMNS = ", ".join(Erasure._fields)
ERASURE = f"""
SELECT {ERASURE_COLUMNS} FROM erased_profile e JOIN erasure ON erasure.id = e.erasure WHERE e.label = $1
"""  # noqa: S608 -- constants only
WHOLE = """
SELECT theirs.identifier, theirs.component, theirs.profile::text, theirs.founder, theirs.version, theirs.shared
FROM profile p JOIN membership m ON m.identifier = p.founder JOIN membership theirs ON theirs.profile = m.profile
WHERE p.id = $1
"""
HUNG = """
SELECT i.id FROM unnest($1::text::bigint[]) AS asked (anchor) JOIN interaction i USING (anchor)
UNION
SELECT i.id FROM unnest($1::text::bigint[]) AS asked (device) JOIN interaction i USING (device)
"""
MENTIONING = """
SELECT i.id FROM unnest($1::text::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT b AS id FROM link WHERE a = asked.id UNION ALL SELECT a FROM link WHERE b = asked.id
) AS other
CROSS JOIN LATERAL (
    SELECT id, anchor, device FROM interaction WHERE anchor = other.id AND asked.id = ANY(identifiers::bigint[])
    UNION ALL
    SELECT id, anchor, device FROM interaction WHERE device = other.id AND asked.id = ANY(identifiers::bigint[])
) AS i
WHERE NOT EXISTS (SELECT 1 FROM unnest($1::text::bigint[]) AS own (id) WHERE own.id = i.anchor)
    AND NOT EXISTS (SELECT 1 FROM unnest($1::text::bigint[]) AS own (id) WHERE own.id = i.device)
GROUP BY i.id
"""
SPOKEN = """
SELECT asked.source, asked.conversation
FROM unnest($1::text::text[], $2::text::text[]) AS asked (source, conversation)
WHERE EXISTS (
    SELECT 1 FROM interaction i
    WHERE i.source = asked.source AND i.conversation = asked.conversation AND i.identifiers <> '{}'
)
"""
COMPANIONS = """
SELECT theirs.profile::text, theirs.identifier
FROM (
    SELECT DISTINCT m.profile FROM unnest($1::text::bigint[]) AS asked (identifier) JOIN membership m USING (identifier)
) AS found
JOIN membership theirs USING (profile)
"""
UNDECIDE = """
DELETE FROM decision d USING (
    SELECT d.id FROM unnest($1::text::bigint[]) AS asked (a) JOIN decision d USING (a)
    UNION
    SELECT d.id FROM unnest($1::text::bigint[]) AS asked (b) JOIN decision d USING (b)
) AS gone
WHERE d.id = gone.id RETURNING d.a, d.b
"""
UNPIN = """
DELETE FROM pin p USING unnest($1::text::bigint[]) AS asked (identifier) WHERE p.identifier = asked.identifier
RETURNING p.id
"""
REMAINDERS = "SELECT interaction, digest, body FROM interaction_variant"
DROP_REMAINDERS = """
DELETE FROM interaction_variant v USING unnest($1::bigint[], $2::bytea[]) AS gone (interaction, digest)
WHERE v.interaction = gone.interaction AND v.digest = gone.digest
"""
UNSAID = "SELECT id, messages FROM outbox ORDER BY id FOR UPDATE"
RETRACT = "UPDATE outbox SET messages = $2 WHERE id = $1"
ENGRAVE = """
INSERT INTO tombstone AS stone (mark, until) SELECT mark, $2 FROM unnest($1::bytea[]) AS new (mark)
ON CONFLICT (mark) DO UPDATE SET until = greatest(stone.until, excluded.until)
"""
PUT_ERASURE = f"""
INSERT INTO erasure ({ERASURE_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""  # noqa: S608 -- constants only
PUT_DUE = "INSERT INTO letters_due (erasure, marks, until, namespaces, regions) VALUES ($1, $2, $3, $4, $5)"
BURY = "INSERT INTO erased_profile (label, erasure) SELECT label, $2 FROM unnest($1::text::uuid[]) AS gone (label)"
REMOVE_LABELS = "DELETE FROM profile p USING unnest($1::text::uuid[]) AS gone (id) WHERE p.id = gone.id"
DISCARD = f"{REMOVE_LABELS} AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.identifier = p.founder)"  # noqa: S608 -- ditto


class PostgresErasures(PostgresCorrections):
    """A transaction that no other unit runs beside, and that forgets."""

    async def erasure(self, label: str) -> Erasure | None:
        """How whoever had this id was erased."""
        row = await self._connection.fetchrow(ERASURE, UUID(label))
        return Erasure(str(row[0]), str(row[1]), *row[2:]) if row else None

    async def whole(self, label: str) -> dict[int, Member]:
        """All identifiers of a live profile."""
        return {row[0]: Member(*row[1:]) for row in await self._connection.fetch(WHOLE, UUID(label))}

    async def hung(self, identifiers: Iterable[int]) -> list[int]:
        """What hangs on these."""
        return [row[0] for row in await self._connection.fetch(HUNG, literal(identifiers))]

    async def mentioning(self, identifiers: Iterable[int]) -> list[int]:
        """What hangs on others and names these."""
        return [row[0] for row in await self._connection.fetch(MENTIONING, literal(identifiers))]

    async def spoken(self, conversations: AbstractSet[ConversationKey]) -> set[ConversationKey]:
        """Conversations of those who are named."""
        sources, names = zip(*conversations, strict=True) if conversations else ((), ())
        return {(row[0], row[1]) for row in await self._connection.fetch(SPOKEN, texts(sources), texts(names))}

    async def companions(self, identifiers: Iterable[int]) -> dict[str, set[int]]:
        """Profiles with all that they have."""
        found: dict[str, set[int]] = defaultdict(set)
        for profile, node in await self._connection.fetch(COMPANIONS, literal(identifiers)):
            found[profile].add(node)
        return found

    async def undecide(self, identifiers: Iterable[int]) -> list[Pair]:
        """Removes decisions about these."""
        return [(row[0], row[1]) for row in await self._connection.fetch(UNDECIDE, literal(identifiers))]

    async def unpin(self, identifiers: Iterable[int]) -> int:
        """Removes pins on these."""
        return len(await self._connection.fetch(UNPIN, literal(identifiers)))

    async def remainders(self, wanted: Callable[[Remainder], bool]) -> list[Remainder]:
        """Variants, read a page at a time: there may be more than fit into memory."""
        rows = self._connection.cursor(REMAINDERS, prefetch=PAGE)
        return [one async for row in rows if wanted(one := Remainder(*row))]

    async def drop_remainders(self, those: Sequence[Remainder]) -> None:
        """Removes variants."""
        gone = [one.interaction for one in those], [one.digest for one in those]
        await self._connection.execute(DROP_REMAINDERS, *gone)

    async def retract(self, told: Callable[[bytes], bool]) -> None:
        """Takes messages out of the outbox; who publishes a row just then is waited for."""
        for row, packed in await self._connection.fetch(UNSAID):
            messages = unpack(packed)
            left = [message for message in messages if not told(message.value)]
            if len(left) < len(messages):
                await self._connection.execute(RETRACT, row, pack(left))

    async def engrave(self, marks: Iterable[bytes], until: datetime) -> None:
        """Makes tombstones."""
        await self._connection.execute(ENGRAVE, sorted(set(marks)), until)

    async def bury(self, erasure: Erasure, due: LettersDue) -> None:
        """Keeps that somebody was erased."""
        gone = texts(due.labels)
        marks = sorted(due.marks)
        await self._connection.execute(PUT_DUE, erasure.id, marks, due.until, due.namespaces, due.regions)
        await self._connection.execute(PUT_ERASURE, *erasure)
        await self._connection.execute(BURY, gone, erasure.id)
        await self._connection.execute(REMOVE_LABELS, gone)

    async def discard(self, labels: Iterable[str]) -> None:
        """Removes ids of nobody."""
        await self._connection.execute(DISCARD, texts(labels))

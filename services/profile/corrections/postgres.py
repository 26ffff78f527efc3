"""What corrections ask of PostgreSQL, with their own statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from schemas.golden_record import Trait
from services.profile.domain.claims import Claim
from services.profile.domain.labels import choose_founder
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import Pair
from services.profile.domain.sighting import Key
from services.profile.postgres import PostgresUnit, told, told_in
from services.profile.postgres_large import forget_large
from services.profile.store import Hanging, Hung, Neighbourhood, Rehung, StoredLink, TakenOut, TraitPlace
from services.runtime.arrays import literal, texts

TAKE_OUT = """
DELETE FROM interaction i USING unnest($1::text::bigint[]) AS gone (id) WHERE i.id = gone.id
RETURNING i.id, i.source, i.event_id, i.anchor, i.identifiers::bigint[], i.digest, i.body, i.device
"""
TAKE_OUT_CONSENTS = "DELETE FROM consent c USING unnest($1::text::bigint[]) AS gone (id) WHERE c.interaction = gone.id"
REHANG = """
WITH place AS MATERIALIZED (
    SELECT i.id, i.anchor AS hung, new.anchor, new.device
    FROM unnest($1::text::bigint[], $2::text::bigint[], $3::bigint[]) AS new (id, anchor, device)
    JOIN interaction i USING (id)
)
UPDATE interaction i SET anchor = place.anchor, device = place.device FROM place WHERE i.id = place.id
RETURNING i.id, i.source, i.event_id, place.hung, i.outcome, i.body,
    i.device IS NULL AND i.identifiers <> '{}' AND coalesce(i.anchor <> ALL(i.claimed), true)
"""
REHANG_CONSENTS = """
UPDATE consent c SET identifier = i.anchor,
    verified = i.device IS NULL AND i.identifiers <> '{}' AND coalesce(i.anchor <> ALL(i.claimed), true)
FROM unnest($1::text::bigint[]) AS asked (id) JOIN interaction i USING (id)
WHERE c.interaction = asked.id
"""
NAMED_FIRST = """
CROSS JOIN LATERAL (
    SELECT * FROM interaction WHERE anchor = asked.{end} AND device IS NULL
    UNION ALL
    SELECT * FROM interaction WHERE device = asked.{end}
) i
"""
"""The interactions whose strongest identifier it is, wherever they hang."""
WITNESSES = f"""
SELECT a, b, min(time), (array_agg(id ORDER BY time, id))[1], bool_or(verified)
FROM (
    SELECT asked.a, asked.b, i.time, i.id, coalesce(asked.b <> ALL(i.claimed), true) AS verified
    FROM unnest($1::text::bigint[], $2::text::bigint[]) AS asked (a, b)
    {NAMED_FIRST.format(end="a")} WHERE asked.b = ANY(i.identifiers::bigint[])
    UNION ALL
    SELECT asked.a, asked.b, i.time, i.id, coalesce(asked.a <> ALL(i.claimed), true)
    FROM unnest($1::text::bigint[], $2::text::bigint[]) AS asked (a, b)
    {NAMED_FIRST.format(end="b")} WHERE asked.a = ANY(i.identifiers::bigint[])
) AS witness
GROUP BY a, b
"""  # noqa: S608 -- constants only
VERIFYING = f"""
SELECT asked.a, asked.b, i.body
FROM unnest($1::text::bigint[], $2::text::bigint[]) AS asked (a, b)
{NAMED_FIRST.format(end="a")}
WHERE asked.b = ANY(i.identifiers::bigint[]) AND coalesce(asked.b <> ALL(i.claimed), true)
UNION ALL
SELECT asked.a, asked.b, i.body
FROM unnest($1::text::bigint[], $2::text::bigint[]) AS asked (a, b)
{NAMED_FIRST.format(end="b")}
WHERE asked.a = ANY(i.identifiers::bigint[]) AND coalesce(asked.a <> ALL(i.claimed), true)
"""  # noqa: S608 -- constants only
TELL = """
UPDATE link l SET claims = new.claims::text[]
FROM unnest($1::text::bigint[], $2::text::bigint[], $3::text::text[]) AS new (a, b, claims)
WHERE l.a = new.a AND l.b = new.b
"""
TOLD_ON = """
SELECT asked.id, own.claims
FROM unnest($1::text::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT claims FROM link WHERE a = asked.id
    UNION ALL
    SELECT claims FROM link WHERE b = asked.id
) AS own
WHERE own.claims IS NOT NULL
"""
DROP_VARIANTS = """
DELETE FROM interaction_variant v USING unnest($1::text::bigint[]) AS gone (id) WHERE v.interaction = gone.id
"""
REMOVE_LINKS = """
DELETE FROM link l USING unnest($1::text::bigint[], $2::text::bigint[]) AS gone (a, b)
WHERE l.a = gone.a AND l.b = gone.b
"""
RECOUNT_LINKS = """
UPDATE link l SET first_seen = new.first_seen, interaction = new.interaction, verified = new.verified
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::boolean[])
    AS new (a, b, first_seen, interaction, verified)
WHERE l.a = new.a AND l.b = new.b
"""
HANGING = """
SELECT i.anchor, i.device IS NULL AND i.identifiers <> '{}' AND coalesce(i.anchor <> ALL(i.claimed), true),
    i.body, true
FROM unnest($1::text::bigint[]) AS asked (anchor) JOIN interaction i USING (anchor)
UNION ALL
SELECT i.device, i.identifiers <> '{}' AND coalesce(i.device <> ALL(i.claimed), true), i.body, false
FROM unnest($1::text::bigint[]) AS asked (device) JOIN interaction i USING (device)
"""
REMOVE_TRAITS = "DELETE FROM trait t USING unnest($1::text::bigint[]) AS of (id) WHERE t.identifier = of.id"
COUNTED = "DELETE FROM claims_due d USING unnest($1::text::bigint[]) AS done (id) WHERE d.identifier = done.id"
LOGINS_COUNTED = """
DELETE FROM logins_due d USING unnest($1::text::bigint[], $2::text::bigint[]) AS done (a, b)
WHERE d.a = done.a AND d.b = done.b
"""
REMOVE_CLAIMS = "DELETE FROM claim c USING unnest($1::text::bigint[]) AS of (id) WHERE c.identifier = of.id"
NAMES = "SELECT i.id, i.namespace, i.value FROM unnest($1::text::bigint[]) AS asked (id) JOIN identifier i USING (id)"
NEIGHBOURHOODS = """
SELECT asked.id, theirs.namespace, count(*)
FROM unnest($1::text::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    (SELECT b AS id FROM link WHERE a = asked.id AND verified LIMIT $2)
    UNION ALL
    (SELECT a FROM link WHERE b = asked.id AND verified LIMIT $2)
) AS other
JOIN identifier theirs ON theirs.id = other.id
GROUP BY asked.id, theirs.namespace
"""
NEIGHBOURS = """
SELECT DISTINCT other.id
FROM unnest($1::text::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT b AS id FROM link WHERE a = asked.id AND verified
    UNION ALL
    SELECT a FROM link WHERE b = asked.id AND verified
) AS other
"""
DECIDED_WITH = """
SELECT d.b FROM unnest($1::text::bigint[]) AS asked (a) JOIN decision d USING (a) WHERE d.withdrawn_at IS NULL
UNION
SELECT d.a FROM unnest($1::text::bigint[]) AS asked (b) JOIN decision d USING (b) WHERE d.withdrawn_at IS NULL
"""
UNUSED = """
SELECT asked.id FROM unnest($1::text::bigint[]) AS asked (id)
WHERE NOT EXISTS (SELECT 1 FROM link WHERE a = asked.id)
    AND NOT EXISTS (SELECT 1 FROM link WHERE b = asked.id)
    AND NOT EXISTS (SELECT 1 FROM interaction WHERE anchor = asked.id)
    AND NOT EXISTS (SELECT 1 FROM interaction WHERE device = asked.id)
    AND NOT EXISTS (SELECT 1 FROM decision WHERE a = asked.id)
    AND NOT EXISTS (SELECT 1 FROM decision WHERE b = asked.id)
"""
PINNED = """
SELECT p.id::text, p.identifier
FROM unnest($1::text::bigint[]) AS asked (identifier) JOIN pin p USING (identifier) WHERE p.withdrawn_at IS NULL
"""
REMOVE_IDENTIFIERS = "DELETE FROM identifier i USING unnest($1::text::bigint[]) AS gone (id) WHERE i.id = gone.id"
REMOVE_MEMBERS = """
DELETE FROM membership m USING unnest($1::text::bigint[]) AS gone (id) WHERE m.identifier = gone.id
RETURNING m.identifier, m.profile::text, m.component
"""
LEFT_OF = """
SELECT m.profile::text, m.identifier, i.namespace, i.value
FROM unnest($1::text::uuid[]) AS asked (profile)
JOIN membership m USING (profile) JOIN identifier i ON i.id = m.identifier
"""
FOUND_ANEW = """
UPDATE profile p SET founder = new.founder
FROM unnest($1::text::uuid[], $2::text::bigint[]) AS new (id, founder) WHERE p.id = new.id
"""
FOUND_MEMBERS_ANEW = """
UPDATE membership m SET founder = new.founder
FROM unnest($1::text::uuid[], $2::text::bigint[]) AS new (id, founder) WHERE m.profile = new.id
"""


class PostgresCorrections(PostgresUnit):
    """A transaction that no other unit runs beside."""

    async def take_out(self, numbers: Iterable[int]) -> list[TakenOut]:
        """Removes interactions with their words of consent."""
        asked = literal(numbers)
        await self._connection.execute(TAKE_OUT_CONSENTS, asked)
        rows = await self._connection.fetch(TAKE_OUT, asked)
        return [TakenOut(row[0], (row[1], row[2]), *row[3:]) for row in rows]

    async def drop_variants(self, numbers: Sequence[int]) -> None:
        """Removes variants."""
        await self._connection.execute(DROP_VARIANTS, literal(numbers))

    async def rehang(self, places: Mapping[int, Hung]) -> list[Rehung]:
        """Hangs interactions elsewhere."""
        asked = literal(places)
        anchors, devices = zip(*places.values(), strict=True)
        rows = await self._connection.fetch(REHANG, asked, literal(anchors), devices)
        await self._connection.execute(REHANG_CONSENTS, asked)
        return [Rehung(row[0], (row[1], row[2]), *row[3:]) for row in rows]

    async def recount(self, pairs: Iterable[Pair]) -> dict[Pair, StoredLink]:
        """Brings links to what interactions still witness."""
        asked = sorted(pairs)
        if not asked:
            return {}
        before = await self.links(asked)
        rows = await self._connection.fetch(WITNESSES, *_ends(asked))
        links = {
            (a, b): StoredLink(first_seen, witness, verified, before[a, b].held, before[a, b].claims)
            for a, b, first_seen, witness, verified in rows
        }
        if gone := [p for p in asked if p not in links]:
            await self._connection.execute(REMOVE_LINKS, *_ends(gone))
        if rows:
            await self._connection.execute(RECOUNT_LINKS, *map(list, zip(*rows, strict=True)))
        return links

    async def verifying(self, pairs: Iterable[Pair]) -> list[tuple[Pair, bytes]]:
        """The interactions that verify both ends of a link."""
        return [((a, b), body) for a, b, body in await self._connection.fetch(VERIFYING, *_ends(sorted(pairs)))]

    async def tell(self, claims: Mapping[Pair, AbstractSet[Claim]]) -> None:
        """Replaces all claims of these links."""
        pairs = sorted(claims)
        await self._connection.execute(TELL, *_ends(pairs), texts(told(claims[p]) for p in pairs))

    async def hanging(self, anchors: Iterable[int]) -> list[Hanging]:
        """The interactions that hang on these."""
        return [Hanging(*row) for row in await self._connection.fetch(HANGING, literal(anchors))]

    async def restate(
        self, anchors: Iterable[int], traits: Mapping[TraitPlace, Trait], claims: AbstractSet[tuple[int, Claim]]
    ) -> None:
        """Replaces all traits and claims of these identifiers."""
        asked = literal(anchors)
        await self._connection.execute(REMOVE_TRAITS, asked)
        await self._connection.execute(REMOVE_CLAIMS, asked)
        await self._write_traits(traits)
        await self.claim(claims)

    async def claims_counted(self, identifiers: Iterable[int]) -> None:
        """These are due no more."""
        await self._connection.execute(COUNTED, literal(identifiers))

    async def logins_counted(self, pairs: Iterable[Pair]) -> None:
        """These are due no more."""
        await self._connection.execute(LOGINS_COUNTED, *_ends(sorted(pairs)))

    async def name(self, identifiers: Iterable[int]) -> dict[int, Key]:
        """Identifiers by number."""
        return {row[0]: Key(row[1], row[2]) for row in await self._connection.fetch(NAMES, literal(identifiers))}

    async def neighbourhoods(self, identifiers: Iterable[int], most: int | None = None) -> dict[int, Neighbourhood]:
        """Who verified links lead to, counted."""
        names = await self.name(identifiers)
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        for node, namespace, times in await self._connection.fetch(NEIGHBOURHOODS, literal(names), most):
            counts[node][namespace] = times
        return {node: Neighbourhood(key.namespace, counts[node]) for node, key in names.items()}

    async def told_on(self, identifiers: Iterable[int]) -> dict[int, list[AbstractSet[Claim]]]:
        """The claims of their links."""
        found: dict[int, list[AbstractSet[Claim]]] = defaultdict(list)
        for node, column in await self._connection.fetch(TOLD_ON, literal(identifiers)):
            found[node].append(told_in(column))
        return found

    async def neighbours(self, identifiers: Iterable[int]) -> set[int]:
        """Where verified links and standing decisions lead to."""
        asked = literal(identifiers)
        linked, decided = [await self._connection.fetch(those, asked) for those in (NEIGHBOURS, DECIDED_WITH)]
        return {row[0] for row in (*linked, *decided)}

    async def pinned(self, identifiers: Iterable[int]) -> list[tuple[str, int]]:
        """The pins that stand on these."""
        return [tuple(row) for row in await self._connection.fetch(PINNED, literal(identifiers))]

    async def remove_unused(self, identifiers: Iterable[int], policy: IdentityPolicy) -> set[int]:
        """Removes what nothing names any more."""
        gone = {row[0] for row in await self._connection.fetch(UNUSED, literal(identifiers))}
        if gone:
            labels = await self.retired(gone)
            removed = await self._connection.fetch(REMOVE_MEMBERS, literal(gone))
            were = {row[0]: row[1] for row in removed}
            await forget_large(self._connection, {row[2] for row in removed})
            await self._found_anew([(label.profile, were[label.founder]) for label in labels], policy)
            await self._connection.execute(REMOVE_IDENTIFIERS, literal(gone))
        return gone

    async def _found_anew(self, labels: Sequence[tuple[str, str]], policy: IdentityPolicy) -> None:
        """Founds each label on somebody who is left of the profile that it answered with; else it stays."""
        left: dict[str, dict[int, Key]] = defaultdict(dict)
        for profile, node, *key in await self._connection.fetch(LEFT_OF, texts({profile for _, profile in labels})):
            left[profile][node] = Key(*key)
        founders = {
            label: choose_founder(frozenset(left[profile]), left[profile], policy)
            for label, profile in labels
            if profile in left
        }
        if founders:
            anew = texts(founders), literal(founders.values())
            await self._connection.execute(FOUND_ANEW, *anew)
            await self._connection.execute(FOUND_MEMBERS_ANEW, *anew)


def _ends(pairs: Sequence[Pair]) -> tuple[str, str]:
    return literal(a for a, _ in pairs), literal(b for _, b in pairs)

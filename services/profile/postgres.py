"""The profile store on PostgreSQL. Every statement takes a whole batch; all of the step's SQL is in this file.

Tables are joined with what is asked for, never compared with it (`= ANY($1)`): where the planner reads the whole table,
it looks through all of the array for each row, and makes the array anew from its literal each time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

import asyncpg

from schemas.golden_record import Trait
from services.profile.domain.claims import MOST_TOLD, NO_CLAIMS, Claim
from services.profile.domain.consent import Said
from services.profile.domain.labels import Label
from services.profile.domain.logins import Login
from services.profile.domain.resolve import Pair
from services.profile.domain.retention import KeepRule
from services.profile.domain.sighting import Key
from services.profile.postgres_large import forget_large, put_large, read_large
from services.profile.record import search_words
from services.profile.retention.postgres import read_expired
from services.profile.store import (
    Changes,
    ConversationKey,
    Decision,
    EventKey,
    Known,
    Member,
    MetOn,
    Region,
    Span,
    Speaker,
    StoredConsent,
    StoredInteraction,
    StoredLink,
    TraitPlace,
    Use,
    Withdrawal,
)
from services.profile.turn import Turn
from services.runtime.arrays import literal, moments, texts
from services.runtime.database import Conflict
from services.runtime.log import Message
from services.runtime.outbox import Outbox, OutboxTicket

ANY_ERASED = "SELECT EXISTS (SELECT 1 FROM tombstone)"
ENGRAVED = "SELECT t.mark, t.until FROM unnest($1::bytea[]) AS asked (mark) JOIN tombstone t USING (mark)"
BURIED = """
SELECT label::text FROM unnest($1::text::uuid[]) AS asked (label) JOIN erased_profile e USING (label)
"""
ANY_TWIN = "SELECT (SELECT true FROM interaction WHERE twin ORDER BY source, event_id LIMIT 1) IS NOT NULL"
"""In an order, so that it is read from the index of twins: a planner without statistics takes half of the interactions
for twins, and looks for the first of them through all.
"""
KNOWN = """
SELECT i.source, i.event_id, i.id, i.revision, i.digest
FROM unnest($1::text::text[], $2::text::text[]) AS asked (source, event_id)
CROSS JOIN LATERAL (
    SELECT * FROM interaction WHERE NOT twin AND event_key(source, event_id) = event_key(asked.source, asked.event_id)
    UNION ALL
    SELECT * FROM interaction WHERE twin AND source = asked.source AND event_id = asked.event_id
) i
WHERE i.source = asked.source AND i.event_id = asked.event_id
"""
TWINS = """
SELECT source, event_id FROM (
    SELECT source, event_id, event_key(source, event_id) AS key, first_value((source, event_id)) OVER alike AS first
    FROM unnest($1::text::text[], $2::text::text[]) WITH ORDINALITY AS asked (source, event_id, place)
    WINDOW alike AS (PARTITION BY event_key(source, event_id) ORDER BY place)
) AS new
WHERE (source, event_id) <> first OR EXISTS (
    SELECT 1 FROM interaction i
    WHERE NOT i.twin AND event_key(i.source, i.event_id) = key AND (i.source, i.event_id) <> (new.source, new.event_id)
) OR EXISTS (SELECT 1 FROM interaction i WHERE i.twin AND i.source = new.source AND i.event_id = new.event_id)
"""
"""Those of new interactions whose hash another one has, or had when they were stored."""
ADD = """
INSERT INTO identifier (id, namespace, value) OVERRIDING SYSTEM VALUE
SELECT id, namespace, value FROM (
    SELECT nextval('identifier_id_seq') AS id, namespace, value
    FROM unnest($1::text::text[], $2::text::text[]) AS asked (namespace, value) OFFSET 0
) AS numbered
ORDER BY namespace COLLATE "C", value COLLATE "C"
ON CONFLICT DO NOTHING RETURNING namespace, value, id
"""
"""Numbers follow first sight, so that what one interaction names lies side by side; rows have the order of locks."""
CLAIM = """
INSERT INTO claim (identifier, kind, value)
SELECT * FROM unnest($1::text::bigint[], $2::text::text[], $3::text::text[]) AS new (identifier, kind, value)
ON CONFLICT DO NOTHING RETURNING identifier
"""
MEMBERS = """
SELECT identifier, component, profile::text, founder, version, shared
FROM unnest($1::text::bigint[]) AS asked (identifier) JOIN membership USING (identifier)
"""
SPEAKERS = """
SELECT asked.source, asked.conversation, n.id, n.namespace, n.value,
    coalesce(n.id <> ALL(i.claimed), true), min(i.time)
FROM unnest($1::text::text[], $2::text::text[]) AS asked (source, conversation)
LEFT JOIN interaction i
    ON i.source = asked.source AND i.conversation = asked.conversation AND i.identifiers <> '{}'
LEFT JOIN identifier n ON n.id = coalesce(i.device, i.anchor)
WHERE EXISTS (
    SELECT 1 FROM interaction w
    WHERE w.source = asked.source AND w.conversation = asked.conversation AND w.identifiers = '{}'
)
GROUP BY 1, 2, 3, 4, 5, 6
"""
ASTRAY = """
SELECT i.id, asked.customer
FROM unnest($1::text::text[], $2::text::text[], $3::text::bigint[]) AS asked (source, conversation, customer)
JOIN interaction i USING (source, conversation)
WHERE i.identifiers = '{}' AND coalesce(i.device, i.anchor) IS DISTINCT FROM asked.customer
"""
MET_ON = """
SELECT asked.id, own.namespace, other.id, theirs.namespace
FROM unnest($1::text::bigint[]) AS asked (id)
JOIN membership m ON m.identifier = asked.id
JOIN identifier own ON own.id = asked.id
LEFT JOIN LATERAL (
    SELECT b AS id FROM link WHERE a = asked.id AND verified
    UNION ALL
    SELECT a FROM link WHERE b = asked.id AND verified
    LIMIT $2
) AS other ON m.shared
LEFT JOIN identifier theirs ON theirs.id = other.id
"""
LOGINS = """
SELECT asked.device, i.time, i.source, i.event_id, i.anchor
FROM unnest($1::text::bigint[], $2::text::bigint[], $3::timestamptz[], $4::timestamptz[])
    AS asked (device, anchor, since, until)
CROSS JOIN LATERAL (
    SELECT * FROM interaction own
    WHERE own.anchor = asked.anchor AND own.time BETWEEN asked.since AND asked.until AND own.device IS NULL
) i
WHERE asked.device = ANY(i.identifiers::bigint[]) AND coalesce(asked.device <> ALL(i.claimed), true)
ORDER BY i.time, i.source, i.event_id, i.anchor
"""
USED = """
SELECT i.id, asked.device, i.anchor, i.time
FROM unnest($1::text::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text::boolean[])
    AS asked (device, since, until, its_own)
CROSS JOIN LATERAL (
    SELECT id, anchor, time FROM interaction WHERE device = asked.device AND time BETWEEN asked.since AND asked.until
    UNION ALL
    SELECT id, anchor, time FROM interaction
    WHERE asked.its_own AND anchor = asked.device AND time BETWEEN asked.since AND asked.until
) i
"""
USED_AMONG = """
SELECT i.id, asked.device, i.anchor, i.time
FROM unnest($5::text::bigint[]) AS those (id) JOIN interaction i USING (id)
JOIN unnest($1::text::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text::boolean[])
    AS asked (device, since, until, its_own) ON asked.device = coalesce(i.device, i.anchor)
WHERE i.time BETWEEN asked.since AND asked.until AND (asked.its_own OR i.device IS NOT NULL)
"""
CLAIMS_DUE = "SELECT identifier FROM claims_due ORDER BY identifier LIMIT $1"
LOGINS_DUE = "SELECT a, b FROM logins_due ORDER BY a, b LIMIT $1"
LINKS = """
SELECT l.a, l.b, l.first_seen, l.interaction, l.verified, l.held, l.claims
FROM unnest($1::text::bigint[], $2::text::bigint[]) AS asked (a, b)
JOIN link l USING (a, b)
"""
LOCK_COMPONENTS = """
SELECT 1 FROM unnest($1::text::bigint[]) AS asked (identifier) JOIN membership m USING (identifier)
ORDER BY identifier FOR UPDATE OF m
"""
COMPONENTS = """
SELECT m.identifier, m.component, m.profile::text, m.founder, m.version, m.shared, i.namespace, i.value
FROM unnest($1::text::bigint[]) AS asked (component)
JOIN membership m USING (component) JOIN identifier i ON i.id = m.identifier
"""
PEOPLE = """
SELECT m.identifier, m.component, m.profile::text, m.founder, m.version, m.shared, i.namespace, i.value
FROM (
    SELECT DISTINCT profile FROM unnest($1::text::bigint[]) AS asked (identifier) JOIN membership USING (identifier)
) AS theirs
JOIN membership m USING (profile) JOIN identifier i ON i.id = m.identifier
"""
TOUCHING_LINKS = """
SELECT a, b, first_seen, interaction, verified, held, claims
FROM unnest($1::text::bigint[]) AS asked (a) JOIN link USING (a)
UNION
SELECT a, b, first_seen, interaction, verified, held, claims
FROM unnest($1::text::bigint[]) AS asked (b) JOIN link USING (b)
"""
CLAIMS = """
SELECT identifier, kind, value
FROM unnest($1::text::bigint[]) AS asked (identifier) JOIN claim USING (identifier)
"""
TOUCHING_DECISIONS = """
SELECT id, kind, a, b, reason, author, made_at
FROM unnest($1::text::bigint[]) AS asked (a) JOIN decision USING (a) WHERE withdrawn_at IS NULL
UNION
SELECT id, kind, a, b, reason, author, made_at
FROM unnest($1::text::bigint[]) AS asked (b) JOIN decision USING (b) WHERE withdrawn_at IS NULL
"""
FIND = """
SELECT namespace, value, id
FROM unnest($1::text::text[], $2::text::text[]) AS asked (namespace, value) JOIN identifier USING (namespace, value)
"""
DECISION = """
SELECT id, kind, a, b, reason, author, made_at, withdrawn_by, withdrawn_reason, withdrawn_at
FROM decision WHERE id = $1
"""
PUT_DECISION = """
INSERT INTO decision (id, kind, a, b, reason, author, made_at, withdrawn_by, withdrawn_reason, withdrawn_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET withdrawn_by = excluded.withdrawn_by, withdrawn_reason = excluded.withdrawn_reason,
    withdrawn_at = excluded.withdrawn_at
"""
KEYS = "SELECT id, namespace, value FROM unnest($1::text::bigint[]) AS asked (id) JOIN identifier USING (id)"
RETIRED = "SELECT id, founder FROM unnest($1::text::bigint[]) AS asked (founder) JOIN profile USING (founder)"
INTERACTION_NUMBERS = "SELECT array_agg(nextval('interaction_number')) FROM generate_series(1, $1)"
VERSION = "SELECT nextval('belonging_version')"
MOVE_MEMBERS = """
UPDATE membership m
SET component = new.component, profile = new.profile, founder = new.founder, version = new.version, shared = new.shared
FROM unnest($1::text::bigint[], $2::text::bigint[], $3::text::uuid[], $4::text::bigint[], $5::text::bigint[],
    $6::text::boolean[]) AS new (identifier, component, profile, founder, version, shared)
WHERE m.identifier = new.identifier
"""
PUT_LINKS = f"""
INSERT INTO link AS stored (a, b, first_seen, interaction, verified, held, claims)
SELECT a, b,
    'epoch'::timestamptz + first_seen / 1000000 * interval '1 second' + first_seen % 1000000 * interval '1 microsecond',
    interaction, verified, held, claims::text[]
FROM unnest($1::text::bigint[], $2::text::bigint[], $3::text::bigint[], $4::text::bigint[], $5::text::boolean[],
    $6::text::text[], $7::text::text[]) AS new (a, b, first_seen, interaction, verified, held, claims)
ON CONFLICT (a, b) DO UPDATE SET
    first_seen = least(stored.first_seen, excluded.first_seen),
    interaction = CASE
        WHEN excluded.first_seen < stored.first_seen THEN excluded.interaction ELSE stored.interaction
    END,
    verified = stored.verified OR excluded.verified,
    claims = CASE
        WHEN excluded.claims IS NULL OR stored.claims IS NULL THEN coalesce(stored.claims, excluded.claims)
        ELSE ARRAY(
            SELECT claim FROM (SELECT unnest(stored.claims) UNION SELECT unnest(excluded.claims)) AS told (claim)
            ORDER BY claim COLLATE "C" LIMIT {MOST_TOLD + 1}
        )
    END,
    -- Nothing locks a link between shared ends: who knew of claims only may be overtaken by who verified it.
    held = CASE WHEN excluded.held = 'claimed' AND stored.verified THEN stored.held ELSE excluded.held END
"""  # noqa: S608 -- constants only
PUT_TRAITS = """
INSERT INTO trait AS stored (identifier, name, source, value, trust, verified, time, event_id, words)
SELECT identifier, name, source, value, trust, verified,
    'epoch'::timestamptz + time / 1000000 * interval '1 second' + time % 1000000 * interval '1 microsecond',
    event_id, words
FROM unnest($1::text::bigint[], $2::text::text[], $3::text::text[], $4::text::text[], $5::text::integer[],
    $6::text::boolean[], $7::text::bigint[], $8::text::text[], $9::text::text[])
    AS new (identifier, name, source, value, trust, verified, time, event_id, words)
ON CONFLICT (identifier, name, source) DO UPDATE SET
    value = excluded.value, trust = excluded.trust, verified = excluded.verified,
    time = excluded.time, event_id = excluded.event_id, words = excluded.words
WHERE (excluded.trust, excluded.verified, excluded.time, excluded.event_id)
    > (stored.trust, stored.verified, stored.time, stored.event_id)
"""
PUT_VARIANTS = """
INSERT INTO interaction_variant (interaction, digest, body)
SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) ON CONFLICT DO NOTHING
"""
CONSENT_COLUMNS = ("interaction", "purpose", "identifier", *Said._fields)
MEMBER_COLUMNS = ("identifier", "component", "profile", "founder", "version", "shared")


class StoredAlready(Conflict):
    """An interaction of the unit is stored."""


class PostgresUnit:
    """One transaction on the profile schema."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        outbox: Outbox,
        remembered: dict[Key, int],
        turn: Turn,
        *,
        wary: bool = True,
    ) -> None:
        self._connection = connection
        self._wary = wary
        self._turn = turn
        self._outbox = outbox
        self._remembered = remembered
        self.tickets: list[OutboxTicket] = []
        self.numbered: dict[Key, int] = {}
        self._trusted: frozenset[int] = frozenset()

    async def any_erased(self) -> bool:
        """Whether there is any tombstone."""
        return bool(await self._connection.fetchval(ANY_ERASED))

    async def engraved(self, marks: Sequence[bytes]) -> dict[bytes, datetime]:
        """Those of the marks that are tombstones."""
        return dict(await self._connection.fetch(ENGRAVED, list(marks)))

    async def buried(self, labels: Iterable[str]) -> set[str]:
        """Ids of the erased."""
        return {row[0] for row in await self._connection.fetch(BURIED, texts(labels))}

    async def known(self, keys: Sequence[EventKey]) -> dict[EventKey, Known]:
        """The stored ones of these interactions."""
        self._wary = self._wary or await self._connection.fetchval(ANY_TWIN)
        if not self._wary:
            return {}
        rows = await self._connection.fetch(KNOWN, *_columns(keys))
        return {(row[0], row[1]): Known(*row[2:]) for row in rows}

    async def number(self, keys: Iterable[Key]) -> tuple[dict[Key, int], set[int]]:
        """Numbers identifiers; writers wait for one another where they add the same."""
        before = await self._turn.to_number()
        numbers, unknown = _split(keys, self._remembered)
        for given in before:
            told, unknown = _split(unknown, given)
            numbers |= told
        self._trusted = frozenset(numbers.values())
        new: set[int] = set()
        while unknown:  # again only for what another writer adds meanwhile
            there = await self.find(unknown)
            unknown = [key for key in unknown if key not in there]
            added = _numbers(await self._connection.fetch(ADD, *_columns(unknown))) if unknown else {}
            new.update(added.values())
            numbers |= there | added
            self.numbered |= there | added
            unknown = [key for key in unknown if key not in added]
        self._turn.numbered(numbers)
        return numbers, new

    async def find(self, keys: Iterable[Key]) -> dict[Key, int]:
        """The numbers of those identifiers that are known."""
        asked = list(keys)
        return _numbers(await self._connection.fetch(FIND, *_columns(asked))) if asked else {}

    async def decision(self, decision_id: str) -> Decision | None:
        """A decision."""
        row = await self._connection.fetchrow(DECISION, decision_id)
        return decision_of(row) if row else None

    async def claim(self, claims: AbstractSet[tuple[int, Claim]]) -> set[int]:
        """Keeps claims; writers wait for one another where they add the same."""
        if not claims:
            return set()
        rows = sorted((node, claim.kind, claim.value) for node, claim in claims)
        identifiers, kinds, values = zip(*rows, strict=True)
        return {
            row[0] for row in await self._connection.fetch(CLAIM, literal(identifiers), texts(kinds), texts(values))
        }

    async def members(self, identifiers: Iterable[int]) -> dict[int, Member]:
        """Where identifiers belong, without locking them."""
        await self._turn.to_read()
        asked = list(identifiers)
        found = {row[0]: _member(row) for row in await self._connection.fetch(MEMBERS, literal(asked))}
        if not self._trusted.isdisjoint(set(asked) - found.keys()):
            self._remembered.clear()  # an identifier that was remembered is no more
            raise Conflict
        return found

    async def speakers(self, conversations: Iterable[ConversationKey]) -> dict[ConversationKey, list[Speaker]]:
        """Who takes part where somebody is not named."""
        found: dict[ConversationKey, list[Speaker]] = {}
        for source, conversation, *one in await self._connection.fetch(SPEAKERS, *_columns(list(conversations))):
            those = found.setdefault((source, conversation), [])
            if one[0] is not None:
                those.append(Speaker(one[0], Key(one[1], one[2]), one[3], one[4]))
        return found

    async def astray(self, customers: Mapping[ConversationKey, int | None]) -> dict[int, int | None]:
        """Interactions that do not hang on their conversation's customer."""
        of = literal(customers.values())
        return dict(await self._connection.fetch(ASTRAY, *_columns(list(customers)), of))

    async def met_on(self, identifiers: Iterable[int], most: int) -> dict[int, MetOn]:
        """Those of the identifiers that stand, with links where they are shared."""
        found: dict[int, tuple[str, dict[int, str]]] = {}
        for node, own, other, theirs in await self._connection.fetch(MET_ON, literal(identifiers), most):
            others = found.setdefault(node, (own, {}))[1]
            if other is not None:
                others[other] = theirs
        return {node: MetOn(*one) for node, one in found.items()}

    async def logins(self, pairs: Iterable[Pair], spans: Mapping[int, Span]) -> dict[int, list[Login]]:
        """Interactions that hang on somebody and verify a device."""
        found: dict[int, list[Login]] = defaultdict(list)
        asked = list(pairs)
        if asked:
            devices, others = zip(*asked, strict=True)
            ends = zip(*(spans[device] for device in devices), strict=True)
            for device, *login in await self._connection.fetch(LOGINS, literal(devices), literal(others), *ends):
                found[device].append(Login(*login))
        return found

    async def used(
        self, spans: Mapping[int, Span], left: AbstractSet[int], among: Sequence[int] | None = None
    ) -> list[Use]:
        """What is a device's own."""
        its_own = literal(device not in left for device in spans)
        asked = literal(spans), *zip(*spans.values(), strict=True), its_own
        if among is None:
            return [Use(*row) for row in await self._connection.fetch(USED, *asked)]
        return [Use(*row) for row in await self._connection.fetch(USED_AMONG, *asked, literal(among))]

    async def expired(
        self, rules: Sequence[KeepRule], now: datetime, limit: int, among: Sequence[int] | None = None
    ) -> list[int]:
        """What is not kept any more."""
        return await read_expired(self._connection, rules, now, limit, among)

    async def claims_due(self, most: int) -> list[int]:
        """Whose claims are to be counted anew."""
        return [row[0] for row in await self._connection.fetch(CLAIMS_DUE, most)]

    async def logins_due(self, most: int) -> list[Pair]:
        """Which links' claims are to be counted anew."""
        return [(row[0], row[1]) for row in await self._connection.fetch(LOGINS_DUE, most)]

    async def links(self, pairs: Iterable[Pair]) -> dict[Pair, StoredLink]:
        """Those of the links that are stored."""
        asked = list(pairs)
        if not asked:
            return {}
        return _links(await self._connection.fetch(LINKS, *map(literal, zip(*asked, strict=True))))

    async def lock_region(self, seeds: Mapping[int, Member], *, lightly: bool = False) -> Region:
        """Locks and reads components."""
        components = {member.component for member in seeds.values()}
        await self._connection.execute(LOCK_COMPONENTS, literal(components))
        known = await read_large(self._connection, components) if lightly else {}
        if not lightly:
            await forget_large(self._connection, components)
        large = {component: one for component, one in known.items() if one}
        crowds = known.keys() - large.keys()
        rows = await self._connection.fetch(COMPONENTS, literal(components - known.keys()))
        if crowds:
            rows += await self._people([node for node, seed in seeds.items() if seed.component in crowds], crowds)
        whole = {row[0]: _member(row) for row in rows}
        light = await self.members([node for node, seed in seeds.items() if seed.component in large]) if large else {}
        members = whole | {node: member for node, member in light.items() if member.component in large}
        if any(node not in members or members[node].shared != seed.shared for node, seed in seeds.items()):
            raise Conflict
        links = _links(await self._connection.fetch(TOUCHING_LINKS, literal(whole)))
        around = await self._around(links, members, crowds) if crowds else []
        members.update((row[0], _member(row)) for row in around)
        if around:
            among = _links(await self._connection.fetch(TOUCHING_LINKS, literal(row[0] for row in around)))
            links.update((p, link) for p, link in among.items() if p[0] in members and p[1] in members)
        keys = {row[0]: Key(row[6], row[7]) for row in (*rows, *around)}
        far = {end for p in links for end in p if end not in keys}
        if far:
            keys.update((row[0], Key(row[1], row[2])) for row in await self._connection.fetch(KEYS, literal(far)))
        claims, decisions = await self._claims(keys.keys() - far), await self._decisions(keys.keys() - far)
        return Region(members, keys, links, claims, decisions, large, crowds, {row[0] for row in around})

    async def _people(self, identifiers: Iterable[int], crowds: AbstractSet[int]) -> list[asyncpg.Record]:
        """Everybody in these crowds to whom one of the identifiers belongs, whole."""
        rows = await self._connection.fetch(PEOPLE, literal(identifiers))
        return [row for row in rows if row[1] in crowds]

    async def _around(
        self, links: Mapping[Pair, StoredLink], members: Mapping[int, Member], crowds: AbstractSet[int]
    ) -> list[asyncpg.Record]:
        """Whoever is at the other end of a verified link of somebody in a crowd."""
        met = {p for p, link in links.items() if link.verified and (p[0] in members) != (p[1] in members)}
        far = {b if a in members else a for a, b in met if members[a if a in members else b].component in crowds}
        return await self._people(far, crowds) if far else []

    async def _claims(self, members: Iterable[int]) -> dict[int, set[Claim]]:
        claims: dict[int, set[Claim]] = defaultdict(set)
        for identifier, kind, value in await self._connection.fetch(CLAIMS, literal(members)):
            claims[identifier].add(Claim(kind, value))
        return claims

    async def _decisions(self, members: Iterable[int]) -> list[Decision]:
        rows = await self._connection.fetch(TOUCHING_DECISIONS, literal(members))
        return [Decision(str(row[0]), *row[1:]) for row in rows]

    async def retired(self, founders: Iterable[int]) -> list[Label]:
        """Every label ever founded on these."""
        return [Label(str(row[0]), row[1]) for row in await self._connection.fetch(RETIRED, literal(founders))]

    async def numbers(self, interactions: int) -> Sequence[int]:
        """Fresh numbers."""
        return await self._connection.fetchval(INTERACTION_NUMBERS, interactions) or []

    async def version(self) -> int:
        """A version above all given out for what is locked."""
        return int(await self._connection.fetchval(VERSION))

    async def write(self, changes: Changes) -> None:
        """Writes all of it, table by table in one order for all writers."""
        await self._write_members(changes)
        if changes.large:
            await put_large(self._connection, changes.large)
        await self._write_links(changes.links)
        await self._write_interactions(changes)
        await self._write_traits(changes.traits)
        await self._write_consents(changes.consents)
        for decision in changes.decisions:
            withdrawn = decision.withdrawn or (None, None, None)
            await self._connection.execute(PUT_DECISION, *decision[:-1], *withdrawn)

    async def put(self, topic: str, messages: Sequence[Message]) -> None:
        """Puts messages in the outbox."""
        self.tickets.append(await self._outbox.put(self._connection, topic, messages))

    async def _write_members(self, changes: Changes) -> None:
        if changes.new_labels:
            await self._connection.copy_records_to_table(
                "profile", records=changes.new_labels, columns=("id", "founder")
            )
        if changes.new_members:
            await self._connection.copy_records_to_table(
                "membership", records=_member_rows(changes.new_members), columns=MEMBER_COLUMNS
            )
        if changes.moved_members:
            rows = _member_rows(changes.moved_members)
            identifiers, components, profiles, founders, versions, shared = zip(*rows, strict=True)
            await self._connection.execute(
                MOVE_MEMBERS,
                literal(identifiers),
                literal(components),
                texts(profiles),
                literal(founders),
                literal(versions),
                literal(shared),
            )

    async def _write_links(self, links: Mapping[Pair, StoredLink]) -> None:
        if links:
            pairs = sorted(links)
            those = [links[p] for p in pairs]
            await self._connection.execute(
                PUT_LINKS,
                literal(a for a, _ in pairs),
                literal(b for _, b in pairs),
                moments(link.first_seen for link in those),
                literal(link.interaction for link in those),
                literal(link.verified for link in those),
                texts(link.held for link in those),
                texts(told(link.claims) for link in those),
            )

    async def _write_interactions(self, changes: Changes) -> None:
        alone, twins = await self._twins_apart(changes.interactions) if self._wary else (changes.interactions, [])
        columns = StoredInteraction._fields
        try:
            if alone:
                await self._connection.copy_records_to_table("interaction", records=alone, columns=columns)
            if twins:
                records = [(*one, True) for one in twins]
                await self._connection.copy_records_to_table("interaction", records=records, columns=(*columns, "twin"))
        except asyncpg.UniqueViolationError as error:
            raise StoredAlready from error
        if changes.variants:
            await self._connection.execute(PUT_VARIANTS, *map(list, zip(*changes.variants, strict=True)))

    async def _twins_apart(
        self, interactions: Sequence[StoredInteraction]
    ) -> tuple[Sequence[StoredInteraction], Sequence[StoredInteraction]]:
        """Interactions with a hash of their own, and those whose hash another one has."""
        keys = [(one.source, one.event_id) for one in interactions]
        twins = {tuple(row) for row in await self._connection.fetch(TWINS, *_columns(keys))} if keys else set()
        if not twins:
            return interactions, []
        alone = [one for one, key in zip(interactions, keys, strict=True) if key not in twins]
        return alone, [one for one, key in zip(interactions, keys, strict=True) if key in twins]

    async def _write_traits(self, traits: Mapping[TraitPlace, Trait]) -> None:
        if traits:
            places = sorted(traits)
            identifiers, names, sources = zip(*places, strict=True)
            trusts, verified, times, events, _, values = zip(*map(traits.__getitem__, places), strict=True)
            await self._connection.execute(
                PUT_TRAITS,
                literal(identifiers),
                texts(names),
                texts(sources),
                texts(values),
                literal(trusts),
                literal(verified),
                moments(times),
                texts(events),
                texts(map(search_words, names, values)),
            )

    async def _write_consents(self, consents: Sequence[StoredConsent]) -> None:
        if consents:
            rows = [(*one[:-1], *one.said) for one in consents]
            await self._connection.copy_records_to_table("consent", records=rows, columns=CONSENT_COLUMNS)


def told(claims: AbstractSet[Claim]) -> str | None:
    """A link's claims as an array literal; None is none."""
    return texts(sorted(map(" ".join, claims))) if claims else None


def told_in(column: Sequence[str] | None) -> frozenset[Claim]:
    """A link's claims as the column has them."""
    return frozenset([Claim(*one.split(" ", maxsplit=1)) for one in column]) if column else NO_CLAIMS


def decision_of(row: asyncpg.Record) -> Decision:
    """The decision in a row of its columns."""
    withdrawn = Withdrawal(*row[7:10]) if row[7] else None
    return Decision(str(row[0]), row[1], row[2], row[3], row[4], row[5], row[6], withdrawn)


def _columns(pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return texts(one for one, _ in pairs), texts(other for _, other in pairs)


def _split(keys: Iterable[Key], given: Mapping[Key, int]) -> tuple[dict[Key, int], list[Key]]:
    """The numbers of those that are among the given, and the rest."""
    numbers: dict[Key, int] = {}
    unknown: list[Key] = []
    number_of = given.get
    for key in keys:
        number = number_of(key)
        if number is None:
            unknown.append(key)
        else:
            numbers[key] = number
    return numbers, unknown


def _numbers(rows: Iterable[asyncpg.Record]) -> dict[Key, int]:
    return {Key(row[0], row[1]): row[2] for row in rows}


def _member(row: asyncpg.Record) -> Member:
    return Member(*row[1:6])


def _member_rows(members: Mapping[int, Member]) -> list[tuple[int, int, str, int, int, bool]]:
    return [(node, m.component, m.profile, m.founder, m.version, m.shared) for node, m in sorted(members.items())]


def _links(rows: Iterable[asyncpg.Record]) -> dict[Pair, StoredLink]:
    return {row[:2]: StoredLink(row[2], row[3], row[4], row[5], told_in(row[6])) for row in rows}

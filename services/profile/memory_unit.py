"""The tables of the profile store in memory, and a unit that works on them."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from schemas.golden_record import Trait
from services.profile.domain.claims import Claim, least
from services.profile.domain.labels import Label
from services.profile.domain.large import Large
from services.profile.domain.logins import Login
from services.profile.domain.resolve import Pair
from services.profile.domain.retention import KeepRule, keeps
from services.profile.domain.sighting import Key
from services.profile.store import (
    Changes,
    ConversationKey,
    Decision,
    Erasure,
    EventKey,
    Known,
    LettersDue,
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
)
from services.runtime.database import Conflict
from services.runtime.log import Message


@dataclass(slots=True)
class MemoryTables:
    """What is committed; one attribute per table of the PostgreSQL form, and the indexes that a unit needs."""

    identifiers: dict[Key, int] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    components: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    labels: dict[str, Label] = field(default_factory=dict)
    founded: dict[int, list[Label]] = field(default_factory=lambda: defaultdict(list))
    links: dict[Pair, StoredLink] = field(default_factory=dict)
    touching: dict[int, set[Pair]] = field(default_factory=lambda: defaultdict(set))
    interactions: dict[EventKey, StoredInteraction] = field(default_factory=dict)
    variants: dict[tuple[int, bytes], bytes] = field(default_factory=dict)
    traits: dict[TraitPlace, Trait] = field(default_factory=dict)
    claims: dict[int, set[Claim]] = field(default_factory=lambda: defaultdict(set))
    claims_due: set[int] = field(default_factory=set)
    logins_due: set[Pair] = field(default_factory=set)
    consents: dict[tuple[int, str], StoredConsent] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    outbox: dict[int, tuple[str, Sequence[Message]]] = field(default_factory=dict)
    tombstones: dict[bytes, datetime] = field(default_factory=dict)
    erasures: dict[str, Erasure] = field(default_factory=dict)
    erased_profiles: dict[str, str] = field(default_factory=dict)
    letters_due: dict[str, LettersDue] = field(default_factory=dict)
    large: dict[int, Large | None] = field(default_factory=dict)

    def apply(self, changes: Changes) -> None:
        """Writes what a unit decided, by the same rules as the statements of the PostgreSQL form."""
        for label in changes.new_labels:
            self.labels[label.profile] = label
            self.founded[label.founder].append(label)
        for node, member in (*changes.new_members.items(), *changes.moved_members.items()):
            self._place(node, member)
        for p, link in changes.links.items():
            self._put_link(p, link)
        for one in changes.interactions:
            self.interactions[one.source, one.event_id] = one
        for number, digest, body in changes.variants:
            self.variants.setdefault((number, digest), body)
        for place, trait in changes.traits.items():
            self.traits[place] = max(trait, self.traits.get(place, trait))
        self.consents.update(((one.interaction, one.purpose), one) for one in changes.consents)
        self.decisions.update((decision.id, decision) for decision in changes.decisions)
        self.large.update(changes.large)

    def _place(self, node: int, member: Member) -> None:
        before = self.members.get(node)
        if before is not None:
            self.components[before.component].discard(node)
        self.members[node] = member
        self.components[member.component].add(node)

    def _put_link(self, p: Pair, link: StoredLink) -> None:
        stored = self.links.get(p, link)
        earlier = link if link.first_seen < stored.first_seen else stored
        verified = stored.verified or link.verified
        claims = least(stored.claims | link.claims)
        self.links[p] = StoredLink(earlier.first_seen, earlier.interaction, verified, link.held, claims)
        for end in p:
            self.touching[end].add(p)


class MemoryUnit:
    """One unit: reads what is committed, and keeps its own writes to itself until `commit`."""

    def __init__(self, tables: MemoryTables, sequence: Callable[[], int]) -> None:
        self._tables = tables
        self._sequence = sequence
        self._new: dict[Key, int] = {}
        self._changes: list[Changes] = []
        self._claims: AbstractSet[tuple[int, Claim]] = frozenset()
        self._messages: list[tuple[str, Sequence[Message]]] = []
        self._read_whole: set[int] = set()

    async def any_erased(self) -> bool:
        """Whether there is any tombstone."""
        return bool(self._tables.tombstones)

    async def engraved(self, marks: Sequence[bytes]) -> dict[bytes, datetime]:
        """Those of the marks that are tombstones."""
        return {mark: self._tables.tombstones[mark] for mark in marks if mark in self._tables.tombstones}

    async def buried(self, labels: Iterable[str]) -> set[str]:
        """Ids of the erased."""
        return {label for label in labels if label in self._tables.erased_profiles}

    async def known(self, keys: Sequence[EventKey]) -> dict[EventKey, Known]:
        """The stored ones of these interactions."""
        found = {key: self._tables.interactions[key] for key in keys if key in self._tables.interactions}
        return {key: Known(one.id, one.revision, one.digest) for key, one in found.items()}

    async def number(self, keys: Iterable[Key]) -> tuple[dict[Key, int], set[int]]:
        """Numbers identifiers, in their order."""
        numbers: dict[Key, int] = {}
        new: set[int] = set()
        for key in dict.fromkeys(keys):
            known = self._tables.identifiers.get(key) or self._new.get(key)
            numbers[key] = known or self._sequence()
            if known is None:
                self._new[key] = numbers[key]
                new.add(numbers[key])
        return numbers, new

    async def find(self, keys: Iterable[Key]) -> dict[Key, int]:
        """The numbers of those identifiers that are known."""
        return {key: self._tables.identifiers[key] for key in keys if key in self._tables.identifiers}

    async def decision(self, decision_id: str) -> Decision | None:
        """A decision."""
        return self._tables.decisions.get(decision_id)

    async def claim(self, claims: AbstractSet[tuple[int, Claim]]) -> set[int]:
        """Keeps claims for the commit."""
        self._claims = claims
        return {node for node, claim in claims if claim not in self._tables.claims.get(node, ())}

    async def members(self, identifiers: Iterable[int]) -> dict[int, Member]:
        """Where identifiers belong."""
        return {node: self._tables.members[node] for node in identifiers if node in self._tables.members}

    async def speakers(self, conversations: Iterable[ConversationKey]) -> dict[ConversationKey, list[Speaker]]:
        """Who takes part where somebody is not named."""
        asked = set(conversations)
        waiting = {at for one in self._tables.interactions.values() if (at := _unnamed(one)) in asked}
        found: dict[ConversationKey, list[Speaker]] = {at: [] for at in waiting if at}
        for one in self._tables.interactions.values():
            those = found.get((one.source, one.conversation or ""))
            own = its_own(one)
            if own is not None and one.identifiers != "{}" and those is not None:
                verified = own not in (one.claimed or ())
                those.append(Speaker(own, self._tables.keys[own], verified, one.time))
        return found

    async def astray(self, customers: Mapping[ConversationKey, int | None]) -> dict[int, int | None]:
        """Interactions that do not hang on their conversation's customer."""
        return {
            one.id: customers[at]
            for one in self._tables.interactions.values()
            if (at := _unnamed(one)) in customers and at and its_own(one) != customers[at]
        }

    async def met_on(self, identifiers: Iterable[int], most: int) -> dict[int, MetOn]:
        """Those of the identifiers that stand, with links where they are shared."""
        tables = self._tables
        return {
            node: MetOn(
                tables.keys[node].namespace,
                {other: tables.keys[other].namespace for other in islice(self._around(node), most)}
                if tables.members[node].shared
                else {},
            )
            for node in identifiers
            if node in tables.members
        }

    def _around(self, node: int) -> list[int]:
        links = self._tables.links
        return [end for p in self._tables.touching[node] if links[p].verified for end in p if end != node]

    async def logins(self, pairs: Iterable[Pair], spans: Mapping[int, Span]) -> dict[int, list[Login]]:
        """Interactions that hang on somebody and verify a device."""
        asked = set(pairs)
        found: dict[int, list[Login]] = defaultdict(list)
        for one in self._tables.interactions.values() if asked else ():
            for device in named(one)[1:]:
                if (device, one.anchor) in asked and device not in (one.claimed or ()):
                    since, until = spans[device]
                    if one.device is None and one.anchor is not None and since <= one.time <= until:
                        found[device].append(Login(one.time, one.source, one.event_id, one.anchor))
        return {device: sorted(those) for device, those in found.items()}

    async def used(
        self, spans: Mapping[int, Span], left: AbstractSet[int], among: Sequence[int] | None = None
    ) -> list[Use]:
        """What is a device's own."""
        return [
            Use(one.id, device, one.anchor, one.time)
            for one in self._tables.interactions.values()
            if one.anchor is not None and (device := its_own(one)) in spans and device is not None
            if among is None or one.id in among
            if (device not in left or one.device is not None) and spans[device].since <= one.time <= spans[device].until
        ]

    async def expired(
        self, rules: Sequence[KeepRule], now: datetime, limit: int, among: Sequence[int] | None = None
    ) -> list[int]:
        """What is not kept any more."""
        stating = {number for number, _ in self._tables.consents}
        found = [
            one.id
            for one in self._tables.interactions.values()
            if (rule := keeps(rules, one.source, one.channel)) and one.time < rule.before(now)
        ]
        return [number for number in found if number not in stating and (among is None or number in among)][:limit]

    async def claims_due(self, most: int) -> list[int]:
        """Whose claims are to be counted anew."""
        return sorted(self._tables.claims_due)[:most]

    async def logins_due(self, most: int) -> list[Pair]:
        """Which links' claims are to be counted anew."""
        return sorted(self._tables.logins_due)[:most]

    async def links(self, pairs: Iterable[Pair]) -> dict[Pair, StoredLink]:
        """Those of the links that are stored."""
        return {p: self._tables.links[p] for p in pairs if p in self._tables.links}

    async def lock_region(self, seeds: Mapping[int, Member], *, lightly: bool = False) -> Region:
        """Reads components; a unit that runs has locked everything already."""
        tables = self._tables
        components = {member.component for member in seeds.values()}
        known = {one: tables.large[one] for one in components if lightly and one in tables.large}
        large = {component: one for component, one in known.items() if one}
        crowds = known.keys() - large.keys()
        self._read_whole |= components - known.keys()
        whole = {node: tables.members[node] for one in components - known.keys() for node in tables.components[one]}
        whole |= self._people([node for node, seed in seeds.items() if seed.component in crowds], crowds)
        light = {node: tables.members.get(node) for node, seed in seeds.items() if seed.component in large}
        members = whole | {node: now for node, now in light.items() if now and now.component in large}
        if any(node not in members or members[node].shared != seed.shared for node, seed in seeds.items()):
            raise Conflict
        around = self._people(self._met_by(whole, crowds), crowds)
        links = {p: tables.links[p] for node in whole for p in tables.touching[node]}
        links |= {p: tables.links[p] for node in around for p in tables.touching[node] if set(p) <= {*whole, *around}}
        read = whole.keys() | around.keys()
        claims, decisions = self._claims_about(read), self._decisions_about(read)
        keys = {node: tables.keys[node] for node in {*members, *around, *chain.from_iterable(links)}}
        return Region(members | around, keys, links, claims, decisions, large, crowds, around.keys())

    def _people(self, identifiers: Iterable[int], crowds: AbstractSet[int]) -> dict[int, Member]:
        """Everybody in these crowds to whom one of the identifiers belongs, whole."""
        members = self._tables.members
        theirs = {members[node].profile for node in identifiers if node in members}
        within = {node for one in crowds for node in self._tables.components[one]}
        return {node: members[node] for node in within if members[node].profile in theirs}

    def _met_by(self, whole: Mapping[int, Member], crowds: AbstractSet[int]) -> set[int]:
        """Whoever is at the other end of a verified link of somebody in a crowd."""
        of_crowds = [node for node, member in whole.items() if member.component in crowds]
        return {other for node in of_crowds for other in self._around(node)} - whole.keys()

    def _claims_about(self, nodes: AbstractSet[int]) -> dict[int, set[Claim]]:
        claims = {node: set(self._tables.claims.get(node, ())) for node in nodes}
        for node, claim in self._claims:
            if node in claims:
                claims[node].add(claim)
        return claims

    def _decisions_about(self, nodes: AbstractSet[int]) -> list[Decision]:
        standing = [one for one in self._tables.decisions.values() if not one.withdrawn]
        return [one for one in standing if one.a in nodes or one.b in nodes]

    async def retired(self, founders: Iterable[int]) -> list[Label]:
        """Every label ever founded on these."""
        return [label for founder in set(founders) for label in self._tables.founded[founder]]

    async def numbers(self, interactions: int) -> Sequence[int]:
        """Fresh numbers."""
        return [self._sequence() for _ in range(interactions)]

    async def version(self) -> int:
        """A number above all given out before."""
        return self._sequence()

    async def write(self, changes: Changes) -> None:
        """Keeps all of it for the commit."""
        if any((one.source, one.event_id) in self._tables.interactions for one in changes.interactions):
            raise Conflict
        self._changes.append(changes)

    async def put(self, topic: str, messages: Sequence[Message]) -> None:
        """Keeps messages for the commit."""
        self._messages.append((topic, messages))

    def flush(self) -> None:
        """Puts all that was written into the tables."""
        for key, number in self._new.items():
            self._tables.identifiers[key] = number
            self._tables.keys[number] = key
        for node, claim in self._claims:
            self._tables.claims[node].add(claim)
        for component in self._read_whole:
            self._tables.large.pop(component, None)
        for changes in self._changes:
            self._tables.apply(changes)
        self._new, self._claims, self._changes, self._read_whole = {}, frozenset(), [], set()

    def commit(self) -> list[int]:
        """Makes everything visible at once; the numbers of the outbox's new rows."""
        self.flush()
        rows = [self._sequence() for _ in self._messages]
        self._tables.outbox.update(zip(rows, self._messages, strict=True))
        return rows


def its_own(one: StoredInteraction) -> int | None:
    """What an interaction hangs on, had nobody logged in there."""
    return one.anchor if one.device is None else one.device


def named(one: StoredInteraction) -> list[int]:
    """The numbers in the literal of its identifiers, the strongest first."""
    numbers: list[int] = json.loads(f"[{one.identifiers[1:-1]}]")
    return numbers


def _unnamed(one: StoredInteraction) -> ConversationKey | None:
    """The conversation of an interaction that names nobody."""
    return (one.source, one.conversation) if one.conversation and one.identifiers == "{}" else None

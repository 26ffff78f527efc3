"""What corrections ask, in memory: a unit that has the tables for itself changes them as it goes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from schemas.golden_record import Trait
from services.profile.domain.claims import Claim
from services.profile.domain.labels import Label, choose_founder
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import Pair, pair
from services.profile.domain.sighting import Key
from services.profile.memory_unit import MemoryUnit, named
from services.profile.store import (
    Changes,
    Hanging,
    Hung,
    Neighbourhood,
    Rehung,
    StoredInteraction,
    StoredLink,
    TakenOut,
    TraitPlace,
)


class MemoryCorrections(MemoryUnit):
    """Made on a copy of the tables, which takes their place at the end."""

    async def write(self, changes: Changes) -> None:
        """Writes at once: what comes next in the unit builds on it."""
        await super().write(changes)
        self.flush()

    async def take_out(self, numbers: Iterable[int]) -> list[TakenOut]:
        """Removes interactions with their words of consent."""
        gone = set(numbers)
        taken = [one for one in self._tables.interactions.values() if one.id in gone]
        for one in taken:
            del self._tables.interactions[one.source, one.event_id]
        for place in [place for place in self._tables.consents if place[0] in gone]:
            del self._tables.consents[place]
        return [
            TakenOut(one.id, (one.source, one.event_id), one.anchor, named(one), one.digest, one.body, one.device)
            for one in taken
        ]

    async def drop_variants(self, numbers: Sequence[int]) -> None:
        """Removes variants."""
        for place in [place for place in self._tables.variants if place[0] in numbers]:
            del self._tables.variants[place]

    async def rehang(self, places: Mapping[int, Hung]) -> list[Rehung]:
        """Hangs interactions elsewhere, with their words of consent."""
        rehung = []
        for key, one in self._tables.interactions.items():
            if one.id in places and one.anchor is not None:
                hung = self._tables.interactions[key] = one._replace(**places[one.id]._asdict())
                rehung.append(Rehung(one.id, key, one.anchor, one.outcome, one.body, _verified(hung)))
        for at, line in self._tables.consents.items():
            if place := places.get(at[0]):
                one = next(one for one in self._tables.interactions.values() if one.id == at[0])
                said = line.said._replace(verified=_verified(one))
                self._tables.consents[at] = line._replace(identifier=place.anchor, said=said)
        return rehung

    async def recount(self, pairs: Iterable[Pair]) -> dict[Pair, StoredLink]:
        """Brings links to what interactions still witness."""
        links: dict[Pair, StoredLink] = {}
        for p in sorted(pairs):
            seen = [(one.time, one.id, verified) for one, verified in self._witnesses(p)]
            if seen:
                time, number, _ = min(seen)
                verified, before = any(verified for *_, verified in seen), self._tables.links[p]
                links[p] = StoredLink(time, number, verified, before.held, before.claims)
                self._tables.links[p] = links[p]
            else:
                del self._tables.links[p]
                for end in p:
                    self._tables.touching[end].discard(p)
        return links

    def _witnesses(self, p: Pair) -> list[tuple[StoredInteraction, bool]]:
        return [
            (one, other not in (one.claimed or ()))
            for one in self._tables.interactions.values()
            for strongest, *others in [named(one) or [0]]
            for other in others
            if pair(strongest, other) == p
        ]

    async def verifying(self, pairs: Iterable[Pair]) -> list[tuple[Pair, bytes]]:
        """The interactions that verify both ends of a link."""
        return [(p, one.body) for p in pairs for one, verified in self._witnesses(p) if verified]

    async def tell(self, claims: Mapping[Pair, AbstractSet[Claim]]) -> None:
        """Replaces all claims of these links."""
        for p, those in claims.items():
            self._tables.links[p] = replace(self._tables.links[p], claims=frozenset(those))

    async def hanging(self, anchors: Iterable[int]) -> list[Hanging]:
        """The interactions that hang on these."""
        asked = set(anchors)
        those = self._tables.interactions.values()
        return [
            *(
                Hanging(one.anchor, _verified(one), one.body)
                for one in those
                if one.anchor is not None and one.anchor in asked
            ),
            *(
                Hanging(one.device, _vouches(one, one.device), one.body, hangs=False)
                for one in those
                if one.device is not None and one.device in asked
            ),
        ]

    async def restate(
        self, anchors: Iterable[int], traits: Mapping[TraitPlace, Trait], claims: AbstractSet[tuple[int, Claim]]
    ) -> None:
        """Replaces all traits and claims of these identifiers."""
        asked = set(anchors)
        for place in [place for place in self._tables.traits if place[0] in asked]:
            del self._tables.traits[place]
        self._tables.traits.update(traits)
        for node in asked:
            self._tables.claims[node] = {claim for other, claim in claims if other == node}

    async def claims_counted(self, identifiers: Iterable[int]) -> None:
        """These are due no more."""
        self._tables.claims_due.difference_update(identifiers)

    async def logins_counted(self, pairs: Iterable[Pair]) -> None:
        """These are due no more."""
        self._tables.logins_due.difference_update(pairs)

    async def name(self, identifiers: Iterable[int]) -> dict[int, Key]:
        """Identifiers by number."""
        return {node: self._tables.keys[node] for node in identifiers}

    async def neighbourhoods(self, identifiers: Iterable[int], most: int | None = None) -> dict[int, Neighbourhood]:  # noqa: ARG002
        """Who verified links lead to, counted."""
        keys = self._tables.keys
        return {
            node: Neighbourhood(keys[node].namespace, Counter(keys[other].namespace for other in self._around(node)))
            for node in identifiers
        }

    async def told_on(self, identifiers: Iterable[int]) -> dict[int, list[AbstractSet[Claim]]]:
        """The claims of their links."""
        links, touching = self._tables.links, self._tables.touching
        return {node: [links[p].claims for p in touching[node] if links[p].claims] for node in identifiers}

    async def neighbours(self, identifiers: Iterable[int]) -> set[int]:
        """Where verified links and standing decisions lead to."""
        asked = set(identifiers)
        decided = ({one.a, one.b} for one in self._tables.decisions.values() if one.withdrawn is None)
        linked = {other for node in asked for other in self._around(node)}
        return linked.union(*(ends - asked for ends in decided if not ends.isdisjoint(asked)))

    async def pinned(self, identifiers: Iterable[int]) -> list[tuple[str, int]]:  # noqa: ARG002
        """None: there are no pins in memory."""
        return []

    async def remove_unused(self, identifiers: Iterable[int], policy: IdentityPolicy) -> set[int]:
        """Removes what nothing names any more."""
        tables = self._tables
        decided = {end for one in tables.decisions.values() for end in (one.a, one.b)}
        anchors = {end for one in tables.interactions.values() for end in (one.anchor, one.device)}
        gone = {node for node in identifiers if not tables.touching[node] and node not in decided | anchors}
        labels = [label for node in gone for label in tables.founded.pop(node, ())]
        were = {node: tables.members[node].profile for node in gone}
        for node in gone:
            component = tables.members.pop(node).component
            tables.components[component].discard(node)
            tables.large.pop(component, None)
            del tables.identifiers[tables.keys.pop(node)]
        for label in labels:
            self._found_anew(label, were[label.founder], policy)
        return gone

    def _found_anew(self, label: Label, profile: str, policy: IdentityPolicy) -> None:
        tables = self._tables
        left = {node: tables.keys[node] for node, member in tables.members.items() if member.profile == profile}
        if not left:
            tables.founded[label.founder].append(label)
            return
        anew = Label(label.profile, choose_founder(frozenset(left), left, policy))
        tables.labels[label.profile] = anew
        tables.founded[anew.founder].append(anew)
        for node, member in tables.members.items():
            if member.profile == label.profile:
                tables.members[node] = replace(member, founder=anew.founder)


def _verified(one: StoredInteraction) -> bool:
    """Whether it verified what it hangs on."""
    return one.device is None and one.anchor is not None and _vouches(one, one.anchor)


def _vouches(one: StoredInteraction, strongest: int) -> bool:
    """Whether it names anybody, and verified the one that comes first."""
    return bool(named(one)) and strongest not in (one.claimed or ())

"""Rules 3 and 4: which identifiers are one person. A function of the set of evidence and of nothing else.

`resolve` looks at one raw component; `resolve_region` first finds who is shared and what the raw components are.
Work grows with the links of the components that new evidence touches, which rule 3 keeps small.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import NamedTuple, Protocol

from services.profile.domain.claims import NO_CLAIMS, Claim, agree, conflict, too_many
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.domain.union import UnionFind

Pair = tuple[int, int]
"""Two identifier numbers, the lesser first."""

SHARED, CLAIMED, SEPARATED, LIMIT = "shared", "claimed", "separated", "limit"
"""Why a link is held, beside what `claims.conflict` says. A full namespace follows its limit: `limit:customer_id`."""


def pair(one: int, other: int) -> Pair:
    """Two numbers, whichever way round."""
    return (one, other) if one < other else (other, one)


class Witnessed(Protocol):
    """A link with the least event time of its witnesses, and whether one of them verified both of its ends."""

    @property
    def first_seen(self) -> datetime:
        """The least event time."""

    @property
    def verified(self) -> bool:
        """Whether one witness verified both ends."""

    @property
    def claims(self) -> AbstractSet[Claim]:
        """What was claimed where one end logged in on the other."""


class Evidence(NamedTuple):
    """A link in its plainest form."""

    first_seen: datetime
    verified: bool
    claims: AbstractSet[Claim] = NO_CLAIMS


@dataclass(frozen=True, slots=True)
class Decisions:
    """What stewards decided, and nobody withdrew."""

    confirmed: frozenset[Pair] = frozenset()
    separated: frozenset[Pair] = frozenset()

    def ends(self) -> set[int]:
        """Everybody whom one of them is about."""
        return set(chain.from_iterable(self.confirmed | self.separated))


NO_DECISIONS = Decisions()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What counts beside the links: which identifiers these are, what was claimed about them, what stewards decided."""

    keys: Mapping[int, Key]
    policy: IdentityPolicy
    claims: Mapping[int, AbstractSet[Claim]] = field(default_factory=dict)
    decisions: Decisions = NO_DECISIONS

    def claims_about(self, identifier: int) -> AbstractSet[Claim]:
        """The claims that keep people apart; none where the policy ignores them."""
        return NO_CLAIMS if self.policy.conflicting_claims == "ignore" else self.claims.get(identifier, NO_CLAIMS)


@dataclass(slots=True)
class Resolution:
    """Clusters are the persons; every identifier given is in exactly one. `held` has a reason for each refused link."""

    clusters: list[frozenset[int]] = field(default_factory=list)
    components: list[frozenset[int]] = field(default_factory=list)
    shared: set[int] = field(default_factory=set)
    held: dict[Pair, str] = field(default_factory=dict)


def resolve_region(
    nodes: frozenset[int], links: Mapping[Pair, Witnessed], shared: AbstractSet[int], known: Knowledge
) -> Resolution:
    """Resolves whole raw components anew: those made of `nodes`.

    `links` has every link with an end in `nodes`, `known.keys` names every end of them, `shared` holds those known to
    be shared. Clusters and components of the result are made of `nodes` only.
    """
    binding = {p: evidence for p, evidence in links.items() if evidence.verified}
    newly = _newly_shared(nodes, known.keys, binding, shared, known.policy) | (
        _of_several(nodes, binding, known) - shared
    )
    result = Resolution(shared=newly)
    apart = shared | result.shared
    free = {p: e for p, e in binding.items() if p[0] not in apart and p[1] not in apart}
    refused = set()
    for p in known.decisions.confirmed:
        if apart.isdisjoint(p) and nodes.issuperset(p):
            free[p] = binding.get(p, _ALWAYS)
        else:
            refused.add(p)
    result.held = {p: SHARED if p in binding else CLAIMED for p in links if p not in free}
    # Not of a link: where both its ends are shared nobody looks at decisions, so its reason must not depend on them.
    result.held.update(dict.fromkeys(refused - links.keys(), SHARED))
    _resolve_components(result, nodes, free, known)
    return result


_ALWAYS = Evidence(datetime.min, verified=True)  # noqa: DTZ901 -- stands before every event; never compared to one


def _newly_shared(
    nodes: frozenset[int],
    keys: Mapping[int, Key],
    links: Mapping[Pair, Witnessed],
    known: AbstractSet[int],
    policy: IdentityPolicy,
) -> set[int]:
    degrees = Counter(chain.from_iterable(links))
    times = {namespace: policy.times_shared(namespace) for namespace in {key.namespace for key in keys.values()}}
    suspects = {
        node
        for node, degree in degrees.items()
        if degree > 1 and node in nodes and degree > times[keys[node].namespace]
    } - known
    if not suspects:
        return suspects  # a limit is one at least, so fewer neighbours than that make nobody shared
    neighbours: dict[int, Counter[str]] = defaultdict(Counter)
    for a, b in links:
        neighbours[a][keys[b].namespace] += 1
        neighbours[b][keys[a].namespace] += 1
    return {node for node in suspects if is_shared(keys[node].namespace, neighbours[node], policy)}


def _of_several(nodes: frozenset[int], links: Mapping[Pair, Witnessed], known: Knowledge) -> set[int]:
    """Devices that those who logged in there tell apart."""
    told: dict[int, list[AbstractSet[Claim]]] = defaultdict(list)
    for p, claims in [(p, link.claims) for p, link in links.items() if link.claims]:
        for end in nodes.intersection(p):
            if known.policy.login_lasts(known.keys[end].namespace):
                told[end].append(claims)
    return {node for node, claims in told.items() if are_several(claims, known.policy)}


def are_several(told: Iterable[AbstractSet[Claim]], policy: IdentityPolicy) -> bool:
    """Rule 3 of a device: whether what each one claimed who logged in there cannot be about one person.

    Nor can too many claims of one, whatever they say.
    """
    if policy.conflicting_claims != "hold":
        return False
    made = list(told)
    return any(map(too_many, made)) or not agree(made)


def is_shared(namespace: str, neighbours: Mapping[str, int], policy: IdentityPolicy) -> bool:
    """Rule 3: linked to more than `times_shared` x limit values of a namespace at least as strong as its own."""
    return is_beyond(namespace, neighbours, policy, policy.times_shared(namespace))


def is_public(namespace: str, neighbours: Mapping[str, int], policy: IdentityPolicy) -> bool:
    """Whether so many people use it that a login says nothing about who came before and after: a kiosk."""
    return is_beyond(namespace, neighbours, policy, policy.shared_after)


def is_beyond(namespace: str, neighbours: Mapping[str, int], policy: IdentityPolicy, times: int) -> bool:
    """Whether it is linked to more than `times` x limit values of a namespace at least as strong as its own."""
    own = policy.strength(namespace)
    return any(
        count > times * policy.limit(other) for other, count in neighbours.items() if policy.strength(other) <= own
    )


def _resolve_components(
    result: Resolution, nodes: Iterable[int], links: Mapping[Pair, Witnessed], known: Knowledge
) -> None:
    union = UnionFind(nodes)
    for a, b in links:
        union.join(a, b)
    result.components = union.groups()
    contested: list[frozenset[int]] = []
    for members in result.components:
        (result.clusters if _all_one(members, known) else contested).append(members)
    if not contested:
        return
    own: dict[int, dict[Pair, Witnessed]] = {union.root(next(iter(members))): {} for members in contested}
    for p, evidence in links.items():
        if (those := own.get(union.root(p[0]))) is not None:
            those[p] = evidence
    for members, those in zip(contested, own.values(), strict=True):
        clusters, held = _Kruskal(members, known).run(those)
        result.clusters += clusters
        result.held |= held


def resolve(
    members: frozenset[int], links: Mapping[Pair, Witnessed], known: Knowledge
) -> tuple[list[frozenset[int]], dict[Pair, str]]:
    """Rule 4 (Kruskal) on one raw component: its clusters, and the held links with their reasons."""
    return ([members], {}) if _all_one(members, known) else _Kruskal(members, known).run(links)


def _all_one(members: frozenset[int], known: Knowledge) -> bool:
    """Every constraint is closed under subsets: where the whole keeps them all, no join on the way can fail."""
    return len(members) == 1 or (
        not known.decisions.separated
        and _within_limits([known.keys[m].namespace for m in members], known.policy)
        and agree([known.claims_about(m) for m in members])
    )


def all_agree(namespaces: Mapping[str, int], claims: Iterable[AbstractSet[Claim]], policy: IdentityPolicy) -> bool:
    """Whether identifiers of so many each namespace, which claim this, may be one person."""
    within = all(count <= policy.limit(namespace) for namespace, count in namespaces.items())
    return within and (policy.conflicting_claims == "ignore" or agree(claims))


def _within_limits(namespaces: Sequence[str], policy: IdentityPolicy) -> bool:
    if len(set(namespaces)) == len(namespaces):
        return True  # a limit is one at least
    return all_agree(Counter(namespaces), (), policy)


class _Kruskal:
    """Clusters that grow link by link, each as far as its constraints allow."""

    def __init__(self, members: frozenset[int], known: Knowledge) -> None:
        self._known = known
        self._union = UnionFind(members)
        self._counts = {m: {known.keys[m].namespace: 1} for m in members}
        self._claims = {m: claims for m in members if (claims := known.claims_about(m))}
        namespaces = {known.keys[m].namespace for m in members}
        self._limits = {namespace: known.policy.limit(namespace) for namespace in namespaces}
        self._strengths = {namespace: known.policy.strength(namespace) for namespace in namespaces}

    def run(self, links: Mapping[Pair, Witnessed]) -> tuple[list[frozenset[int]], dict[Pair, str]]:
        held: dict[Pair, str] = {}
        for p in self._in_order(links):
            a, b = self._union.root(p[0]), self._union.root(p[1])
            if a == b:
                continue
            reason = self._obstacle(a, b, confirmed=p in self._known.decisions.confirmed)
            if reason is None:
                self._join(a, b)
            else:
                held[p] = reason
        return self._union.groups(), held

    def _in_order(self, links: Mapping[Pair, Witnessed]) -> list[Pair]:
        keys, strength, confirmed = self._known.keys, self._strengths, self._known.decisions.confirmed

        def rank(p: Pair) -> tuple[object, ...]:
            a, b = keys[p[0]], keys[p[1]]
            if b < a:
                a, b = b, a
            one, other = strength[a.namespace], strength[b.namespace]
            weaker, stronger = (one, other) if one > other else (other, one)
            return (p not in confirmed, weaker, stronger, 0 if p in confirmed else links[p].first_seen, a, b)

        return sorted(links, key=rank)

    def _join(self, a: int, b: int) -> None:
        kept, gone = self._union.join(a, b)
        counts = self._counts[kept]
        for namespace, count in self._counts.pop(gone).items():
            counts[namespace] = counts.get(namespace, 0) + count
        if claims := self._claims.pop(gone, None):
            self._claims[kept] = self._claims.get(kept, NO_CLAIMS) | claims

    def _obstacle(self, a: int, b: int, *, confirmed: bool) -> str | None:
        """Only of what both have can there be too many: a limit is one at least, and each keeps them all."""
        ours, theirs = self._counts[a], self._counts[b]
        full = [name for name in ours.keys() & theirs.keys() if ours[name] + theirs[name] > self._limits[name]]
        if full:
            return f"{LIMIT}:{min(full)}"
        if self._separated(a, b):
            return SEPARATED
        if confirmed:
            return None
        return conflict(self._claims.get(a, NO_CLAIMS), self._claims.get(b, NO_CLAIMS))

    def _separated(self, a: int, b: int) -> bool:
        separated = self._known.decisions.separated
        if not separated:
            return False
        return any(pair(x, y) in separated for x in self._union.members(a) for y in self._union.members(b))

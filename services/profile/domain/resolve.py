"""Rules 3 and 4: which identifiers are one person. A function of the set of evidence and of nothing else.

`resolve` looks at one raw component; `resolve_region` first finds who is shared and what the raw components are.
Work grows with the links of the components that new evidence touches, which rule 3 keeps small.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.domain.union import UnionFind

Pair = tuple[int, int]
"""Two identifier numbers, the lesser first."""

SHARED, CLAIMED, SEPARATED, LIMIT = "shared", "claimed", "separated", "limit"
"""Why a link is held. `limit` is followed by the namespace that is full: `limit:customer_id`."""


def pair(one: int, other: int) -> Pair:
    """Two numbers, whichever way round."""
    return (one, other) if one < other else (other, one)


class Evidence(NamedTuple):
    """A link with the least event time of its witnesses, and whether one of them verified both of its ends."""

    first_seen: datetime
    verified: bool


@dataclass(frozen=True, slots=True)
class Decisions:
    """What stewards decided."""

    confirmed: frozenset[Pair] = frozenset()
    separated: frozenset[Pair] = frozenset()


NO_DECISIONS = Decisions()


@dataclass(slots=True)
class Resolution:
    """Clusters are the persons; every identifier given is in exactly one. `held` has a reason for each refused link."""

    clusters: list[frozenset[int]] = field(default_factory=list)
    components: list[frozenset[int]] = field(default_factory=list)
    shared: set[int] = field(default_factory=set)
    held: dict[Pair, str] = field(default_factory=dict)


def resolve_region(
    nodes: frozenset[int],
    keys: Mapping[int, Key],
    links: Mapping[Pair, Evidence],
    shared: AbstractSet[int],
    policy: IdentityPolicy,
    decisions: Decisions = NO_DECISIONS,
) -> Resolution:
    """Resolves whole raw components anew: those made of `nodes`.

    `links` has every link with an end in `nodes`, `keys` names every end of them, `shared` holds those known to be
    shared. Clusters and components of the result are made of `nodes` only.
    """
    binding = {p: evidence for p, evidence in links.items() if evidence.verified}
    result = Resolution(shared=_newly_shared(nodes, keys, binding, shared, policy))
    apart = shared | result.shared
    result.held = {p: SHARED if p in binding else CLAIMED for p in links}
    free = {p: e for p, e in binding.items() if p[0] not in apart and p[1] not in apart}
    free.update((p, binding.get(p, _ALWAYS)) for p in decisions.confirmed if nodes.issuperset(p))
    for members, own in _components(nodes, free):
        clusters, held = resolve(members, keys, own, policy, decisions)
        result.components.append(members)
        result.clusters += clusters
        for p in own:
            result.held.pop(p, None)
        result.held.update(held)
    return result


_ALWAYS = Evidence(datetime.min, verified=True)  # noqa: DTZ901 -- stands before every event; never compared to one


def _newly_shared(
    nodes: frozenset[int],
    keys: Mapping[int, Key],
    links: Iterable[Pair],
    known: AbstractSet[int],
    policy: IdentityPolicy,
) -> set[int]:
    degrees = Counter(end for p in links for end in p)
    suspects = {node for node, degree in degrees.items() if degree > policy.shared_after and node in nodes} - known
    if not suspects:
        return suspects  # a limit is one at least, so fewer neighbours than that make nobody shared
    neighbours: dict[int, Counter[str]] = defaultdict(Counter)
    for a, b in links:
        neighbours[a][keys[b].namespace] += 1
        neighbours[b][keys[a].namespace] += 1
    return {node for node in suspects if is_shared(keys[node].namespace, neighbours[node], policy)}


def is_shared(namespace: str, neighbours: Mapping[str, int], policy: IdentityPolicy) -> bool:
    """Rule 3: linked to more than `shared_after` x limit values of a namespace at least as strong as its own."""
    own = policy.strength(namespace)
    return any(
        count > policy.shared_after * policy.limit(other)
        for other, count in neighbours.items()
        if policy.strength(other) <= own
    )


def _components(
    nodes: Iterable[int], links: Mapping[Pair, Evidence]
) -> Iterator[tuple[frozenset[int], dict[Pair, Evidence]]]:
    union = UnionFind(nodes)
    for a, b in links:
        union.join(a, b)
    own: dict[int, dict[Pair, Evidence]] = defaultdict(dict)
    for p, evidence in links.items():
        own[union.root(p[0])][p] = evidence
    for members in union.groups():
        yield members, own.get(union.root(next(iter(members))), {})


def resolve(
    members: frozenset[int],
    keys: Mapping[int, Key],
    links: Mapping[Pair, Evidence],
    policy: IdentityPolicy,
    decisions: Decisions = NO_DECISIONS,
) -> tuple[list[frozenset[int]], dict[Pair, str]]:
    """Rule 4 (Kruskal) on one raw component: its clusters, and the held links with their reasons."""
    if len(members) == 1:
        return [members], {}
    if not decisions.separated and _within_limits(Counter(keys[m].namespace for m in members), policy):
        return [members], {}  # every constraint is closed under subsets, so no join on the way can fail either
    return _kruskal(members, keys, links, policy, decisions)


def _within_limits(counts: Mapping[str, int], policy: IdentityPolicy) -> bool:
    return all(count <= policy.limit(namespace) for namespace, count in counts.items())


def _kruskal(
    members: frozenset[int],
    keys: Mapping[int, Key],
    links: Mapping[Pair, Evidence],
    policy: IdentityPolicy,
    decisions: Decisions,
) -> tuple[list[frozenset[int]], dict[Pair, str]]:
    union = UnionFind(members)
    counts = {m: Counter((keys[m].namespace,)) for m in members}
    held: dict[Pair, str] = {}
    for p in _in_order(keys, links, policy, decisions):
        a, b = union.root(p[0]), union.root(p[1])
        if a == b:
            continue
        reason = _obstacle(union, a, b, counts, policy, decisions)
        if reason is None:
            kept, gone = union.join(a, b)
            counts[kept] = counts[kept] + counts.pop(gone)
        else:
            held[p] = reason
    return union.groups(), held


def _in_order(
    keys: Mapping[int, Key], links: Mapping[Pair, Evidence], policy: IdentityPolicy, decisions: Decisions
) -> list[Pair]:
    def rank(p: Pair) -> tuple[object, ...]:
        a, b = sorted((keys[p[0]], keys[p[1]]))
        strengths = sorted((policy.strength(a.namespace), policy.strength(b.namespace)), reverse=True)
        return (
            p not in decisions.confirmed,
            *strengths,
            links[p].first_seen if p not in decisions.confirmed else 0,
            a,
            b,
        )

    return sorted(links, key=rank)


def _obstacle(
    union: UnionFind,
    a: int,
    b: int,
    counts: Mapping[int, Counter[str]],
    policy: IdentityPolicy,
    decisions: Decisions,
) -> str | None:
    together = counts[a] + counts[b]
    for namespace in sorted(together):
        if together[namespace] > policy.limit(namespace):
            return f"{LIMIT}:{namespace}"
    if decisions.separated and _separated(union.members(a), union.members(b), decisions.separated):
        return SEPARATED
    return None


def _separated(one: Sequence[int], other: Sequence[int], separated: frozenset[Pair]) -> bool:
    return any(pair(x, y) in separated for x in one for y in other)

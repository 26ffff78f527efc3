from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from services.profile.domain.claims import Claim
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import (
    NO_DECISIONS,
    Decisions,
    Evidence,
    Knowledge,
    Pair,
    Resolution,
    is_shared,
    pair,
    resolve,
    resolve_region,
)
from services.profile.domain.sighting import Key
from tests.profile.policies import TIGHT, tight
from tests.support.identity import Ends, Said, Truth, batch_rule, rules

CLAIMS = {
    Claim("given", "dana"): ("name", '"Dana"'),
    Claim("given", "avi"): ("first_name", '"Avi"'),
    Claim("born", "1980-02-29"): ("birth_date", '"1980-02-29"'),
    Claim("born", "1981-02-28"): ("birthday", '"1981-02-28T00:00:00Z"'),
}
NAMESPACES = ("customer_id", "loyalty_id", "email", "phone", "handle:whatsapp", "handle:shopify", "device")
START = datetime(2026, 1, 1, tzinfo=UTC)


class Graph(NamedTuple):
    keys: dict[int, Key]
    links: dict[Pair, Evidence]
    policy: IdentityPolicy
    claims: dict[int, frozenset[Claim]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    namespaces = draw(st.lists(st.sampled_from(NAMESPACES), min_size=2, max_size=12))
    keys = {number: Key(namespace, str(number)) for number, namespace in enumerate(namespaces)}
    ends = st.integers(0, len(keys) - 1)
    drawn = draw(st.lists(st.tuples(ends, ends, st.integers(0, 2), st.integers(0, 5)), max_size=24))
    if draw(st.booleans()):  # along a path between two of a kind the order of the links decides where it breaks
        drawn += [(a, a + 1, 0, 1) for a in range(len(keys) - 1)]
    links: dict[Pair, Evidence] = {}
    for a, b, days, verified in drawn:
        if a != b:
            links.setdefault(pair(a, b), Evidence(START + timedelta(days=days), verified=verified > 0))
    stated = st.frozensets(st.sampled_from(tuple(CLAIMS)), max_size=2)
    claims = draw(st.dictionaries(ends, stated, max_size=4))
    return Graph(keys, links, draw(st.sampled_from(TIGHT)), claims)


def as_evidence(graph: Graph) -> list[Said]:
    """Interactions that show exactly the graph's links, and each identifier on its own."""
    alone = [Said("/s", f"i{number}", START, ((key, True),)) for number, key in graph.keys.items()]
    together = [
        Said("/s", f"l{p}", evidence.first_seen, tuple((graph.keys[end], evidence.verified) for end in p))
        for p, evidence in graph.links.items()
    ]
    about = [
        Said("/s", f"c{number}{claim}", START, ((graph.keys[number], True),), traits=(CLAIMS[claim],))
        for number, claims in graph.claims.items()
        for claim in claims
    ]
    return alone + together + about


def resolved(graph: Graph) -> Resolution:
    return decided_region(graph, NO_DECISIONS)


def decided_region(graph: Graph, decisions: Decisions) -> Resolution:
    known = Knowledge(graph.keys, graph.policy, graph.claims, decisions)
    return resolve_region(frozenset(graph.keys), graph.links, frozenset(), known)


def named(graph: Graph, groups: list[frozenset[int]]) -> set[Ends]:
    return {frozenset(graph.keys[node] for node in group) for group in groups}


def held_of(graph: Graph, held: Mapping[Pair, str]) -> dict[Ends, str]:
    return {frozenset(graph.keys[end] for end in p): reason for p, reason in held.items()}


def truth_of(graph: Graph) -> Truth:
    return batch_rule(as_evidence(graph), graph.policy)


@given(graphs())
def test_a_region_resolves_as_the_batch_rule_says(graph: Graph) -> None:
    found, truth = resolved(graph), truth_of(graph)
    for reason in truth.held.values():
        event(reason)
    assert named(graph, found.clusters) == truth.profiles
    assert named(graph, found.components) == truth.components
    assert {graph.keys[node] for node in found.shared} == truth.shared
    assert held_of(graph, found.held) == truth.held


@given(graphs())
def test_no_cluster_is_over_a_limit_and_each_identifier_is_in_one(graph: Graph) -> None:
    clusters = resolved(graph).clusters
    assert Counter(node for cluster in clusters for node in cluster) == Counter(list(graph.keys))
    for cluster in clusters:
        for namespace, count in Counter(graph.keys[node].namespace for node in cluster).items():
            assert count <= rules(namespace, graph.policy).limit


@given(graphs(), st.randoms(use_true_random=False))
def test_numbers_and_order_of_links_do_not_matter(graph: Graph, random: Random) -> None:
    numbers = list(graph.keys)
    random.shuffle(numbers)
    renumbered = dict(zip(graph.keys, numbers, strict=True))
    links = [(pair(renumbered[a], renumbered[b]), evidence) for (a, b), evidence in graph.links.items()]
    random.shuffle(links)
    claims = {renumbered[node]: those for node, those in graph.claims.items()}
    other = Graph({renumbered[node]: key for node, key in graph.keys.items()}, dict(links), graph.policy, claims)
    assert named(other, resolved(other).clusters) == named(graph, resolved(graph).clusters)
    assert held_of(other, resolved(other).held) == held_of(graph, resolved(graph).held)


@given(graphs())
def test_each_component_alone_resolves_as_it_does_among_the_others(graph: Graph) -> None:
    whole = resolved(graph)
    parts = Resolution()
    for component in whole.components:
        touching = {p: e for p, e in graph.links.items() if component & set(p)}
        known = Knowledge(graph.keys, graph.policy, graph.claims)
        part = resolve_region(component, touching, whole.shared - component, known)
        parts.clusters += part.clusters
        parts.held |= part.held
    assert set(parts.clusters) == set(whole.clusters)
    assert parts.held == whole.held


@st.composite
def decided_graphs(draw: st.DrawFn) -> tuple[Graph, Decisions]:
    graph = draw(graphs())
    ends = st.integers(0, len(graph.keys) - 1)
    drawn = draw(st.lists(st.tuples(ends, ends, st.booleans()), max_size=5))
    decided = {pair(a, b): confirm for a, b, confirm in drawn if a != b}
    return graph, Decisions(
        frozenset(p for p, confirm in decided.items() if confirm),
        frozenset(p for p, confirm in decided.items() if not confirm),
    )


@given(decided_graphs())
def test_a_separation_always_keeps_two_apart(decided: tuple[Graph, Decisions]) -> None:
    graph, decisions = decided
    found = decided_region(graph, decisions)
    where = {node: cluster for cluster in found.clusters for node in cluster}
    assert all(where[a] != where[b] for a, b in decisions.separated)


@given(decided_graphs())
def test_a_confirmation_joins_or_is_held_with_its_reason(decided: tuple[Graph, Decisions]) -> None:
    graph, decisions = decided
    found = decided_region(graph, decisions)
    where = {node: cluster for cluster in found.clusters for node in cluster}
    for a, b in decisions.confirmed:
        event("joined" if where[a] == where[b] else found.held[pair(a, b)])
        assert where[a] == where[b] or pair(a, b) in found.held


@given(graphs())
def test_without_decisions_a_component_within_limits_is_one_person(graph: Graph) -> None:
    roomy = tight(99, customer_id=20, loyalty_id=20, email=20, phone=20, handle=20, device=20)
    nodes = frozenset(graph.keys)
    free = {p: Evidence(e.first_seen, verified=True) for p, e in graph.links.items()}
    found = resolve_region(nodes, free, frozenset(), Knowledge(graph.keys, roomy))
    assert found.clusters == found.components
    assert found.held == {}


def test_the_older_of_two_equal_links_wins() -> None:
    keys = {1: Key("phone", "p"), 2: Key("customer_id", "x"), 3: Key("customer_id", "y")}
    links = {(1, 3): Evidence(START, verified=True), (1, 2): Evidence(START + timedelta(days=1), verified=True)}
    clusters, held = resolve(frozenset(keys), links, Knowledge(keys, tight()))
    assert set(clusters) == {frozenset({1, 3}), frozenset({2})}
    assert held == {(1, 2): "limit:customer_id"}


def test_a_stronger_link_wins_over_an_older_one() -> None:
    keys = {1: Key("customer_id", "x"), 2: Key("customer_id", "y"), 3: Key("email", "e"), 4: Key("device", "d")}
    links = {
        (1, 4): Evidence(START, verified=True),
        (3, 4): Evidence(START, verified=True),
        (2, 3): Evidence(START + timedelta(days=9), verified=True),
    }
    clusters, held = resolve(frozenset(keys), links, Knowledge(keys, tight()))
    assert set(clusters) == {frozenset({2, 3}), frozenset({1, 4})}
    assert held == {(3, 4): "limit:customer_id"}


def test_the_weaker_end_ranks_a_link_before_the_stronger_one() -> None:
    namespaces = ("customer_id", "handle:x", "loyalty_id", "phone", "email", "customer_id")
    keys = {number: Key(namespace, str(number)) for number, namespace in enumerate(namespaces)}
    links = {(a, a + 1): Evidence(START, verified=True) for a in range(len(keys) - 1)}
    clusters, held = resolve(frozenset(keys), links, Knowledge(keys, tight()))
    assert set(clusters) == {frozenset({0, 1}), frozenset({2, 3, 4, 5})}
    assert held == {(1, 2): "limit:customer_id"}


def test_sharing_counts_only_namespaces_at_least_as_strong() -> None:
    policy = tight(shared_after=2)
    assert not is_shared("phone", {"customer_id": 2}, policy)
    assert is_shared("phone", {"customer_id": 3}, policy)
    assert is_shared("email", {"email": 3}, policy)
    assert not is_shared("customer_id", {"device": 99, "email": 99}, policy)


def test_sharing_counts_each_concrete_namespace_on_its_own() -> None:
    neighbours: dict[str, int] = defaultdict(int, {"handle:whatsapp": 2, "handle:shopify": 2})
    assert not is_shared("device", neighbours, tight(shared_after=2))
    assert is_shared("device", {**neighbours, "handle:whatsapp": 3}, tight(shared_after=2))

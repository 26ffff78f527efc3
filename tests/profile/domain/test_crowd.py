from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from services.profile.domain.claims import Claim
from services.profile.domain.crowd import Part, crowds_in, stands_for_all
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import (
    Decisions,
    Evidence,
    Knowledge,
    Pair,
    Resolution,
    pair,
    resolve_region,
)
from services.profile.domain.sighting import Key
from tests.profile.policies import TIGHT

START = datetime(2026, 1, 1, tzinfo=UTC)
OWN = ("customer_id", "email", "phone", "device")
NAMES = (Claim("given", "dana"), Claim("given", "avi"), Claim("born", "1980-02-29"))


class Row(NamedTuple):
    """People in a row, each of whom shares something with the next; then new evidence about some of them."""

    keys: dict[int, Key]
    policy: IdentityPolicy
    old: dict[Pair, Evidence]
    new: dict[Pair, Evidence]
    claims: dict[int, frozenset[Claim]]
    claimed: dict[int, frozenset[Claim]]
    decisions: Decisions

    @property
    def links(self) -> dict[Pair, Evidence]:
        """All evidence: of two witnesses the earlier counts, and one that verified."""
        links = dict(self.old)
        for p, link in self.new.items():
            stood = links.get(p, link)
            links[p] = Evidence(min(link.first_seen, stood.first_seen), link.verified or stood.verified)
        return links

    def known(self, *, anew: bool) -> Knowledge:
        claims = dict(self.claims)
        for node, those in self.claimed.items() if anew else ():
            claims[node] = claims.get(node, frozenset()) | those
        return Knowledge(self.keys, self.policy, claims, self.decisions)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    keys: dict[int, Key] = {}
    old: dict[Pair, Evidence] = {}
    days = st.integers(0, 3)
    before: list[int] = []
    for person in range(draw(st.integers(3, 8))):
        own = [*draw(st.lists(st.sampled_from(OWN[1:]), min_size=1, max_size=2, unique=True))]
        own = [*(["customer_id"] if draw(st.booleans()) or not person else []), *own]
        numbers = list(range(len(keys), len(keys) + len(own)))
        keys |= {number: Key(namespace, f"{person}") for number, namespace in zip(numbers, own, strict=True)}
        ends = [(numbers[0], number) for number in numbers[1:]]
        if before:
            ends.append((numbers[0], draw(st.sampled_from(before))))
        old |= {pair(*p): Evidence(START + timedelta(days=draw(days)), verified=True) for p in ends}
        before = numbers
    some = st.integers(0, len(keys) - 1)
    return Row(
        keys,
        draw(st.sampled_from((IdentityPolicy(), *TIGHT))),
        old,
        draw(_evidence(old, some)),
        draw(st.dictionaries(some, st.frozensets(st.sampled_from(NAMES), max_size=1), max_size=4)),
        draw(st.dictionaries(some, st.frozensets(st.sampled_from(NAMES), max_size=1), max_size=1)),
        draw(_decisions(some)),
    )


@st.composite
def _evidence(draw: st.DrawFn, old: Mapping[Pair, Evidence], some: st.SearchStrategy[int]) -> dict[Pair, Evidence]:
    """Earlier and later witnesses of old links, and links that were not there."""
    again = draw(st.lists(st.sampled_from(sorted(old)), max_size=2))
    first = [pair(a, b) for a, b in draw(st.lists(st.tuples(some, some), max_size=1)) if a != b]
    return {
        p: Evidence(START + timedelta(days=draw(st.integers(-1, 4))), verified=draw(st.integers(0, 3)) > 0)
        for p in [*again, *first]
    }


@st.composite
def _decisions(draw: st.DrawFn, some: st.SearchStrategy[int]) -> Decisions:
    drawn = draw(st.lists(st.tuples(some, some), max_size=draw(st.sampled_from((0, 0, 0, 2)))))
    pairs = [pair(a, b) for a, b in drawn if a != b]
    return Decisions(frozenset(pairs[:1]), frozenset(pairs[1:]) - frozenset(pairs[:1]))


@given(row=rows())
def test_what_stands_for_all_is_what_reading_all_says(row: Row) -> None:
    """Every raw component is a crowd here, whatever its size."""
    everybody = frozenset(row.keys)
    before = resolve_region(everybody, row.old, frozenset(), row.known(anew=False))
    after = resolve_region(everybody, row.links, before.shared, row.known(anew=True))
    part, nodes, links = _read(row, before)
    known = row.known(anew=True)
    known = Knowledge(known.keys, known.policy, known.claims, _met(known.decisions, nodes))
    found = resolve_region(nodes, links, before.shared, known)
    if not stands_for_all(part, nodes, found, known.decisions):
        event("all was read")
        return
    event("all was needed" if nodes >= everybody - before.shared else "some were not read")
    shared = before.shared | found.shared
    assert shared == before.shared | after.shared
    assert set(found.clusters) == {cluster for cluster in after.clusters if cluster & nodes}
    unread = everybody - nodes
    assert {one for one in before.clusters if one <= unread} == {one for one in after.clusters if one <= unread}
    for p in row.links:
        assert (found.held if p in links else before.held).get(p) == after.held.get(p)
    _check_components(part, found, before, after)


def _read(row: Row, before: Resolution) -> tuple[Part, frozenset[int], dict[Pair, Evidence]]:
    """The people of whom the new evidence speaks, those around them, and the links that are read."""
    cluster_of = {node: cluster for cluster in before.clusters for node in cluster}
    component_of = {node: min(members) for members in before.components for node in members}
    touched = {end for p in row.new for end in p} | row.claimed.keys()
    named = frozenset().union(*(cluster_of[node] for node in touched - before.shared))
    met = {p for p, link in row.old.items() if link.verified and not before.shared & set(p) and named & set(p)}
    around = {cluster_of[end] for p in met for end in p} - {cluster_of[node] for node in named}
    nodes = named.union(*around)
    links = {p: link for p, link in row.links.items() if p in row.new or named & set(p) or nodes.issuperset(p)}
    crowd_of = {node: component_of[node] for node in nodes}
    return Part(crowd_of, sorted(around, key=min)), nodes, links


def _met(decisions: Decisions, nodes: frozenset[int]) -> Decisions:
    confirmed, separated = [
        frozenset(p for p in those if nodes & set(p)) for those in (decisions.confirmed, decisions.separated)
    ]
    return Decisions(confirmed, separated)


def _check_components(part: Part, found: Resolution, before: Resolution, after: Resolution) -> None:
    """Whoever was in a crowd stays in it, with whoever joins; nobody leaves one."""
    for members in found.components:
        crowds = crowds_in(members, part.crowd_of)
        old = [component for component in before.components if min(component) in crowds]
        whole = members.union(*old)
        assert any(whole <= component for component in after.components)

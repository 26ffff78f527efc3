from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from services.profile.domain.claims import Claim
from services.profile.domain.large import MOST_CLAIMS, Around, Growth, Large, growths, summary
from services.profile.domain.resolve import Evidence, Knowledge, Pair, Resolution, resolve_region
from services.profile.domain.sighting import Key
from tests.profile.domain.test_resolve import Graph, graphs
from tests.profile.policies import tight

CARD, MAIL, PHONE, TABLET, OTHER = range(5)
KEYS = {
    CARD: Key("customer_id", "c-1"),
    MAIL: Key("email", "a@example.com"),
    PHONE: Key("phone", "+972541234567"),
    TABLET: Key("device", "t"),
    OTHER: Key("customer_id", "c-2"),
}
DANA, AVI = frozenset({Claim("given", "dana")}), frozenset({Claim("given", "avi")})
PERSON = Large({"customer_id": 1, "email": 1}, frozenset({DANA}))
START = datetime(2026, 1, 1, tzinfo=UTC)
BOUND = Evidence(START, verified=True)


def known(policy: str = "hold", **claims: frozenset[Claim]) -> Knowledge:
    nodes = {"card": CARD, "mail": MAIL, "phone": PHONE, "tablet": TABLET, "other": OTHER}
    ruled = tight().model_copy(update={"conflicting_claims": policy})
    return Knowledge(KEYS, ruled, {nodes[name]: those for name, those in claims.items()})


def around(
    *bonds: Pair,
    standing: Mapping[int, int] | None = None,
    large: Mapping[int, Large] | None = None,
    new: frozenset[int] = frozenset({TABLET}),
    apart: frozenset[int] = frozenset(),
    claimed: frozenset[int] = frozenset(),
) -> Around:
    """A customer with an e-mail address, of whom only the address was read, and a device that is new."""
    return Around(standing or {MAIL: CARD}, large or {CARD: PERSON}, new, bonds, apart, claimed)


def test_what_is_new_joins_by_counts_alone() -> None:
    (growth,) = growths(around((MAIL, TABLET)), known())
    assert growth == Growth(CARD, frozenset({MAIL, TABLET}), Large({**PERSON.namespaces, "device": 1}, PERSON.claims))


def test_whoever_stands_alone_joins_with_all_that_was_read() -> None:
    beside = around((MAIL, TABLET), standing={MAIL: CARD, TABLET: TABLET, PHONE: TABLET}, new=frozenset())
    (growth,) = growths(beside, known(phone=DANA))
    assert growth.members == {MAIL, TABLET, PHONE}
    assert growth.grown == Large({**PERSON.namespaces, "device": 1, "phone": 1}, frozenset({DANA}))


def test_of_two_large_ones_the_larger_stays_and_says_how_many_both_are() -> None:
    other = Large({"phone": 1, "device": 1, "handle:app": 1}, frozenset())
    both = around((MAIL, PHONE), standing={MAIL: CARD, PHONE: PHONE}, large={CARD: PERSON, PHONE: other})
    (growth,) = growths(both, known())
    assert growth.component == PHONE
    assert growth.grown.size == PERSON.size + other.size


def test_new_claims_of_somebody_large_are_remembered() -> None:
    (growth,) = growths(around(claimed=frozenset({MAIL})), known(mail=frozenset({Claim("born", "1980-02-29")})))
    assert growth.grown.claims == {DANA, frozenset({Claim("born", "1980-02-29")})}


@pytest.mark.parametrize(
    ("beside", "knowledge"),
    [
        (around((MAIL, OTHER), standing={MAIL: CARD, OTHER: OTHER}), known()),
        (around((MAIL, TABLET)), known(tablet=AVI)),
        (around(claimed=frozenset({MAIL})), known(mail=AVI)),
        (around((MAIL, TABLET), apart=frozenset({TABLET})), known()),
        (around((MAIL, TABLET), apart=frozenset({MAIL})), known()),
        (
            around((MAIL, TABLET), large={CARD: PERSON._replace(claims=frozenset({AVI | DANA}))}),
            known(tablet=AVI | DANA),
        ),
    ],
    ids=["two customers", "another name", "a new name", "shared", "decided", "either of two names"],
)
def test_what_is_not_beyond_doubt_is_to_be_read_whole(beside: Around, knowledge: Knowledge) -> None:
    assert growths(beside, knowledge) == []


def test_names_keep_nobody_apart_where_the_policy_ignores_them_and_are_remembered() -> None:
    (growth,) = growths(around((MAIL, TABLET)), known("ignore", tablet=AVI))
    assert growth.grown.claims == {DANA, AVI}


def test_nobody_is_summed_up_of_whom_too_many_things_are_claimed() -> None:
    members = range(MOST_CLAIMS + 1)
    claims = {n: frozenset({Claim("given", f"dana {n}")}) for n in members}
    beyond = Knowledge({n: Key("device", str(n)) for n in members}, tight(), claims)
    assert summary(members, beyond) is None
    assert summary(members[1:], beyond) is not None


@given(graph=graphs(), data=st.data())
def test_whoever_grows_is_one_person_when_everything_is_read(graph: Graph, data: st.DataObject) -> None:
    """Some links are there already, the others are new; what is plain and has two members is not read."""
    fresh = data.draw(st.sets(st.sampled_from(sorted(graph.links)))) if graph.links else set()
    about = Knowledge(graph.keys, graph.policy, graph.claims)
    old = {p: link for p, link in graph.links.items() if p not in fresh}
    before = resolve_region(frozenset(graph.keys), old, frozenset(), about)
    standing = {node: min(members) for members in before.components for node in members}
    apart = before.shared | {
        end for p, link in old.items() if link.verified and len({standing[n] for n in p}) > 1 for end in p
    }
    large = plain(before, apart, about)
    bonds = [p for p in fresh if graph.links[p].verified]
    named = {end for p in bonds for end in p}
    read = {
        node: at for node, at in standing.items() if node not in before.shared and (at not in large or node in named)
    }
    after = resolve_region(frozenset(graph.keys), graph.links, frozenset(), about)
    found = growths(Around(read, large, frozenset(), bonds, frozenset(apart), frozenset()), about)
    for growth in found:
        event("grew" if len({standing[node] for node in growth.members}) > 1 else "was touched")
        everybody = growth.members | {node for node, at in standing.items() if at == growth.component}
        unread = {other for other in large if other != growth.component and other in {standing[n] for n in everybody}}
        everybody |= {node for node, at in standing.items() if at in unread}
        assert everybody in after.clusters
        assert everybody in after.components
        assert growth.grown == summary(everybody, about)


def plain(before: Resolution, apart: set[int], about: Knowledge) -> dict[int, Large]:
    whole = {members for members in before.components if len(members) > 1 and apart.isdisjoint(members)}
    summed_up = {min(members): summary(members, about) for members in whole.intersection(before.clusters)}
    return {component: large for component, large in summed_up.items() if large}

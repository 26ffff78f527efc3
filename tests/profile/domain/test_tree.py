from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.domain.tree import Bond, path, tree

START = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = IdentityPolicy()
NUMBER, MAIL, PHONE, DEVICE = (
    Key("customer_id", "c-1001"),
    Key("email", "dana@example.com"),
    Key("phone", "+972541234567"),
    Key("device", "d-1"),
)
KEYS = (NUMBER, MAIL, PHONE, DEVICE, Key("device", "d-2"), Key("email", "d@example.com"))


def bond(a: Key, b: Key, days: int | None) -> Bond:
    return Bond(a, b, None if days is None else START + timedelta(days=days))


_bonds = st.lists(
    st.builds(bond, st.sampled_from(KEYS), st.sampled_from(KEYS), st.none() | st.integers(0, 3)).filter(
        lambda one: one.a != one.b
    ),
    max_size=12,
)


def connected(bonds: list[Bond], start: Key) -> set[Key]:
    reached = {start}
    for _ in KEYS:
        reached |= {end for one in bonds if reached & set(one[:2]) for end in one[:2]}
    return reached


@given(_bonds, st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_the_tree_leads_wherever_the_bonds_lead_and_no_bond_of_it_can_be_spared(
    bonds: list[Bond], a: Key, b: Key
) -> None:
    joined = tree(bonds, POLICY)
    chosen = [bonds[place] for place in joined]
    assert all(connected(chosen, key) == connected(bonds, key) for key in KEYS)
    for spared in chosen:
        assert spared.b not in connected([one for one in chosen if one is not spared], spared.a)
    steps = [bonds[place] for place in path(bonds, joined, a, b)]
    assert bool(steps) == (a != b and b in connected(bonds, a))
    here = a
    for step in steps:
        assert here in step[:2]
        here = step.b if step.a == here else step.a
    assert here == b or not steps


def test_confirmations_come_first_then_the_stronger_and_the_older() -> None:
    bonds = [
        bond(PHONE, DEVICE, 0),
        bond(MAIL, PHONE, 2),
        bond(NUMBER, PHONE, 1),
        bond(NUMBER, DEVICE, None),
        bond(NUMBER, MAIL, 3),
    ]
    assert tree(bonds, POLICY) == [3, 4, 2]


def test_a_path_takes_the_tree_and_not_the_short_cut() -> None:
    bonds = [bond(NUMBER, MAIL, 0), bond(NUMBER, PHONE, 0), bond(MAIL, PHONE, 0)]
    assert path(bonds, tree(bonds, POLICY), MAIL, PHONE) == [0, 1]

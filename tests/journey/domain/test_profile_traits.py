from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.golden_record import Candidate, Pin, Trait, candidates, golden
from schemas.trait_rules import TraitPolicy, rules_of
from services.journey.domain.model import Interaction, Vouching
from services.journey.domain.profile_traits import (
    NO_TRAITS,
    Pinned,
    ProfileTraits,
    TraitsRead,
    as_rules_see,
    grown,
    traits_of,
)
from tests.journey.stating import POLICIES
from tests.journey.timelines import START, happened

NAMES = frozenset({"plan", "city"})
READ = TraitsRead(NAMES)
VALUES = st.sampled_from(["gold", "basic", None, 3, 2.5, True, ["a", {"b": 1}]])


def stating(number: int, *, identifier: int = 1, trust: int = 0, verified: bool = True, **traits: Any) -> Interaction:
    one = happened("store.visited", hours=number % 5, id_=f"s{number}", traits=traits)
    return replace(one, vouching=Vouching(identifier, trust, verified))


def chose(interaction: Interaction, name: str, *, day: int = 0) -> Pinned:
    vouching, place = interaction.vouching, interaction.position
    assert vouching is not None
    value = msgspec.json.encode(interaction.fields["traits"][name]).decode()
    trait = Trait(vouching.trust, vouching.verified, place.time, place.id, place.source, value)
    return Pinned(vouching.identifier, name, Pin(START + timedelta(days=day), f"{place.id}-{name}", "", "", trait))


STATING = st.lists(
    st.builds(
        lambda number, identifier, trust, verified, plan, city: stating(
            number, identifier=identifier, trust=trust, verified=verified, plan=plan, city=city, shoes=1
        ),
        st.integers(0, 1_000),
        st.integers(1, 3),
        st.integers(0, 2),
        st.booleans(),
        VALUES,
        VALUES,
    ),
    max_size=12,
    unique_by=lambda one: one.position.id,
)
POLICY = st.sampled_from(POLICIES)


def test_rules_see_what_is_shown_and_nothing_of_what_nobody_stated() -> None:
    traits = traits_of([stating(1, plan="basic"), stating(2, plan="gold", address={"city": "Haifa"})], (), READ)
    assert as_rules_see(traits) == {"plan": "gold"}
    assert as_rules_see(traits_of([], (), READ)) == {}


def test_one_that_loses_is_kept_as_long_as_it_may_win() -> None:
    first, second = stating(1, plan="basic", trust=5), stating(2, plan="gold", identifier=2)
    assert [one.trait.value for one in traits_of([first, second], (), READ).stated] == ['"basic"', '"gold"']
    assert [one.trait.value for one in traits_of([first, stating(2, plan="gold")], (), READ).stated] == ['"basic"']


def test_what_states_none_of_the_traits_that_are_read_changes_nothing() -> None:
    before = traits_of([stating(1, plan="basic")], (), READ)
    assert grown(before, [stating(2, shoes=3), happened("order.placed")], READ) is before


def test_of_two_pins_the_later_one_is_shown_and_of_nobody_elses_identifier_none() -> None:
    those = [stating(number, plan=plan) for number, plan in ((1, "basic"), (2, "silver"), (3, "gold"))]
    pins = [chose(those[0], "plan", day=2), chose(those[1], "plan", day=1)]
    assert as_rules_see(traits_of(those, pins, READ)) == {"plan": "basic"}
    assert as_rules_see(traits_of(those, pins[1:], READ)) == {"plan": "silver"}
    assert as_rules_see(traits_of(those, (), READ)) == {"plan": "gold"}


def test_the_policy_decides() -> None:
    those = [stating(1, plan="old", trust=5), stating(2, plan="new", identifier=2)]
    recent = {"plan": TraitPolicy(order=("recency",))}
    assert as_rules_see(traits_of(those, (), READ)) == {"plan": "old"}
    assert as_rules_see(traits_of(those, (), TraitsRead(NAMES, recent))) == {"plan": "new"}


@given(STATING, POLICY, st.randoms(use_true_random=False), st.integers(0, 12))
def test_in_any_order_and_in_parts_the_golden_record_is_shown(
    those: list[Interaction], policy: dict[str, TraitPolicy], chance: Random, cut: int
) -> None:
    read = TraitsRead(NAMES, policy)
    pins = [chose(one, "plan", day=chance.randint(0, 2)) for one in those if chance.random() < 0.2]
    expected = traits_of(those, pins, read)
    chance.shuffle(those)
    chance.shuffle(pins)
    assert grown(traits_of(those[:cut], pins, read), those[cut:], read) == expected
    shown = {name: plainly(those, pins, name, policy) for name in NAMES if those}
    assert as_rules_see(expected) == shown


def plainly(those: Sequence[Interaction], pins: Sequence[Pinned], name: str, policy: dict[str, TraitPolicy]) -> Any:
    """What is shown of one trait: all that was stated, identifier by identifier, as the profile service keeps it."""
    values: list[Candidate] = []
    for identifier in (1, 2, 3):
        stated = [chose(one, name).pin.trait for one in those if one.vouching and one.vouching.identifier == identifier]
        chosen = [pin.pin for pin in pins if (pin.identifier, pin.name) == (identifier, name)]
        values += candidates([max(stated)] if stated else [], chosen)
    return msgspec.json.decode(golden(values, rules_of(policy, name))[0].trait.value)


@given(STATING, POLICY)
def test_traits_are_kept_and_read_back(those: list[Interaction], policy: dict[str, TraitPolicy]) -> None:
    kept = traits_of(those, [chose(one, "city") for one in those[:2]], TraitsRead(NAMES, policy))
    assert msgspec.json.decode(msgspec.json.encode(kept), type=ProfileTraits) == kept
    assert msgspec.json.decode(msgspec.json.encode(NO_TRAITS), type=ProfileTraits) == NO_TRAITS

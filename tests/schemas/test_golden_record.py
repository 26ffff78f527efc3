from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.golden_record import Candidate, LostBy, Pin, Trait, candidates, golden
from schemas.trait_rules import DEFAULT_ORDER, Criterion, TraitRules

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
SOURCES = ("/s", "/t")
_times = st.integers(0, 3).map(lambda days: NOON + timedelta(days=days))
_traits = st.builds(
    Trait,
    st.integers(0, 2),
    st.booleans(),
    _times,
    st.sampled_from("ab"),
    st.sampled_from(SOURCES),
    st.sampled_from(('"x"', '"y"')),
)
_pins = st.builds(Pin, _times, st.sampled_from("pq"), st.just("maya"), st.just("she said so"), _traits)
_rules = st.builds(
    TraitRules,
    st.permutations(DEFAULT_ORDER).map(tuple),
    st.dictionaries(st.sampled_from(SOURCES), st.integers(0, 2)),
)

Holding = tuple[list[Trait], list[Pin]]


def numbered(holdings: list[Holding]) -> list[Holding]:
    """Each pin with an id of its own."""
    numbers = count()
    return [(traits, [pin._replace(id=f"{pin.id}{next(numbers)}") for pin in pins]) for traits, pins in holdings]


_holdings = st.lists(st.tuples(st.lists(_traits, max_size=4), st.lists(_pins, max_size=3)), max_size=3).map(numbered)


def of_person(holdings: Sequence[Holding]) -> list[Candidate]:
    return [value for traits, pins in holdings for value in candidates(traits, pins)]


@given(_holdings, _rules, st.randoms(use_true_random=False))
def test_no_policy_lets_the_order_of_the_values_decide(
    holdings: list[Holding], rules: TraitRules, random: Random
) -> None:
    there = golden(of_person(holdings), rules)
    for traits, pins in holdings:
        random.shuffle(traits)
        random.shuffle(pins)
    random.shuffle(holdings)
    assert golden(of_person(holdings), rules) == there
    assert [value.lost_by is None for value in there] == [place == 0 for place in range(len(there))]


@given(_holdings, _rules)
def test_whatever_is_pinned_wins_over_what_is_not(holdings: list[Holding], rules: TraitRules) -> None:
    values = golden(of_person(holdings), rules)
    pins = [pin for _, those in holdings for pin in those]
    assert [value for value in values if value.pin] == values[: sum(value.pin is not None for value in values)]
    if pins:
        assert values[0].pin is not None
        assert values[0].pin.made_at == max(pin.made_at for pin in pins)


TRUSTED, VERIFIED, NEW, PLAIN = (
    Trait(1, False, NOON, "a", "/s", '"trusted"'),
    Trait(0, True, NOON, "a", "/s", '"verified"'),
    Trait(0, False, LATER, "a", "/s", '"new"'),
    Trait(0, False, NOON, "a", "/s", '"plain"'),
)
OWN: dict[Criterion, Trait] = {"trust": TRUSTED, "assurance": VERIFIED, "recency": NEW}


@pytest.mark.parametrize("order", list(permutations(DEFAULT_ORDER)), ids=" ".join)
def test_criteria_decide_in_the_order_of_the_rules_and_say_so(order: tuple[Criterion, ...]) -> None:
    expected = [OWN[criterion] for criterion in order]
    values = golden(map(Candidate, [PLAIN, *expected]), TraitRules(order))
    assert [value.trait for value in values] == [*expected, PLAIN]
    assert [value.lost_by for value in values] == [None, order[0], order[0], order[0]]
    losers = golden(map(Candidate, [PLAIN, *expected[1:]]), TraitRules(order))
    assert [value.lost_by for value in losers] == [None, order[1], order[1]]


def test_what_only_ids_tell_apart_is_decided_by_them() -> None:
    b, c = PLAIN._replace(event_id="b"), PLAIN._replace(source="/t")
    lost: list[LostBy | None] = [value.lost_by for value in golden(map(Candidate, [PLAIN, c, b]), TraitRules())]
    assert lost == [None, "id", "id"]
    assert [value.trait for value in golden(map(Candidate, [PLAIN, c, b]), TraitRules())] == [b, c, PLAIN]


def test_trust_of_the_rules_goes_before_trust_of_the_event() -> None:
    other = TRUSTED._replace(trust=9, source="/t")
    first, second = golden(map(Candidate, [other, TRUSTED]), TraitRules(trust={"/s": 2, "/t": 1}))
    assert (first.trait, first.trust) == (TRUSTED, 2)
    assert (second.trait, second.trust, second.lost_by) == (other, 1, "trust")


def pin(trait: Trait, made_at: datetime = NOON, pin_id: str = "p") -> Pin:
    return Pin(made_at, pin_id, "maya", "she said so", trait)


def test_a_pinned_value_stays_when_its_source_states_another() -> None:
    values = golden(candidates([NEW], [pin(PLAIN)]), TraitRules())
    assert [(value.trait, value.lost_by) for value in values] == [(PLAIN, None), (NEW, "pin")]


def test_a_pinned_value_that_is_stated_again_stands_once() -> None:
    again = PLAIN._replace(time=LATER, event_id="b")
    (value,) = golden(candidates([again], [pin(PLAIN)]), TraitRules())
    assert (value.trait, value.pin) == (again, pin(PLAIN))


def test_of_two_pins_the_later_wins_whatever_it_pins() -> None:
    early, late = pin(TRUSTED, NOON, "q"), pin(PLAIN, LATER, "p")
    values = golden([*candidates([TRUSTED], [early]), *candidates([PLAIN], [late])], TraitRules())
    assert [(value.trait, value.pin, value.lost_by) for value in values] == [
        (PLAIN, late, None),
        (TRUSTED, early, "pin"),
    ]

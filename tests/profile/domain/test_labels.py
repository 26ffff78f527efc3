from services.profile.domain.labels import Label, choose_component, choose_founder, choose_label
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key

X, Y, Z = Label("x", 1), Label("y", 2), Label("z", 9)


def test_a_cluster_keeps_the_label_that_most_of_it_carries() -> None:
    assert choose_label(frozenset({1, 2, 3}), {1: X, 2: Y, 3: Y}) == Y


def test_of_equals_the_lesser_label_stays() -> None:
    assert choose_label(frozenset({1, 2}), {1: X, 2: Y}) == X


def test_a_label_founded_elsewhere_is_not_kept_however_many_carry_it() -> None:
    assert choose_label(frozenset({1, 2, 3}), {1: X, 2: Z, 3: Z}) == X
    assert choose_label(frozenset({2, 3}), {2: Z, 3: Z}) is None


def test_a_retired_label_comes_back_when_there_is_no_other() -> None:
    retired = [Z, Label("b", 2), Label("a", 2)]
    assert choose_label(frozenset({2, 3}), {2: Z, 3: Z}, retired) == Label("a", 2)
    assert choose_label(frozenset({1, 2}), {1: X}, retired) == X


def test_new_identifiers_have_no_label_yet() -> None:
    assert choose_label(frozenset({4, 5}), {}) is None


def test_a_label_is_founded_on_the_strongest_identifier() -> None:
    keys = {1: Key("device", "a"), 2: Key("email", "b@example.com"), 3: Key("email", "a@example.com")}
    assert choose_founder(frozenset(keys), keys, IdentityPolicy()) == 3


def test_a_component_keeps_who_stands_for_most_of_it() -> None:
    assert choose_component(frozenset({1, 2, 3}), {1: 1, 2: 2, 3: 2}) == 2
    assert choose_component(frozenset({1, 2}), {1: 1, 2: 2}) == 1


def test_a_part_does_not_keep_who_is_no_longer_in_it() -> None:
    assert choose_component(frozenset({2, 3}), {2: 1, 3: 1}) == 2
    assert choose_component(frozenset({7}), {}) == 7

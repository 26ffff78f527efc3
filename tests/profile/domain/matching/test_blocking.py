import random
from collections.abc import Mapping
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.matching import Blocks, blocking_keys, person

entries = st.dictionaries(
    st.integers(0, 30), st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=4), max_size=16
)


def pairs(blocks: Blocks[int], known: Mapping[int, frozenset[str]]) -> set[tuple[int, int]]:
    return {(one, other) for one in known for other in blocks.candidates(one)}


@given(entries, st.randoms(use_true_random=False))
def test_pairs_are_a_function_of_the_set(known: dict[int, frozenset[str]], chance: random.Random) -> None:
    blocks: Blocks[int] = Blocks(most=4)
    order = list(known)
    chance.shuffle(order)
    for entry in order:
        blocks.put(entry, frozenset({"other"}))
    for entry in reversed(order):
        blocks.put(entry, known[entry])
    sizes = {key: sum(key in keys for keys in known.values()) for key in "abcdef"}
    expected = {
        (one, other)
        for one in known
        for other in known
        if one != other and any(sizes[key] <= 4 for key in known[one] & known[other])
    }
    assert pairs(blocks, known) == expected
    assert {pair for pair in ((a, b) for a in known for b in known if a != b) if blocks.paired(*pair)} == expected


@given(entries)
def test_who_leaves_is_found_no_more(known: dict[int, frozenset[str]]) -> None:
    blocks: Blocks[int] = Blocks()
    for entry, keys in known.items():
        blocks.put(entry, keys)
    for entry in known:
        blocks.put(entry, frozenset())
    assert not pairs(blocks, known)


@given(entries, entries, st.randoms(use_true_random=False))
def test_what_is_compared_in_the_stream_is_all_that_is_asked_for(
    first: dict[int, frozenset[str]], later: dict[int, frozenset[str]], chance: random.Random
) -> None:
    blocks: Blocks[int] = Blocks(most=3)
    compared: set[tuple[int, int]] = set()
    changes = [*first.items()], [*((entry, later.get(entry, frozenset())) for entry in first | later)]
    for part in changes:
        chance.shuffle(part)
        for entry, keys in part:
            for block in blocks.put(entry, keys):
                compared |= set(permutations(block, 2))
            compared |= {pair for other in blocks.candidates(entry) for pair in ((entry, other), (other, entry))}
    assert pairs(blocks, later) <= compared


WHOLE = {"given": "Robert", "family": "Kaufmann", "birth_date": "1971-02-13", "street": "Oak Street", "house": "12"}


@pytest.mark.parametrize(
    "change",
    [
        {"given": "Bob"},
        {"given": "Kaufmann", "family": "Robert"},
        {"family": "Miller"},
        {"family": "Kauffman", "birth_date": "1971-02-31"},
        {"birth_date": "1917-02-13", "house": "21"},
        {"birth_date": "", "street": "Elm Street", "house": "4"},
        {"given": "", "birth_date": ""},
        {"given": "רוברט", "family": "קאופמן"},
    ],
)
def test_spoilt_values_leave_a_key_in_common(change: dict[str, str]) -> None:
    assert blocking_keys(person(**WHOLE)) & blocking_keys(person(**(WHOLE | change)))


def test_a_shared_address_or_number_is_enough() -> None:
    assert blocking_keys(person(emails=["A@b.example"])) == blocking_keys(person(emails=["a@B.example"])) != frozenset()
    assert blocking_keys(person(phones=["+972541234567"])) & blocking_keys(person(phones=["972 54 1234567"]))


def test_strangers_meet_nowhere() -> None:
    other = person(given="Maria", family="Okafor", birth_date="1990-07-08", street="Elm Road", house="3")
    assert not blocking_keys(person(**WHOLE)) & blocking_keys(other)


def test_nobody_has_no_keys() -> None:
    assert blocking_keys(person()) == frozenset()

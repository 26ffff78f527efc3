import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.matching import Frequencies, person
from services.profile.domain.matching.frequencies import values_of
from tests.profile.domain.matching.populations import population

PEOPLE = list(population(40).values())
FIELDS = ("given", "family", "birth_date", "street", "house", "city")


def counts(frequencies: Frequencies) -> list[tuple[int, int]]:
    return [
        (frequencies.count(field, getattr(one, field)), frequencies.total(field)) for one in PEOPLE for field in FIELDS
    ]


@given(st.randoms(use_true_random=False), st.integers(0, len(PEOPLE)))
def test_adding_and_removing_commute(chance: random.Random, kept: int) -> None:
    shuffled = chance.sample(PEOPLE, len(PEOPLE))
    both, fewer = Frequencies(), Frequencies()
    for one in shuffled:
        both.add(one)
    for one in shuffled[kept:]:
        both.remove(one)
    for one in shuffled[:kept]:
        fewer.add(one)
    assert counts(both) == counts(fewer)


def test_several_values_count_each() -> None:
    frequencies = Frequencies()
    frequencies.add(person(emails=["a@x.example", "b@x.example"], exact={"ssn": "12-34567"}))
    assert frequencies.count("email", "b@x.example") == 1
    assert frequencies.total("email") == 2
    assert frequencies.count("id:ssn", "1234567") == 1
    assert frequencies.count("email", "c@x.example") == 0


def test_counts_may_be_kept_elsewhere() -> None:
    kept = Counter(value for one in PEOPLE for value in values_of(one))
    mine, theirs = Frequencies(), Frequencies()
    for (field, value), times in kept.items():
        mine.change(field, value, times)
    for one in PEOPLE:
        theirs.add(one)
    assert counts(mine) == counts(theirs)


def test_what_was_never_seen_is_rare_but_not_impossible() -> None:
    frequencies = Frequencies()
    for one in PEOPLE:
        frequencies.add(one)
    assert 0 < frequencies.given_that("city", "Nowhere", "postcode", "00000") <= 1 / len(PEOPLE)

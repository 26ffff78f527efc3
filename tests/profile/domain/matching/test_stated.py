"""What identifiers and traits say about a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.matching import Frequencies, Model, Person, compare, person, score
from services.profile.domain.matching.counts import LEAST_KNOWN, TOTAL, counts_of, frequencies, needed
from services.profile.domain.matching.stated import TRAITS, person_of

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)
)


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ({"name": "Dana Cohen"}, {"given": "dana", "family": "cohen"}),
        ({"name": "Dana Cohen", "first_name": "Danielle"}, {"given": "danielle", "family": "cohen"}),
        ({"given_name": "Dan", "first_name": "Dana"}, {"given": "dana"}),
        ({"birthday": "1980-03-04T00:00:00Z"}, {"birth_date": "1980-03-04"}),
        ({"address": "77 Herzl Street, Haifa"}, {"house": "77", "street": "herzl st"}),
        (
            {"address": {"street": "Herzl 77", "city": "Haifa", "postalCode": "31000", "state": "North"}},
            {"house": "77", "street": "herzl", "city": "haifa", "postcode": "31000", "region": "north"},
        ),
        ({"address": {"city": "Haifa"}, "city": "Eilat"}, {"city": "eilat"}),
        ({"zip": 31000}, {"postcode": "31000"}),
        ({"gender": "Female", "national_id": "01-234"}, {"exact": (("number", "01234"), ("sex", "f"))}),
        ({"gender": "נקבה"}, {"exact": (("sex", "f"),)}),
        ({"name": ["Dana"], "city": True, "birth_date": None}, {}),
    ],
)
def test_traits_become_features(traits: dict[str, object], expected: dict[str, object]) -> None:
    assert person_of([], traits) == Person(**expected)  # type: ignore[arg-type]


def test_only_what_is_compared_comes_of_identifiers() -> None:
    known = [("email", "dana@example.com"), ("phone", "+972541234567"), ("device", "d-1"), ("customer_id", "c-1")]
    assert person_of(known, {}) == person(emails=["dana@example.com"], phones=["+972541234567"])


@given(st.dictionaries(st.sampled_from(sorted(TRAITS)), json))
def test_no_trait_breaks_it(traits: dict[str, object]) -> None:
    assert all("\0" not in str(value) for value in person_of([], traits))


@given(st.lists(st.sampled_from(["Dana", "Noa", "Avi"]), min_size=LEAST_KNOWN, max_size=LEAST_KNOWN + 20))
def test_the_counts_that_are_needed_weigh_like_all(names: list[str]) -> None:
    people = [person(given=name, city="Haifa", postcode="31000") for name in names]
    whole = Frequencies()
    kept: dict[tuple[str, str], int] = {}
    for one in people:
        whole.add(one)
        for counted, times in counts_of(one).items():
            kept[counted] = kept.get(counted, 0) + times
    vector = compare(people[0], people[1])
    few = frequencies({counted: kept[counted] for counted in needed([vector])})
    assert score(vector, Model(few)) == score(vector, Model(whole))


def test_a_value_of_few_people_is_no_common_one() -> None:
    one = person(given="Dana")
    counts = {("given", TOTAL): 2, ("given", "dana"): 2}
    assert score(compare(one, one), Model(frequencies(counts))).weight > 5

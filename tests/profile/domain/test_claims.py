from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.claims import NO_CLAIMS, Claim, agree, claims_of, conflict

DANA, AVI = Claim("given", "dana"), Claim("given", "avi")
LEAP_DAY, NEXT_YEAR = Claim("born", "1980-02-29"), Claim("born", "1981-02-28")
_claims = st.frozensets(st.sampled_from((DANA, AVI, LEAP_DAY, NEXT_YEAR)))


@pytest.mark.parametrize(
    ("traits", "claims"),
    [
        ({"first_name": " Dana "}, {DANA}),
        ({"first_name": "Da\0na"}, {DANA}),
        ({"first_name": "\0"}, set()),
        ({"given_name": "DANA", "name": "Avi Cohen"}, {DANA}),
        ({"name": "Dana Cohen"}, {DANA}),
        ({"full_name": "Cohen, Dana"}, {DANA}),
        ({"birth_date": "1980-02-29"}, {LEAP_DAY}),
        ({"birthday": "1980-02-29T00:00:00.000Z"}, {LEAP_DAY}),
        ({"birth_date": "1981-02-29"}, set()),
        ({"birth_date": "29/02/1980"}, set()),
        ({"birth_date": "1900-01-01"}, set()),
        ({"birth_date": 19800229, "first_name": ["Dana"], "name": None}, set()),
        ({"first_name": "  ", "city": "Dana"}, set()),
    ],
)
def test_traits_claim(traits: dict[str, Any], claims: set[Claim]) -> None:
    assert claims_of(traits) == claims


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({DANA}, {AVI}, "names_differ"),
        ({DANA}, {Claim("given", "דנה")}, None),
        ({Claim("given", "alexander")}, {Claim("given", "alex")}, None),
        ({LEAP_DAY}, {NEXT_YEAR}, "birth_dates_differ"),
        ({DANA, LEAP_DAY}, {DANA, NEXT_YEAR}, "birth_dates_differ"),
        ({DANA}, {LEAP_DAY}, None),
        ({DANA, AVI}, NO_CLAIMS, None),
        ({DANA, AVI}, {DANA}, "names_differ"),
    ],
)
def test_claims_conflict(one: set[Claim], other: set[Claim], why: str | None) -> None:
    assert conflict(one, other) == why
    assert conflict(other, one) == why


@given(st.lists(_claims, max_size=5))
def test_agreement_is_a_matter_of_all_pairs(claims: list[frozenset[Claim]]) -> None:
    pairs = [(a, b) for place, a in enumerate(claims) for b in claims[:place]]
    assert agree(claims) == all(conflict(a, b) is None for a, b in pairs)


@given(_claims, _claims, _claims, _claims)
def test_what_a_union_may_hold_its_parts_may_hold(
    a: frozenset[Claim], b: frozenset[Claim], c: frozenset[Claim], d: frozenset[Claim]
) -> None:
    if conflict(a | b, c | d) is None:
        assert conflict(a, c) is conflict(a, d) is conflict(b, c) is conflict(b, d) is None

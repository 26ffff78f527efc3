from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key, Sighting, Spotter

TIME = datetime(2026, 1, 1, tzinfo=UTC)
MAIL, PHONE, CUSTOMER = Key("email", "dana@example.com"), Key("phone", "+972541234567"), Key("customer_id", "c-1001")


class Stated(NamedTuple):
    namespace: str
    value: str
    assurance: str = "verified"


def spot(*stated: Stated, trust_claims: bool = False) -> Sighting:
    return Spotter(IdentityPolicy()).spot(TIME, stated, None, trust_claims=trust_claims)


def test_the_strongest_identifier_is_the_anchor() -> None:
    found = spot(Stated(*PHONE), Stated(*MAIL), Stated(*CUSTOMER))
    assert found.keys == (CUSTOMER, MAIL, PHONE)


def test_a_verified_identifier_goes_before_any_claimed_one() -> None:
    found = spot(Stated(*CUSTOMER, "claimed"), Stated(*PHONE))
    assert (found.keys, found.verified) == ((PHONE, CUSTOMER), 1)


def test_of_equals_the_lesser_value_is_the_anchor() -> None:
    found = spot(Stated("email", "zoe@example.com"), Stated("email", "Avi@example.com"))
    assert found.keys[0] == Key("email", "avi@example.com")


def test_a_source_may_vouch_for_claims() -> None:
    found = spot(Stated(*PHONE, "claimed"), Stated(*MAIL, "claimed"), trust_claims=True)
    assert (found.keys, found.verified) == ((MAIL, PHONE), 2)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_is_stated_twice_counts_once_at_its_better_assurance(order: tuple[int, int]) -> None:
    twice = (Stated("phone", "054-1234567", "claimed"), Stated("phone", "+972 54 123 4567"))
    found = spot(*(twice[place] for place in order))
    assert (found.keys, found.verified) == ((PHONE,), 1)


def test_junk_is_remembered_with_its_reason_and_no_value() -> None:
    found = spot(Stated("email", "null"), Stated("phone", "123"), Stated("shoe", "44"), Stated(*MAIL))
    assert found.blocked == (("email", "junk"), ("phone", "short"), ("shoe", "namespace"))
    assert found.keys == (MAIL,)


def test_nothing_usable_is_nobody() -> None:
    assert spot().keys == spot(Stated("email", "guest")).keys == ()

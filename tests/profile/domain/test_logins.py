"""The login that is nearest in time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.logins import Login, nearest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def login(hours: int, identifier: int, id_: str = "e") -> Login:
    return Login(NOON + hours * HOUR, "/web", id_, identifier)


@pytest.mark.parametrize(
    ("hours", "whose"),
    [(-6, 1), (-4, 1), (-3, 1), (5, 2), (8, 2), (9, None), (-7, None)],
    ids=["just before", "at once", "the earlier of two as far", "nearer to the later", "last", "too late", "too early"],
)
def test_the_nearest_login_counts_if_it_is_near_enough(hours: int, whose: int | None) -> None:
    found = nearest(NOON + hours * HOUR, [login(-4, 1), login(-2, 2), login(6, 2)], 2 * HOUR)
    assert (found and found.identifier) == whose


def test_at_one_time_the_lesser_id_counts() -> None:
    assert nearest(NOON + HOUR, [login(0, 1, "a"), login(0, 2, "b")], HOUR) == login(0, 1, "a")
    assert nearest(NOON - HOUR, [login(0, 1, "a"), login(0, 2, "b")], HOUR) == login(0, 1, "a")


def test_nobody_logged_in() -> None:
    assert nearest(NOON, [], HOUR) is None


@given(
    st.lists(st.builds(login, st.integers(-9, 9), st.integers(1, 3), st.sampled_from("ab")), max_size=9),
    st.integers(-9, 9),
    st.integers(1, 5),
)
def test_no_login_comes_before_the_one_found(logins: list[Login], hours: int, lasts: int) -> None:
    moment = NOON + hours * HOUR
    ranked = sorted((abs(one.time - moment), one) for one in logins)
    expected = ranked[0][1] if ranked and ranked[0][0] <= lasts * HOUR else None
    assert nearest(moment, sorted(logins), lasts * HOUR) == expected

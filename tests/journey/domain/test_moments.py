from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.moments import moment, whole

OFFSETS = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours, minutes=30)))


@given(st.datetimes(timezones=OFFSETS))
def test_a_moment_comes_back_exactly(time: datetime) -> None:
    assert moment(whole(time)) == time


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_whole_moments_are_in_the_order_of_times(one: datetime, other: datetime) -> None:
    assert (whole(one) < whole(other)) == (one < other)


def test_they_count_from_1970_in_utc() -> None:
    assert whole(datetime(1970, 1, 1, 2, 0, 1, 5, tzinfo=timezone(timedelta(hours=2)))) == 1_000_005
    assert moment(-1) == datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def test_a_time_without_a_zone_is_no_moment() -> None:
    with pytest.raises(TypeError):
        whole(datetime(2026, 1, 1))  # noqa: DTZ001 -- that is the point

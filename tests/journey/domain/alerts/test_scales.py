import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.alerts.levels import THOUSANDTHS
from services.journey.domain.alerts.scales import Count, Length, Rate, Scale, Share
from services.journey.domain.alerts.series import Sums

n = st.integers(3, 10_000)
share = st.floats(0.05, 0.95)
far = st.floats(0, 6)


def test_three_where_none_are_expected_are_within_reason_and_ten_are_not() -> None:
    assert Count().residual(Sums(3, 0, 0), 0.0) == pytest.approx(2.45, abs=0.01)
    assert Count().residual(Sums(10, 0, 0), 0.0) > 5


def test_a_share_of_many_is_further_than_the_same_of_few() -> None:
    few, many = (Share().residual(Sums(n, n * THOUSANDTHS // 2, 0), 0.2) for n in (10, 1_000))
    assert 1 < few < 3
    assert many > 15


def test_a_heavy_pain_point_is_one_event_and_not_many() -> None:
    ten_light, one_heavy = Sums(20, 10 * THOUSANDTHS, 0), Sums(20, 10 * THOUSANDTHS, 0)
    assert Rate(1.0).residual(ten_light, 0.0) > 2 * Rate(10.0).residual(one_heavy, 0.0)


@pytest.mark.parametrize("scale", [Rate(1.0), Rate(2.5), Share(), Length(0.5)])
@given(n=n, centre=share, residual=far)
def test_the_value_so_far_away_is_that_far_away(scale: Scale, n: int, centre: float, residual: float) -> None:
    if isinstance(scale, Length):
        centre = 60 * (1 + centre)
    value = scale.at(Sums(n, 0, 0), centre, residual)
    if isinstance(scale, Share) and value >= 1:
        return
    total = value * n * THOUSANDTHS if not isinstance(scale, Length) else None
    if total is None:
        return
    assert scale.residual(Sums(n, total, 0), centre) == pytest.approx(residual, abs=0.01)  # type: ignore[arg-type]


@given(expected=st.floats(0, 1_000), residual=st.floats(-6, 6))
def test_nothing_is_less_than_nothing(expected: float, residual: float) -> None:
    assert Count().at(Sums(1, 0, 0), expected, residual) >= 0
    assert 0 <= Share().at(Sums(20, 0, 0), min(expected / 1_000, 1), residual) <= 1

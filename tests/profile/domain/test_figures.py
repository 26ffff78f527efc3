from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.figures import Figure, total

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_times = st.integers(0, 3).map(lambda days: NOON + timedelta(days=days))
_counts = st.integers(0, 2**40)
_figures = st.builds(Figure, _counts, _times, _times, _counts, _counts, _counts)


@given(_figures, _figures, _figures)
def test_figures_add_up_in_any_order(a: Figure, b: Figure, c: Figure) -> None:
    assert {total(order) for order in permutations((a, b, c))} == {a.plus(b.plus(c))}


def test_figures_of_nothing_are_none() -> None:
    assert total([]) is None


def test_a_sum_keeps_the_extremes() -> None:
    early = Figure(1, NOON, NOON, 10, 20, 1)
    late = Figure(2, NOON + timedelta(days=1), NOON + timedelta(days=2), 1, 2, 3)
    assert total([late, early]) == Figure(3, NOON, NOON + timedelta(days=2), 11, 22, 4)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.figures import growth, in_turns, latency, nearest_rank


def test_percentiles_are_by_nearest_rank_in_milliseconds() -> None:
    found = latency([number / 1000 for number in range(1, 101)])

    assert found is not None
    assert (found.count, found.p50, found.p95, found.p99, found.max) == (100, 50.0, 95.0, 99.0, 100.0)


def test_no_durations_have_no_percentiles() -> None:
    assert latency([]) is None


@given(st.lists(st.floats(0, 100), min_size=1), st.sampled_from((0.5, 0.95, 0.99)))
def test_at_least_that_share_does_not_exceed_a_percentile(values: list[float], share: float) -> None:
    found = nearest_rank(sorted(values), share)

    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values)


def test_ratio_is_the_median_of_the_rounds_and_each_comes_first_in_turn() -> None:
    order: list[str] = []
    floors, steps = iter((100.0, 10.0, 200.0)), iter((50.0, 1.0, 20.0))

    def floor() -> float:
        order.append("floor")
        return next(floors)

    def step() -> float:
        order.append("step")
        return next(steps)

    assert in_turns(3, floor, step).ratio == pytest.approx(0.1)
    assert order == ["floor", "step", "step", "floor", "floor", "step"]


def test_a_growing_delay_shows_whatever_order_it_was_seen_in() -> None:
    steady = [(float(second), 0.1) for second in range(30)]
    growing = [(float(second), 0.1 + 0.05 * second) for second in reversed(range(30))]

    assert growth(steady) == 0.0
    assert growth(growing) == pytest.approx(1.0)
    assert growth([]) == 0.0

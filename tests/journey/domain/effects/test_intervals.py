"""Intervals against statsmodels and scipy, and by what has to hold of them."""

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from services.journey.domain.effects.intervals import (
    Interval,
    beside_others,
    difference,
    figure,
    hybrid,
    independent,
    t_quantile,
    wilson,
)
from services.journey.domain.effects.observed import Observed, Place
from tests.journey.domain.effects.crowds import MEANS, SHARES, Facts, crowds, pairs, seen

COUNTS = st.integers(1, 400).flatmap(lambda facts: st.tuples(st.integers(0, facts), st.just(facts)))


@pytest.mark.parametrize("freedom", [9, 10, 15, 30, 100, 10_000])
def test_the_quantile_is_that_of_student(freedom: int) -> None:
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=5e-5)


@given(COUNTS)
def test_an_interval_of_a_share_is_wilsons(counted: tuple[int, int]) -> None:
    met, facts = counted
    found = wilson(met / facts, facts)
    assert found[1:] == pytest.approx(proportion_confint(met, facts, method="wilson"), abs=1e-9)


@given(COUNTS, COUNTS)
def test_a_difference_of_shares_is_newcombes(before: tuple[int, int], after: tuple[int, int]) -> None:
    found = hybrid(*(wilson(met / facts, facts) for met, facts in (before, after)))
    expected = confint_proportions_2indep(*after, *before, method="newcomb", compare="diff", correction=False)
    assert found[1:] == pytest.approx(expected, abs=1e-9)


def regression(crowd: list[Facts], places: list[Place], effect: int) -> tuple[float, float]:
    """The coefficient of a regression on dummies for these places, and its cluster-robust error."""
    rows = [
        (value, place, number) for number, customer in enumerate(crowd) for place in places for value in customer[place]
    ]
    y, where, groups = (np.array(column) for column in zip(*rows, strict=True))
    later, here = where % 2, (where < Place.BEFORE_ELSEWHERE).astype(int)
    columns = [np.ones(len(y)), later] if len(places) == 2 else [np.ones(len(y)), later, here, later * here]
    options = {"groups": groups, "use_correction": False}
    fit = OLS(y.astype(float), np.column_stack(columns)).fit(cov_type="cluster", cov_kwds=options)
    clusters = len(set(groups))
    variance = max(0.0, fit.cov_params()[effect, effect])  # of facts that are all alike, nought but for rounding
    return fit.params[effect], math.sqrt(variance * clusters / (clusters - 1))


def as_near(expected: tuple[float, float, float], half: float) -> Any:
    """As near as the quantile of t is told: to four digits of half the interval, whatever its ends come to."""
    return pytest.approx(expected, rel=1e-4, abs=1e-3 + 1e-4 * half)


@settings(max_examples=30)
@given(crowds(MEANS))
def test_a_difference_of_means_is_that_of_a_regression_with_clusters(crowd: list[Facts]) -> None:
    found = difference(seen(crowd), None)
    value, error = regression(crowd, [Place.BEFORE, Place.AFTER], 1)
    fewest = min(sum(bool(customer[place]) for customer in crowd) for place in (Place.BEFORE, Place.AFTER))
    half = stats.t.ppf(0.975, fewest - 1) * error
    assert found == as_near((value, value - half, value + half), half)


@settings(max_examples=30)
@given(crowds(MEANS))
def test_a_difference_in_differences_is_that_of_a_regression_with_clusters(crowd: list[Facts]) -> None:
    found = beside_others(seen(crowd))
    value, error = regression(crowd, list(Place), 3)
    fewest = min(sum(bool(customer[place]) for customer in crowd) for place in Place)
    half = stats.t.ppf(0.975, fewest - 1) * error
    assert found == as_near((value, value - half, value + half), half)


@pytest.mark.parametrize(("values", "whole"), [(MEANS, None), (SHARES, 1.0)])
@given(data=st.data())
def test_the_order_of_customers_does_not_matter(
    values: st.SearchStrategy[float], whole: float | None, data: st.DataObject
) -> None:
    crowd = data.draw(crowds(values))
    other = data.draw(st.permutations(crowd))
    assert difference(seen(crowd), whole) == difference(seen(other), whole)
    assert beside_others(seen(crowd)) == beside_others(seen(other))


@pytest.mark.parametrize(("values", "whole"), [(MEANS, None), (SHARES, 1.0)])
@given(data=st.data())
def test_before_and_after_changed_about_is_the_difference_turned_round(
    values: st.SearchStrategy[float], whole: float | None, data: st.DataObject
) -> None:
    crowd = data.draw(crowds(values))
    there = difference(seen(crowd), whole)
    back = difference(seen([(after, before, *others) for before, after, *others in crowd]), whole)
    assert there
    assert back
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low), abs=1e-6)
    assert there.low <= there.value <= there.high


@given(crowds(SHARES))
def test_shares_stay_shares(crowd: list[Facts]) -> None:
    for place in Place:
        found = figure(seen(crowd), place, 1.0)
        assert found
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.low < found.high


@pytest.mark.parametrize("whole", [None, 1.0])
@given(data=st.data())
def test_a_customer_who_says_it_ten_times_is_one_customer(whole: float | None, data: st.DataObject) -> None:
    """Ten facts that are all alike say nothing that one did not."""
    values = st.lists(SHARES, min_size=12, max_size=12)
    before, after = data.draw(values), data.draw(values)
    once = pairs([[value] for value in before], [[value] for value in after])
    often = pairs([[value] * 10 for value in before], [[value] * 10 for value in after])
    first, second = difference(seen(once), whole), difference(seen(often), whole)
    assert first
    assert second
    assert second == pytest.approx(first)


@given(crowds(SHARES))
def test_percent_are_shares_of_a_hundred(crowd: list[Facts]) -> None:
    hundred = [[[100 * value for value in those] for those in customer] for customer in crowd]
    one, other = difference(seen(crowd), 1.0), difference(seen(hundred), 100.0)
    assert one
    assert other == pytest.approx(one.times(100))


def test_what_nobody_met_any_more_is_not_certain_to_be_gone() -> None:
    found = difference(seen(pairs([[1.0]] * 3 + [[0.0]] * 27, [[0.0]] * 30)), 1.0)
    assert found
    assert found.value == pytest.approx(-0.1)
    assert found.low < -0.2
    assert found.high > 0


def test_fewer_than_ten_customers_have_no_interval() -> None:
    crowd = pairs([[1.0, 0.0, 1.0]] * 9, [[0.0]] * 50)
    assert difference(seen(crowd), 1.0) is None
    assert difference(seen(crowd), None) is None
    assert figure(seen(crowd), Place.BEFORE, None) is None
    assert figure(seen(crowd), Place.AFTER, 1.0)
    assert beside_others(seen(crowd)) is None
    assert figure(seen([]), Place.BEFORE, 1.0) is None


def test_facts_that_hang_together_count_as_fewer() -> None:
    apart = seen(pairs([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]] * 5, [[0.0]] * 10))
    alike = seen(pairs([[1.0, 1.0], [0.0, 0.0]] * 10, [[0.0]] * 10))
    assert independent(apart, Place.BEFORE, 1.0) > 1.5 * independent(alike, Place.BEFORE, 1.0)


def test_customers_met_on_both_sides_make_the_difference_surer() -> None:
    """Each waits as long as themselves: what differs between customers does not blur what changed for each."""
    waits = [float(10 * number) for number in range(20)]
    same = [([wait], [wait + 5 + number % 2], (), ()) for number, wait in enumerate(waits)]
    others = pairs([customer[0] for customer in same], [customer[1] for customer in same])
    paired, apart = difference(seen(same), None), difference(seen(others), None)
    assert paired
    assert apart
    assert paired.value == pytest.approx(apart.value)
    assert paired.low > 0 > apart.low


def _holds(truth: float, interval: Interval | None) -> bool:
    assert interval
    return interval.low <= truth <= interval.high


@pytest.mark.parametrize(("before", "after"), [(0.3, 0.2), (0.1, 0.02), (0.5, 0.5)])
@pytest.mark.parametrize("customers", [25, 100])
def test_about_95_of_a_hundred_intervals_hold_the_truth(before: float, after: float, customers: int) -> None:
    """Customers differ, come several times, and half of them on both sides: naive intervals hold it far less often."""
    chance = random.Random(9)

    def drawn() -> Observed:
        crowd = []
        for number in range(customers):
            luck = 2 * chance.random()
            facts = [
                [float(chance.random() < luck * share) for _ in range(chance.randint(1, 5))]
                for share in (before, after)
            ]
            crowd.append((facts[0] if number % 4 else [], facts[1] if (number + 1) % 4 else [], (), ()))
        return seen(crowd)

    held = [_holds(after - before, difference(drawn(), 1.0)) for _ in range(200)]
    assert sum(held) >= 0.92 * len(held)

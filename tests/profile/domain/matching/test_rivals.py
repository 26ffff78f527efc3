from collections.abc import Callable

import pytest

from services.profile.domain.matching import Score, weigh_rivals


def certain(odds: float) -> Score:
    return Score(10.0, odds / (1 + odds))


def against(*pairs: tuple[str, str]) -> Callable[[str, str], float]:
    return lambda one, other: -5.0 if (one, other) in pairs or (other, one) in pairs else 5.0


def test_who_fits_somebody_else_better_fits_less() -> None:
    scores = {("a", "b"): certain(4), ("a", "c"): certain(1000)}
    found = weigh_rivals(scores, against(("b", "c")))
    assert found["a", "b"].probability == pytest.approx(4 / (4 + 1001))
    assert found["a", "c"].probability == pytest.approx(1000 / (1000 + 5))
    assert found["a", "b"].weight < 10


def test_two_who_fit_alike_share_the_doubt() -> None:
    scores = {("a", "b"): certain(1e6), ("a", "c"): certain(1e6)}
    found = weigh_rivals(scores, against(("b", "c")))
    assert [one.probability for one in found.values()] == pytest.approx([0.5, 0.5], abs=1e-5)


def test_three_records_of_one_person_are_no_rivals() -> None:
    scores = {("a", "b"): certain(4), ("a", "c"): certain(1000)}
    assert weigh_rivals(scores, against()) == scores


def test_what_hardly_fits_is_left_alone() -> None:
    scores = {("a", "b"): certain(1e-6), ("a", "c"): certain(1000)}
    assert weigh_rivals(scores, against(("b", "c"))) == scores

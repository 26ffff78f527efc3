"""Floors safely below what was measured on the held-out half of the truth; docs/names.md has the figures."""

import pytest

from services.profile.domain.names import Agreement, compare_family, compare_given
from tests.profile.domain.names import truth

APART = {Agreement.DIFFERENT, Agreement.UNKNOWN}


def agree_given(a: str, b: str) -> bool:
    return compare_given(a, b) not in APART


def agree_family(a: str, b: str) -> bool:
    return compare_family(a, b) not in APART


def test_no_name_is_in_both_halves() -> None:
    halves = [{row.spellings[0] for row in truth.rows("given.csv", half)} for half in truth.HALVES]
    assert not halves[0] & halves[1]
    assert min(map(len, halves)) > 100


@pytest.mark.parametrize(
    ("kind", "recall", "precision"),
    [
        ("Hebrew-Latin", 0.93, 0.88),
        ("Latin-Latin", 0.94, 0.88),
        ("Hebrew-Hebrew", 0.92, 0.70),
        ("nickname", 0.82, 0.80),
    ],
)
def test_held_out_given_names(kind: str, recall: float, precision: float) -> None:
    score = truth.score(truth.rows("given.csv", "held-out"), agree_given, [kind])[kind]
    assert score.recall >= recall
    assert score.precision >= precision
    assert score.kept_apart >= 0.998


@pytest.mark.parametrize(
    ("kind", "recall", "precision"),
    [("Hebrew-Latin", 0.93, 0.97), ("Latin-Latin", 0.94, 0.97), ("Hebrew-Hebrew", 0.80, 0.90)],
)
def test_held_out_family_names(kind: str, recall: float, precision: float) -> None:
    score = truth.score(truth.rows("family.csv", "held-out"), agree_family, [kind])[kind]
    assert score.recall >= recall
    assert score.precision >= precision


def test_held_out_confusable_names_stay_apart() -> None:
    pairs = truth.confusable("held-out")
    assert sum(not agree_given(*pair) for pair in pairs) / len(pairs) >= 0.88

import pytest

from services.profile.domain.matching import person
from tests.bench_matching.datasets import Dataset, iso_date
from tests.bench_matching.figures import at_threshold, best
from tests.bench_matching.households import Statement, by_names, by_names_else_dates, kept, kept_by_pairs
from tests.bench_matching.resolving import resolve_home

TRUTH = frozenset({("a", "b"), ("c", "d"), ("e", "f"), ("g", "h")})
SCORES = {("a", "b"): 9.0, ("c", "d"): 8.0, ("a", "c"): 7.0, ("e", "f"): 6.0, ("a", "d"): 1.0}


def test_quality_at_a_threshold() -> None:
    found = at_threshold(SCORES, TRUTH, 7.0)
    assert (found.precision, found.recall) == (2 / 3, 0.5)


def test_the_best_threshold_keeps_the_precision() -> None:
    assert best(SCORES, TRUTH, 0.99)[1:] == (1.0, 0.5)
    assert best(SCORES, TRUTH, 0.75)[1:] == (0.75, 0.75)
    assert best({}, TRUTH).recall == 0


def test_equal_scores_stand_or_fall_together() -> None:
    assert best({("a", "b"): 1.0, ("a", "c"): 1.0}, TRUTH).recall == 0


def test_pairs_that_are_asked_for() -> None:
    people = dict.fromkeys("abcde", person())
    source = dict(zip("abcde", "xxyyy", strict=True))
    assert Dataset("d", people, source, TRUTH, linking=True).pairs() == 6
    assert Dataset("d", people, source, TRUTH, linking=False).pairs() == 10
    assert not Dataset("d", people, source, TRUTH, linking=True).comparable("a", "b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("19840516", "1984-05-16"), ("05/16/1984", "1984-05-16"), ("19840516.0", "1984-05-16"), ("1984", "1984")],
)
def test_dates_of_all_sources_become_one_form(text: str, expected: str) -> None:
    assert iso_date(text) == expected


def statement(who: str, given: str, birth_date: str = "") -> Statement:
    return Statement(who, f"{who}@mail.example", "+12065550100", given, "Katz", birth_date)


HOME = [statement("1", "Robert", "1980-01-02"), statement("1", "Bob"), statement("2", "Maria"), statement("3", "")]


def test_a_resolver_is_judged_by_pairs() -> None:
    assert kept([HOME], lambda home: [frozenset({0, 1}), frozenset({2, 3})])[:2] == (4 / 5, 1.0)
    assert kept([HOME], lambda home: [frozenset({position}) for position in range(4)])[:2] == (1.0, 0.0)


def test_so_is_a_rule_on_two_statements() -> None:
    assert kept_by_pairs([HOME], by_names)[:2] == (2 / 5, 1.0)


def test_dates_decide_where_names_say_little() -> None:
    unnamed = statement("3", "", "1950-07-08")
    assert by_names_else_dates(HOME[0], unnamed)
    assert not by_names_else_dates(HOME[0], statement("1", "Robert", "1950-07-08"))


def test_identity_resolution_keeps_unlike_names_apart() -> None:
    groups = resolve_home(HOME[:3])
    assert frozenset({0, 1}) in groups
    assert frozenset({2}) in groups

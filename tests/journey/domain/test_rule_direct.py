"""Conditions evaluated directly say what the CEL interpreter says, or leave it to it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.cel_syntax import parse
from services.journey.domain.model import Journey
from services.journey.domain.rule_direct import EXACT, Unsure, direct
from services.journey.domain.rules import RuleFailure, interpreted

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ATOMS = (
    "i.measures.wait_seconds > 120.0",
    "i.measures.wait_seconds <= 3",
    "i.measures.transfers >= 1",
    "i.measures.transfers == 1",
    "i.measures.transfers != 1.5",
    "i.survey.score < 7",
    'i.reason == "billing"',
    'i.reason != "billing"',
    'i.reason.startsWith("bill")',
    'i.reason.endsWith("ing")',
    'i.reason.contains("ll")',
    'i.reason in ["billing", "delivery"]',
    "i.reason == null",
    "i.reason != null",
    "has(i.survey.score)",
    "has(j.stage)",
    'j.stage == "two"',
    'j.stage in ["one", "two"]',
    "j.visits.one > 1",
    "j.touchpoints < 4",
)
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("!({})".format, inner),
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
    ),
    max_leaves=5,
)
VALUES = st.one_of(
    st.none(),
    st.sampled_from([0, 1, 2, 120, EXACT, EXACT + 1, 2**63 - 1, 1.0, 1.5, 120.0, 120.5, True, "billing", "one", ""]),
    st.just([1]),
)
JOURNEYS = st.none() | st.builds(
    lambda stage, visits, touchpoints: Journey(
        1, NOON, stage, NOON, NOON, touchpoints=touchpoints, visits={"one": visits}
    ),
    st.sampled_from(["one", "two", "three"]),
    st.integers(0, 3),
    st.integers(1, 5),
)


@given(CONDITIONS, VALUES, VALUES, VALUES, VALUES, JOURNEYS)
def test_both_say_the_same(text: str, wait: Any, transfers: Any, score: Any, reason: Any, j: Journey | None) -> None:
    node = parse(text)
    quick = direct(node)
    assert quick is not None
    i = {"measures": {"wait_seconds": wait, "transfers": transfers}, "survey": {"score": score}, "reason": reason}
    try:
        said = quick(i, j)
    except Unsure:
        return
    assert interpreted(node)(i, j) is said


@pytest.mark.parametrize(
    "text",
    [
        'i.reason.matches("^b")',
        "i.measures.wait_seconds > -1.0",
        "i.measures.wait_seconds + 1.0 > 2.0",
        "120.0 < i.measures.wait_seconds",
        'i.reason in ["a", i.queue]',
        r'i.reason == "a\x2e"',
        'j.stage == "one" ? true : false',
        'i.identifiers.exists(x, x.namespace == "phone")',
        "i.measures.transfers > 9007199254740993",
        'has(i.reason) && i.reason.matches("^b")',
    ],
)
def test_other_forms_are_left_to_the_interpreter(text: str) -> None:
    assert direct(parse(text)) is None


def test_a_value_of_another_type_is_left_to_the_interpreter() -> None:
    node = parse("i.reason > 5")
    quick = direct(node)
    assert quick is not None
    with pytest.raises(Unsure):
        quick({"reason": "x"}, None)
    with pytest.raises(RuleFailure):
        interpreted(node)({"reason": "x"}, None)

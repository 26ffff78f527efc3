from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from services.journey.domain.model import Journey, Kind
from services.journey.domain.rule_fields import RuleProblem
from services.journey.domain.rules import Rule, RuleFailure, compile_rule

I = {  # noqa: E741
    "type": "call.ended",
    "time": datetime(2026, 3, 1, 9, tzinfo=UTC),
    "source": "/call/genesys",
    "channel": "call",
    "reason": "refund.late",
    "measures": {"wait_seconds": 130, "transfers": 0},
    "identifiers": [{"namespace": "phone", "value": "+972541234567"}],
    "properties": {"basket": {"lines": [3]}, "vip": True},
}
J = Journey(
    number=1,
    opened_at=datetime(2026, 3, 1, 7, tzinfo=UTC),
    stage="chasing",
    entered_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
    touched_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    visits={"chasing": 2},
)


def holds(rule: Rule, i: Mapping[str, Any], j: Journey | None) -> bool:
    """What a fold asks: rules that do not concern an interaction's kind are left aside."""
    return rule.concerns(Kind(i["type"], i.get("channel"), i.get("reason"))) and rule.holds(i, j)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('i.type == "call.ended"', True),
        ('i.type in ["call.ended", "call.started"]', True),
        ('i.reason.startsWith("refund")', True),
        ('i.reason.matches("^refund[.]")', True),
        ("i.measures.wait_seconds > 120.0", True),
        ("i.measures.wait_seconds > 120", True),
        ("i.measures.transfers >= 1", False),
        ('i.identifiers.exists(x, x.namespace == "phone")', True),
        ('i.identifiers.exists(x, x.assurance == "claimed")', False),
        ("i.properties.basket.lines[0] == 3", True),
        ('i.properties["basket"].lines[0] > 5', False),
        ("i.properties.vip", True),
        ("j.visits.chasing > 1", True),
        ('i.time - j.entered_at >= duration("1h")', True),
        ('i.time > timestamp("2026-02-28T00:00:00Z") && i.time.getHours() == 9', True),
        ('j.stage == "chasing" ? i.type == "call.ended" : false', True),
        ("size(i.reason) == 11", True),
    ],
)
def test_what_a_rule_says_of_values_that_are_there(text: str, expected: bool) -> None:
    assert holds(compile_rule("rule", text), I, J) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i.sentiment > 0.5", False),
        ("i.sentiment < 0.5", False),
        ("!(i.sentiment < 0.5)", True),
        ("i.survey.score > 5.0", False),
        ("!(i.survey.score > 5.0)", True),
        ("i.survey.score == null", True),
        ('i.queue == "billing"', False),
        ('i.queue != "billing"', True),
        ('i.queue.startsWith("b")', False),
        ('!i.queue.startsWith("b")', True),
        ('i.queue in ["a", "b"]', False),
        ('"a" in i.traits', False),
        ("i.sentiment + 1.0 == 2.0", False),
        ("size(i.queue) == 0", False),
        ("has(i.queue)", False),
        ("!has(i.survey.score)", True),
        ("i.money.amount > 10.0 || i.type == 'call.ended'", True),
        ('i.identifiers.exists(x, i.queue.startsWith("b"))', False),
        ("i.traits.exists(x, true)", False),
        ("j.visits.paid > 0", False),
        ("i.properties.basket.lines.more.deep > 1", False),
    ],
)
def test_an_absent_field_is_null_and_compares_false(text: str, expected: bool) -> None:
    assert holds(compile_rule("rule", text), I, J) is expected


def test_outside_a_journey_there_is_no_stage() -> None:
    assert compile_rule("rule", "!has(j.stage) && !(j.touchpoints > 0)").holds(I, None)


@pytest.mark.parametrize(
    ("text", "says", "offset"),
    [
        ('i.type == "x" &&', "a value is missing", 16),
        ('i.type = "x"', "== is meant", 7),
        ('i.type == "x" and i.type == "y"', "&& is meant", 14),
        ("p.trait.vip == true", "write p.traits", 0),
        ("p.plans == 1", "write one of p.figures, p.segments, p.traits", 0),
        ('"plan" in p.traits', "has(p.traits.plan)", 10),
        ("p.traits[i.reason] == 1", "name one trait", 0),
        ('i.chanel == "call"', "write i.channel", 0),
        ("i.measures.wait_second > 1", "write i.measures.wait_seconds", 0),
        ("j.stages == 'a'", "write j.stage", 0),
        ('channel == "call"', "write i.channel", 0),
        ("i.channel == call", 'write "call"', 13),
        ('i.text.contains("refund")', "not kept", 0),
        ('i.reason.beginsWith("x")', "no function 'beginsWith'", 9),
        ('i.reason.matches("[")', "not a regular expression", 9),
        ("i", "write i.type", 0),
        ("i.identifiers.exists(i, true)", "write i.identifiers.exists(x", 14),
        ("has(1)", "has() takes one field", 0),
        ("(" * 80, "nested too deeply", 50),
        ('i.type == "x', "is not closed", 10),
    ],
)
def test_a_rule_that_cannot_be_accepted_says_what_to_write(text: str, says: str, offset: int) -> None:
    with pytest.raises(RuleProblem) as caught:
        compile_rule("rule", text)
    assert says in str(caught.value)
    assert caught.value.offset == offset


@pytest.mark.parametrize("text", ["i.type > 5", "i.reason", "i.reason ? true : false", "int(i.reason) == 1"])
def test_a_rule_that_meets_other_values_fails_by_name_of_the_error(text: str) -> None:
    rule = compile_rule("rule", text)
    with pytest.raises(RuleFailure):
        rule.holds(I, J)


@pytest.mark.parametrize(
    ("text", "admitted", "refused"),
    [
        ('i.type == "a.b"', {"a.b"}, {"a.c"}),
        ('"a.b" == i.type', {"a.b"}, {"a.c"}),
        ('i.type in ["a.b", "c.d"] && i.queue == "x"', {"a.b", "c.d"}, {"a.c"}),
        ('i.type.startsWith("call.")', {"call.x"}, {"chat.x"}),
        ('i.type == "a.b" || i.type.startsWith("c.")', {"a.b", "c.d"}, {"d.e"}),
        ('i.queue == "q" && (i.type == "a.b" || i.type == "c.d")', {"a.b", "c.d"}, {"d.e"}),
    ],
)
def test_types_are_read_off_the_text(text: str, admitted: set[str], refused: set[str]) -> None:
    types = compile_rule("rule", text).types
    assert types is not None
    assert all(types.admits(name) for name in admitted)
    assert not any(types.admits(name) for name in refused)


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ('i.type in ["call.ended", "b"]', True),
        ('i.type.startsWith("call.") || i.type == "b"', True),
        ('i.type == "call.ended" && j.stage == "chasing"', True),
        ('i.type == "call.ended" && has(j.stage)', True),
        ('i.type == "call.ended" && i.type.startsWith("call")', False),
        ('(i.type == "call.ended" && i.channel == "call") || i.type == "b"', False),
    ],
)
def test_only_what_the_index_leaves_open_is_evaluated(text: str, decided: bool) -> None:
    rule = compile_rule("rule", text)
    assert (rule.condition is None) is decided
    assert holds(rule, I, J)
    assert not holds(rule, {**I, "type": "x"}, J)


def test_whoever_is_in_a_journey_has_a_stage() -> None:
    rule = compile_rule("rule", 'i.type == "call.ended" && has(j.stage)')
    assert holds(rule, I, J)
    assert not holds(rule, I, None)


@pytest.mark.parametrize(
    "text",
    [
        'i.type != "a.b"',
        '!(i.type == "a.b")',
        'i.type == "a.b" || i.queue == "q"',
        "i.type in [i.name]",
        'i.type.endsWith(".b")',
        'i.type == "a.b" ? true : true',
        r'i.type == "a\x2eb"',
    ],
)
def test_what_cannot_be_told_admits_every_type(text: str) -> None:
    assert compile_rule("rule", text).types is None

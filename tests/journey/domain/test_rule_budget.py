"""What the worst rules cost: refused when they are written, or stopped where what they read is too large."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.cel_syntax import parse
from services.journey.domain.definition import load_definition
from services.journey.domain.definition_text import DefinitionProblem
from services.journey.domain.fold import fold
from services.journey.domain.rule_budget import RULE_STEPS, TOO_MANY, TOO_MANY_TOGETHER
from services.journey.domain.rule_cost import cost, pattern_steps
from services.journey.domain.rule_fields import RuleProblem
from services.journey.domain.rule_size import UNBOUNDED, Size, either, fits, shape_of
from services.journey.domain.rules import RuleFailure, compile_rule, steps_at_most
from tests.journey.timelines import happened

DEFINITION = """
key: costly
version: 1
title: {{en: Costly}}
stages:
  - {{key: one, when: 'i.type == "order.placed"'}}
pain_points:
{pain_points}
"""
EVERY_PAIR = "i.properties.lines.exists(x, i.properties.lines.exists(y, x.sku == y.sku && x.price != y.price))"


def lines(count: int) -> list[dict[str, Any]]:
    return [{"sku": f"sku-{number}", "price": number} for number in range(count)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("i.traits.all(a, i.traits.all(b, i.traits.all(c, true)))", "write at most two of all, exists"),
        ('["ha"]' + ".map(x, x + x)" * 25 + '[0] == "ha"', r"may take [\d,]{9,} steps"),
        ('i.properties.a.map(x, x + "-").filter(x, x != "").map(x, x + "-").map(x, x) == []', "at most two of"),
        (r'i.reason.matches("(\\w{20}){20}")', "write a shorter pattern"),
        (r'i.identifiers.exists(x, x.value.matches("\\w{50}"))', "write a shorter pattern"),
        ("i.reason.matches(i.properties.pattern)", "takes a pattern in quotes"),
        ("i.reason.matches()", "takes a pattern in quotes"),
        ("1" + " + 1" * 400 + " > 0", "nested more than 30 deep"),
        ("!" * 1_900 + "true", "nested more than 30 deep"),
        ("-" * 1_900 + "1 > 0", "nested more than 30 deep"),
        ("i.properties" + ".a" * 900 + " == 1", "nested more than 30 deep"),
        ("i.properties" + "[0]" * 600 + " == 1", "nested more than 30 deep"),
        ("(" * 900 + "true" + ")" * 900, "nested too deeply"),
    ],
)
def test_a_rule_that_may_cost_too_much_is_refused(text: str, says: str) -> None:
    with pytest.raises(RuleProblem, match=says):
        steps_at_most(text)


@pytest.mark.parametrize(
    "text",
    [
        " || ".join(f'i.name == "a{number}"' for number in range(110)),
        " && ".join(f"i.properties.a{number} > 1" for number in range(85)),
        " || ".join(f"i.properties.a{number} + 1 > j.touchpoints" for number in range(40)),
        "i.type in [" + ",".join(f'"a{number}"' for number in range(280)) + "]",
        'i.identifiers.exists(x, x.namespace == "loyalty_id")',
        'i.properties.lines.filter(x, x.kind == "gift").map(x, x.price).size() > 3',
        r'i.identifiers.exists(x, x.value.matches("^[0-9]{3}-[0-9]{7}$"))',
        'i.reason.matches("^(billing|refund)[.]")',
        EVERY_PAIR,
    ],
)
def test_what_analysts_write_is_accepted(text: str) -> None:
    assert steps_at_most(text) <= RULE_STEPS
    assert compile_rule("rule", text).holds(happened("call.ended").fields, None) in {True, False}


def test_a_definition_of_too_many_costly_rules_is_refused_and_the_dearest_are_named() -> None:
    pains = "\n".join(f"  - {{key: p{n}, when: '{EVERY_PAIR}'}}" for n in range(20))
    with pytest.raises(DefinitionProblem, match=r"pain_points\.p0 [\d,]+, pain_points\.p1 .*") as caught:
        load_definition(DEFINITION.format(pain_points=pains), name="costly.yaml")
    (problem,) = caught.value.problems
    assert "1,000,000 are allowed; write fewer over lists" in problem.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (EVERY_PAIR, lines(10_000)),
        (EVERY_PAIR, lines(300)),
        ('i.properties.lines.filter(x, x.sku != "").size() > 3', lines(400)),
        ('i.properties.lines == "gold"', lines(10_000)),
        ('i.properties.lines.matches("^(a|b)+c")', "a" * 90_000),
        ('"nobody" in i.properties.lines', ["somebody"] * 30_000),
    ],
)
def test_a_rule_on_too_much_is_stopped(text: str, value: object) -> None:
    rule = compile_rule("rule", text)
    steps_at_most(text)
    with pytest.raises(RuleFailure, match=TOO_MANY):
        rule.holds(happened("order.placed", properties={"lines": value}).fields, None)


def test_what_is_nested_without_end_is_stopped() -> None:
    nested: list[Any] = []
    for _ in range(900):
        nested = [nested]
    assert shape_of(nested, RULE_STEPS) == UNBOUNDED
    with pytest.raises(RuleFailure, match=TOO_MANY):
        compile_rule("rule", "i.properties.a == [1]").holds(happened("x", properties={"a": nested}).fields, None)


def test_larger_values_than_usual_are_no_trouble_to_a_cheap_rule() -> None:
    rule = compile_rule("rule", 'i.properties.lines.exists(x, x.sku == "sku-999")')
    assert rule.holds(happened("order.placed", properties={"lines": lines(1_000)}).fields, None)


def test_the_rules_of_a_definition_share_a_budget_for_each_interaction_and_are_named() -> None:
    text = "i.properties.lines.exists(x, x.sku == y)".replace("y", '"none"')
    pains = "\n".join(f"  - {{key: p{n}, when: '{text}'}}" for n in range(50))
    definition = load_definition(DEFINITION.format(pain_points=pains))
    order = [happened("order.placed", hours=hours, properties={"lines": lines(900)}) for hours in range(3)]
    folded = fold(definition, None, order)
    assert [journey.stage for journey in folded.journeys.values()] == ["one"]
    by_interaction = [[one.rule for one in folded.failures if one.position == i.position] for i in order]
    assert by_interaction[0] == by_interaction[1] == by_interaction[2]
    assert {one.reason for one in folded.failures} == {TOO_MANY_TOGETHER}
    assert by_interaction[0] == [f"pain_points.p{n}" for n in range(50 - len(by_interaction[0]), 50)]
    assert fold(definition, None, order) == folded


@pytest.mark.parametrize(
    ("pattern", "most"),
    [("^(billing|refund)[.]", 1_000), ("^[0-9]{9}$", 1_000), (r"\d{9}", 10_000), ("(a{100}){100}", 10**6)],
)
def test_counted_repetitions_are_written_out(pattern: str, most: int) -> None:
    assert most / 20 < pattern_steps(pattern) <= most


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=30,
)


def weight(value: Any) -> int:
    if isinstance(value, str):
        return 1 + len(value) // 50
    if isinstance(value, dict):
        return 1 + sum(weight(key) + weight(part) for key, part in value.items())
    return 1 + sum(map(weight, value)) if isinstance(value, list) else 1


@given(json_values)
def test_a_value_weighs_what_it_holds(value: Any) -> None:
    assert shape_of(value, 10**6)[0].weight == weight(value)


@given(json_values, json_values)
def test_values_fit_into_what_both_fit_into(one: Any, other: Any) -> None:
    shapes = shape_of(one, 10**6), shape_of(other, 10**6)
    assert all(fits(shape, either(*shapes)) for shape in shapes)


COSTED = [
    EVERY_PAIR,
    "i.properties.lines.map(x, x.tags).filter(t, t.size() > 1) == []",
    'i.properties.lines.exists(x, x in i.properties.known) && i.properties.lines[0].matches("^a+b")',
    "i.properties.lines + i.properties.lines == i.properties.known",
    "(size(i.properties.lines) > 3 ? i.properties.lines : [1, 2, 3]).exists_one(x, x == 3)",
    '{"a": i.properties.lines, "b": [i.properties.known]} == {}',
]


@given(st.sampled_from(COSTED), json_values, json_values)
def test_more_to_read_never_costs_less(text: str, one: Any, other: Any) -> None:
    smaller, larger = shape_of(one, 10**6), either(shape_of(one, 10**6), shape_of(other, 10**6))
    assert cost(parse(text), _all(smaller)) <= cost(parse(text), _all(larger))


def _all(shape: tuple[Size, ...]) -> Callable[[Any], tuple[Size, ...]]:
    return lambda _: shape

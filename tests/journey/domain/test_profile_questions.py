"""A rule answered by a profile says of every interaction what CEL says with the profile beside it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.cel_syntax import parse
from services.journey.domain.definition import load_definition
from services.journey.domain.model import Kind
from services.journey.domain.profile_questions import answered, figures_read, questions
from services.journey.domain.rule_fields import RuleProblem
from services.journey.domain.rules import RuleFailure, compile_rule, interpreted
from tests.journey.timelines import ROUNDS

ATOMS = (
    "p.figures.interactions > 2",
    '!("vip" in p.segments)',
    '"vip" in p.segments',
    "p.figures.channels.call.interactions >= 1",
    "p.figures.channels.call.interactions == null",
    "has(p.figures.surveys.nps)",
    'p.figures.types["order.placed"].money.ILS > 100.0',
    "p.figures.interactions > 2 ? has(i.reason) : true",
    "i.measures.wait_seconds > p.figures.wait_seconds",
    "p.figures.interactions * 2 > 5",
    'i.type == "call.ended"',
    'i.type.startsWith("call.")',
    "i.measures.wait_seconds > 60.0",
    "has(i.reason)",
)
RULES = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("!({})".format, inner),
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
    ),
    max_leaves=6,
)
PROFILES = st.builds(
    lambda interactions, calls, spent, segments: {
        "figures": {
            "interactions": interactions,
            "wait_seconds": 10.0 * interactions,
            "channels": {"call": {"interactions": calls}} if calls else {},
            "types": {"order.placed": {"money": {"ILS": spent}}} if spent else {},
            "surveys": {"nps": {"score": 3.0}} if spent else {},
        },
        "segments": segments,
    },
    st.integers(0, 5),
    st.integers(0, 2),
    st.sampled_from([None, 50.0, 100.5]),
    st.sampled_from([(), ("vip",), ("other", "vip")]),
)
INTERACTIONS = st.builds(
    lambda type_, wait, reason: {"type": type_, "measures": {"wait_seconds": wait}, "reason": reason},
    st.sampled_from(["call.ended", "page.viewed"]),
    st.sampled_from([None, 30.0, 90.0]),
    st.sampled_from([None, "billing"]),
)


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (
            ["p.figures.interactions > 2", "p.figures.channels.call.transfers > 1"],
            ({"interactions"}, {"call"}, set(), set(), False),
        ),
        (
            ['p.figures.types["a.b"].money.ILS > i.money.amount', "has(p.figures.types)"],
            (set(), set(), None, set(), True),
        ),
        (["p.figures.channels.exists(c, c == i.channel)"], (set(), None, set(), set(), True)),
        (
            ["has(p.figures.surveys.nps) && p.figures.surveys.csat.score > 3.0"],
            (set(), set(), set(), {"nps", "csat"}, False),
        ),
        (["p.figures.last_seen < i.time"], ({"last_seen"}, set(), set(), set(), True)),
        (['"vip" in p.segments', 'i.type == "a.b"'], (set(), set(), set(), set(), False)),
    ],
)
def test_which_figures_rules_read_is_known(texts: list[str], read: tuple[object, ...]) -> None:
    assert tuple(figures_read(compile_rule("rule", text) for text in texts)) == read


@given(RULES, PROFILES, INTERACTIONS)
def test_both_say_the_same(text: str, p: dict[str, Any], i: dict[str, Any]) -> None:
    rule = answered(compile_rule("rule", text), p)
    said = rule.concerns(Kind(i["type"], None, i["reason"])) and rule.holds(i, None)
    assert said is interpreted(parse(text))({**i, "p": p}, None)


@given(RULES, PROFILES, PROFILES, INTERACTIONS)
def test_who_gives_the_same_answers_has_the_same_rule(
    text: str, p: dict[str, Any], other: dict[str, Any], i: dict[str, Any]
) -> None:
    rule = compile_rule("rule", text)
    if all(question.answer(p) == question.answer(other) for question in questions([rule])):
        told = [answered(rule, one) for one in (p, other)]
        kind = Kind(i["type"], None, i["reason"])
        assert len({one.concerns(kind) and one.holds(i, None) for one in told}) == 1


def test_what_the_profile_decides_is_not_asked_of_interactions() -> None:
    rule = compile_rule("rule", '"vip" in p.segments && i.type == "call.ended"')
    for_vips, for_others = (answered(rule, {"segments": those}) for those in (["vip"], []))
    assert for_vips.condition is None
    assert for_vips.concerns(Kind("call.ended"))
    assert not for_vips.concerns(Kind("page.viewed"))
    assert not for_others.concerns(Kind("call.ended"))


def test_a_rule_that_reads_no_profile_is_left_as_it_is() -> None:
    rule = compile_rule("rule", "i.measures.wait_seconds > 60.0 && j.touchpoints > 1")
    assert (rule.tree, questions([rule])) == (None, ())
    assert answered(rule, {}) is rule


def test_the_same_question_is_asked_once() -> None:
    rules = [compile_rule("one", '"vip" in p.segments'), compile_rule("two", 'has(i.reason) && "vip" in p.segments')]
    assert len(questions(rules)) == 1


def test_values_that_a_rule_was_not_written_for_fail_it_by_name() -> None:
    rule = answered(compile_rule("rule", 'p.figures.interactions == 1 && p.figures.wait_seconds > "x"'), {
        "figures": {"interactions": 1, "wait_seconds": 3.0}
    })  # fmt: skip
    with pytest.raises(RuleFailure):
        rule.holds({"type": "x"}, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("p.figure.interactions > 1", "write p.figures"),
        ("p.figures.interaction > 1", "write p.figures.interactions"),
        ("p.figures.channels.calls.interactions > 1", "write p.figures.channels.call"),
        ("p.figures.channels.call.waited > 1", "there is no p.figures.channels.call.waited"),
        ('p.figures.types["order.placed"].amount > 1', "there is no p.figures.types.order.placed.amount"),
        ("p.figures.surveys.nsp.score > 1", "write p.figures.surveys.nps"),
        ("p", "write p.figures.interactions"),
        ("p.figures", "p.figures alone is not a value"),
        ("size(p.segments) > 1", '"high_value" in p.segments'),
        ("i.reason in p.segments", '"high_value" in p.segments'),
    ],
)
def test_a_field_that_no_profile_has_is_told_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(RuleProblem) as caught:
        compile_rule("rule", text)
    assert says in str(caught.value)


def test_a_definition_has_as_many_forms_as_there_are_answers() -> None:
    vips = ROUNDS.replace('"store.visited"', '"store.visited" && "vip" in p.segments')
    definition = load_definition(vips)
    one, other = definition.of({"segments": ["vip"]}), definition.of({"segments": []})
    assert definition.of({"segments": ["vip", "more"]}) is one
    assert one.relevant(Kind("store.visited")).stages
    assert not other.relevant(Kind("store.visited")).stages
    assert load_definition(ROUNDS).of({"segments": []}).questions == ()

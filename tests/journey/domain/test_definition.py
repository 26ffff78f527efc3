import json
from importlib.resources import files

import pytest
import yaml

from schemas.catalogue import INTERACTION_TYPES
from schemas.journey_definition import JourneyDefinition
from services.journey.domain import definition_text
from services.journey.domain.definition import load_definition
from services.journey.domain.definition_text import MOST_TOLD, DefinitionProblem
from services.journey.domain.model import Kind
from tests.journey.timelines import REFUND

SHIPPED = {
    "customer_lifecycle": ["awareness", "consideration", "purchase", "retention", "support"],
    "service_encounter": ["awareness", "entry", "engagement", "exit", "after"],
}


@pytest.mark.parametrize(("key", "stages"), SHIPPED.items())
def test_shipped_definitions_load_and_use_the_catalogue(key: str, stages: list[str]) -> None:
    text = (files("services.journey") / "definitions" / f"{key}.yaml").read_text()
    definition = load_definition(text, name=key)
    assert [stage.key for stage in definition.stages] == stages
    assert all(stage.what.title and stage.what.title.he for stage in definition.stages)
    used = {name for stage in definition.stages if stage.rule.types for name in stage.rule.types.exact}
    assert used
    assert used <= set(INTERACTION_TYPES)


def test_json_says_the_same_as_yaml() -> None:
    assert load_definition(json.dumps(yaml.load(REFUND, yaml.BaseLoader) | {"version": 3}), json=True).key == (
        load_definition(REFUND).key
    )


@pytest.mark.parametrize("duration", ["P1D", "P365D", "PT90M", "P1DT1H1S", "P2W", "PT59S"])
def test_what_was_accepted_is_read_again_as_it_was(duration: str) -> None:
    what = load_definition(changed("P1D", duration)).what
    assert JourneyDefinition.model_validate_json(what.model_dump_json(exclude_none=True)) == what


def changed(old: str, new: str) -> str:
    assert old in REFUND
    return REFUND.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "line", "field", "says"),
    [
        (changed("version: 3", "version: three"), 3, "version", "whole number"),
        (changed("version: 3", ""), 2, "version", "write version: here"),
        (changed("    goal:", "    gaol:"), 9, "stages.0.gaol", "write goal"),
        (changed("expected: P1D", "expected: 1 day"), 11, "stages.0.expected", "ISO 8601"),
        (changed("expected: P1D", "expected: P0D"), 11, "stages.0.expected", "longer than none"),
        (changed("{key: chasing,", "{key: approved,"), 14, "stages.1.key", "'approved' is taken"),
        (changed("stage: approved", "stage: aproved"), 21, "actions.0.stage", "write approved"),
        (changed("on: overdue", "on: never"), 21, "actions.0.on", "'overdue'"),
        (changed("exit: completed", "exit: abandoned"), 15, "stages.2.exit", "write completed"),
        (changed('i.type == "refund.sent"', 'i.tpye == "refund.sent"'), 15, "stages.2.when", "write i.type"),
        (changed("entry: i.type ==", "entry: i.type ="), 5, "entry", "== is meant"),
        (changed("weight: 5", "weight: -5"), 19, "pain_points.1.weight", "more than 0"),
        (changed("key: insurance_refund", "key: Insurance"), 2, "key", "a-z, 0-9 and _"),
        (REFUND + "version: 4\n", 22, "version", "each field once"),
        ("- a\n", 1, "text", "beginning with key:"),
        ("key: [", 1, "text", "not YAML"),
        ("a: &x 1\nb: *x\n", None, "", "aliases"),
        ("? [a]\n: b\n", 1, "text", "each field once, as a word"),
        ("[" * 8_000, 1, "text", "at most 50 deep"),
        ("key: a\nx: " + "[" * 5_000 + "]" * 5_000, 2, "text", "at most 50 deep"),
        ("key: a\nx:\n" + "- " * 60 + "a", 3, "text", "at most 50 deep"),
        ("\n".join(f"{' ' * depth}a:" for depth in range(60)), 51, "text", "at most 50 deep"),
        ("key: a\nversion: 1\ntitle: {en: A}\nstages: []\n", 4, "stages", "at least one"),
    ],
)
def test_a_problem_names_line_field_and_what_to_write(text: str, line: int | None, field: str, says: str) -> None:
    with pytest.raises(DefinitionProblem) as caught:
        load_definition(text, name="refund.yaml")
    problem = caught.value.problems[0]
    assert (problem.line, problem.field) == (line, field)
    assert says in problem.message
    assert str(caught.value).startswith("refund.yaml: ")


def test_all_problems_are_told_at_once() -> None:
    text = REFUND.replace("i.type ==", "i.typ ==")
    with pytest.raises(DefinitionProblem) as caught:
        load_definition(text)
    assert [problem.field for problem in caught.value.problems] == ["entry", "stages.0.when", "stages.2.when"]


def test_of_many_problems_the_first_are_looked_into_and_the_others_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(definition_text, "advice", lambda *told: asked.append(told) or "")
    with pytest.raises(DefinitionProblem) as caught:
        load_definition("key: a\n" + "".join(f"q{number}: b\n" for number in range(5_000)))
    assert len(asked) == MOST_TOLD
    assert len(caught.value.problems) == MOST_TOLD + 1
    assert str(caught.value.problems[-1]) == "text: 4,983 more problems are told once these are mended"


def test_of_many_wrong_rules_the_first_are_told() -> None:
    wrong = "".join(f"  - {{key: p{number}, when: i.typ == 1}}\n" for number in range(50))
    with pytest.raises(DefinitionProblem, match="30 more problems"):
        load_definition(REFUND.replace("pain_points:\n", f"pain_points:\n{wrong}"))


def test_words_that_yaml_1_1_took_for_booleans_are_words() -> None:
    assert load_definition(REFUND).what.actions[0].on == "overdue"


@pytest.mark.parametrize(
    ("kind", "stages"),
    [
        (Kind("refund.sent", reason="refund.late"), ["chasing", "paid"]),
        (Kind("refund.sent"), ["paid"]),
        (Kind("call.ended", "call", "refund.late"), ["chasing"]),
        (Kind("call.ended", "call", "billing"), []),
    ],
)
def test_rules_are_indexed_by_type_and_reason(kind: Kind, stages: list[str]) -> None:
    relevant = load_definition(REFUND).relevant(kind)
    assert relevant.entry is None
    assert [stage.key for stage in relevant.stages] == stages


ALERT = "alerts:\n  - {key: many, stage: chasing, measure: volume}\n"


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("stage: chasing, m", "stage: chassing, m", "alerts.0.stage", "write chasing"),
        ("measure: volume", "measure: volumes", "alerts.0.measure", "'volume', 'dwell'"),
        ("measure: volume", "mesure: volume", "alerts.0.mesure", "write measure"),
        ("measure: volume", "measure: volume, pain_point: long_wait", "alerts.0.pain_point", "pain_point only"),
        ("measure: volume", "measure: pain_point, pain_point: long", "alerts.0.pain_point", "write long_wait"),
        ("measure: volume", "measure: volume, hold: PT1M", "alerts.0.hold", "from PT15M to P7D"),
        ("measure: volume", "measure: volume, zone: Mars", "alerts.0.zone", "Asia/Jerusalem"),
        ("measure: volume", "measure: volume, sensitivity: 4", "alerts.0.sensitivity", "'normal'"),
        ("measure: volume", "measure: volume, minimum: 0", "alerts.0.minimum", "at least 1"),
        ("measure: volume", "measure: volume, to: [claims desk]", "alerts.0.to.0", "a-z"),
    ],
)
def test_a_problem_of_an_alert_names_its_line(old: str, new: str, field: str, says: str) -> None:
    with pytest.raises(DefinitionProblem) as caught:
        load_definition(REFUND + ALERT.replace(old, new))
    (problem, *_) = [problem for problem in caught.value.problems if problem.field == field]
    assert problem.line == 23
    assert says in problem.message


def test_drop_off_is_watched_where_journeys_are_abandoned() -> None:
    text = REFUND.replace("abandoned_after: P30D\n", "") + ALERT.replace("volume", "drop_off")
    with pytest.raises(DefinitionProblem, match=r"alerts\.0\.measure: nothing is abandoned here"):
        load_definition(text)


def test_an_alert_has_defaults_and_one_target_or_several() -> None:
    one, several = (
        load_definition(REFUND + ALERT.replace("volume", f"volume, to: {to}")).what.alerts[0]
        for to in ("desk", "[desk, lead]")
    )
    assert (one.to, several.to) == (("desk",), ("desk", "lead"))
    assert (one.sensitivity, one.minimum, one.zone) == ("normal", 10, "UTC")
    assert load_definition(REFUND).what.alerts == ()

import re
from pathlib import Path

import pytest

from schemas.interaction import Measures, Money, Survey
from schemas.journey_definition import (
    ActionDefinition,
    AlertDefinition,
    JourneyDefinition,
    PersonaDefinition,
    StageDefinition,
)
from schemas.segment_definition import SegmentDefinition
from services.journey.domain.definition import load_definition
from services.journey.domain.measures.catalogue import UNITS
from services.journey.domain.measures.figures import Dimension
from services.journey.domain.profile_figures import CHANNEL_FIELDS, SURVEY_FIELDS, TYPE_FIELDS
from services.journey.domain.rule_fields import INTERACTION_FIELDS, JOURNEY_FIELDS, PROFILE_FIELDS
from services.journey.domain.rules import compile_rule

PAGE = (Path(__file__).parents[2] / "docs" / "journeys.md").read_text("utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("text", fenced("yaml"))
def test_every_definition_on_the_page_loads(text: str) -> None:
    assert load_definition(text, name="docs/journeys.md").key in {"insurance_refund", "retail_order"}


@pytest.mark.parametrize("text", [line for block in fenced("cel") for line in block.splitlines()])
def test_every_rule_on_the_page_compiles_and_runs(text: str) -> None:
    assert compile_rule("docs", text).holds({"type": "none"}, None) in {True, False}


@pytest.mark.parametrize(
    ("rule", "expected"), re.findall(r"^\| `([^`]*i\.[^`]*)`(?: \([^)]*\))? \| (true|false) \|$", PAGE, re.MULTILINE)
)
def test_what_the_page_says_of_absent_fields_is_so(rule: str, expected: str) -> None:
    assert str(compile_rule("docs", rule).holds({"type": "none"}, None)).lower() == expected


def test_the_example_of_a_mistake_is_what_is_answered() -> None:
    with pytest.raises(Exception, match=r"line 5, entry: there is no i\.typ; write i\.type \(at character 1"):
        load_definition("\n" + fenced("yaml")[0].replace("entry: i.type", "entry: i.typ", 1))


@pytest.mark.parametrize(
    "names",
    [INTERACTION_FIELDS, JOURNEY_FIELDS, JourneyDefinition.model_fields, StageDefinition.model_fields,
     ActionDefinition.model_fields, AlertDefinition.model_fields, Measures.model_fields, Survey.model_fields,
     Money.model_fields,
     SegmentDefinition.model_fields, PersonaDefinition.model_fields,
     PROFILE_FIELDS, CHANNEL_FIELDS, TYPE_FIELDS, SURVEY_FIELDS],
)  # fmt: skip
def test_every_field_is_on_the_page(names: list[str]) -> None:
    written = {name for name in names if f"`{name}`" in PAGE or f"`{name}.`" in PAGE}
    assert set(names) - written <= {"description"}


def test_every_measure_is_on_the_page_with_its_unit() -> None:
    rows = re.findall(
        r"^\| `([a-z_]+)` \| (seconds|transfers|share|points|percent|weight|stages) \|", PAGE, re.MULTILINE
    )
    assert rows == [(measure.value, unit) for measure, unit in UNITS.items()]


def test_every_dimension_is_on_the_page() -> None:
    (row,) = [line for line in PAGE.splitlines() if "told apart `by`" in line]
    assert [one for one in re.findall(r"`([a-z]+)`", row) if one in set(Dimension)] == list(Dimension)

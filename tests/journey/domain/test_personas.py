from datetime import timedelta
from typing import Any

import pytest

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.definition import load_definition
from services.journey.domain.definition_text import DefinitionProblem
from services.journey.domain.fold import fold
from services.journey.domain.lapses import due
from tests.journey.timelines import REFUND, happened

PERSONAS = """
personas:
  - key: valued
    title: {en: Valued customer, he: לקוח חשוב}
    when: '"high_value" in p.segments'
    expected: {approved: PT4H}
    weights: {had_to_ask: 9}
  - key: chatty
    when: p.figures.channels.chat.interactions > 3
    expected: {approved: P2D, chasing: P1D}
"""
VALUED = {"segments": ["high_value"], "figures": {"channels": {"chat": {"interactions": 9}}}}
CHATTY: dict[str, Any] = {"segments": [], "figures": {"channels": {"chat": {"interactions": 9}}}}
NEITHER: dict[str, Any] = {"segments": [], "figures": {"channels": {}}}
ASKED = [
    happened("claim.approved"),
    happened("call.ended", hours=1, direction="inbound", reason="refund.late", measures={"wait_seconds": 200.0}),
]
DEFINITION = load_definition(REFUND + PERSONAS)


@pytest.mark.parametrize(
    ("p", "persona", "approved", "chasing", "effort"),
    [
        (VALUED, "valued", timedelta(hours=4), None, 11.0),
        (CHATTY, "chatty", timedelta(days=2), timedelta(days=1), 7.0),
        (NEITHER, None, timedelta(days=1), None, 7.0),
    ],
)
def test_the_first_persona_that_fits_has_its_own_expectations(
    p: dict[str, Any], persona: str | None, approved: timedelta, chasing: timedelta | None, effort: float
) -> None:
    definition = DEFINITION.of(p)
    assert (definition.persona.key if definition.persona else None) == persona
    assert (definition.expected["approved"], definition.expected.get("chasing")) == (approved, chasing)
    journey = fold(definition, None, ASKED).latest
    assert journey is not None
    assert journey.effort == effort
    (entered,) = fold(definition, None, ASKED[:1]).journeys.values()
    assert due(definition, entered)[0].at == entered.entered_at + approved


def test_personas_are_kept_with_the_definition() -> None:
    what = DEFINITION.what
    assert JourneyDefinition.model_validate_json(what.model_dump_json(exclude_none=True)) == what
    assert DEFINITION.of(VALUED) is DEFINITION.of({**VALUED, "figures": CHATTY["figures"]})


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "says"),
    [
        ("{approved: PT4H}", "{aproved: PT4H}", 27, "personas.0.expected.aproved", "write approved"),
        ("{approved: PT4H}", "{approved: 4 hours}", 27, "personas.0.expected.approved", "ISO 8601"),
        ("{had_to_ask: 9}", "{had_to_wait: 9}", 28, "personas.0.weights.had_to_wait", "write had_to_ask"),
        ("{had_to_ask: 9}", "{had_to_ask: -9}", 28, "personas.0.weights.had_to_ask", "more than 0"),
        ("key: chatty", "key: valued", 29, "personas.1.key", "'valued' is taken"),
        ("p.figures.channels.chat", "p.figures.channels.chta", 30, "personas.1.when", "write p.figures.channels.chat"),
        ("p.figures.channels.chat", "j.touchpoints > 1 || p.figures.channels.chat", 30, "personas.1.when", "alone"),
        ("    weights", "    wieghts", 28, "personas.0.wieghts", "write weights"),
    ],
)
def test_a_mistake_names_line_and_field(old: str, new: str, line: int, field: str, says: str) -> None:
    assert old in PERSONAS
    with pytest.raises(DefinitionProblem) as caught:
        load_definition(REFUND + PERSONAS.replace(old, new, 1))
    problem = caught.value.problems[0]
    assert (problem.line, problem.field) == (line, field)
    assert says in problem.message

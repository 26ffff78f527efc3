import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.measures.drop_off import DropOff
from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.measures.journey_map import Average, Cell, Figures, journey_map
from services.journey.domain.measures.target_map import Aim, Aspect, target_map

WHAT = JourneyDefinition.model_validate(
    {
        "key": "refund",
        "version": 1,
        "title": {"en": "Refund"},
        "stages": [
            {
                "key": "one",
                "when": "true",
                "expected": "P1D",
                "targets": {"emotion": 0.8, "wait": "PT1M", "drop_off": 0.1},
            },
            {"key": "two", "when": "true", "expected": "P1D", "targets": {"time_in_stage": "PT1H"}},
        ],
    }
)
CALL = Cell("one", "call.ended", "call", 3, Average(2, 1.0), Average(3, 90.0), Average(), Average(1, 3_600.0), 2.0)


def test_what_is_wanted_stands_beside_what_is_with_the_gap() -> None:
    figures = Figures(
        [CALL],
        [StagePart("one", 5, 6, 1, 2), StagePart("two", 0, 0, 0, 0)],
        [DropOff("one", reached=8, abandoned=2), DropOff("two", reached=0, abandoned=0)],
        [],
    )
    one, two = target_map(WHAT, journey_map(WHAT, figures))
    assert [(aim.aspect, aim.wanted, aim.found, aim.facts, aim.met) for aim in one.aims] == [
        (Aspect.EMOTION, 0.8, 0.5, 2, False),
        (Aspect.WAIT, 60.0, 30.0, 3, True),
        (Aspect.TIME_IN_STAGE, 86_400.0, 3_600.0, 1, True),
        (Aspect.DROP_OFF, 0.1, 0.25, 8, False),
    ]
    assert [aim.gap for aim in one.aims] == pytest.approx([0.3, -30.0, -82_800.0, 0.15])
    assert [(aim.wanted, aim.found, aim.gap, aim.met) for aim in two.aims] == [
        (None, None, None, None),
        (None, None, None, None),
        (3_600.0, None, None, None),
        (None, None, None, None),
    ]


@given(st.sampled_from(Aspect), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_target_is_met_exactly_when_nothing_is_to_be_made_up(aspect: Aspect, wanted: float, found: float) -> None:
    aim = Aim(aspect, wanted, found, 1)
    assert aim.met is (found >= wanted if aspect is Aspect.EMOTION else found <= wanted)

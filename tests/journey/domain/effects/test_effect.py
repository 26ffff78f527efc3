from datetime import timedelta

import pytest

from services.journey.domain.effects.effect import Caveat, Met, Target, Turn, caveats, effect
from services.journey.domain.effects.subject import LOOKS_AHEAD, WHOLES, Subject
from services.journey.domain.effects.windows import Windows, windows
from services.journey.domain.measures.catalogue import UNITS, Measure
from services.journey.window import Window
from tests.journey.domain.effects.crowds import pairs, seen
from tests.journey.timelines import START

PAIN = Subject(pain_point="waited", stage="two")
WAIT = Subject(measure=Measure.WAIT)
DAY = timedelta(days=1)


def test_as_long_before_the_start_as_has_been_since() -> None:
    assert windows(WAIT, START, None, START + 3 * DAY) == Windows(
        Window(START - 3 * DAY, START), Window(START, START + 3 * DAY)
    )


def test_a_plan_that_is_over_is_looked_at_no_further() -> None:
    found = windows(WAIT, START, START + 2 * DAY, START + 90 * DAY)
    assert found == Windows(Window(START - 2 * DAY, START), Window(START, START + 2 * DAY))


def test_what_may_still_change_is_left_out_on_both_sides() -> None:
    resolved = Subject(measure=Measure.FIRST_CONTACT_RESOLUTION)
    found = windows(resolved, START, None, START + 10 * DAY)
    assert found == Windows(Window(START - 10 * DAY, START - 7 * DAY), Window(START, START + 3 * DAY))
    assert windows(resolved, START, START + DAY, START + 10 * DAY) == Windows(
        Window(START - 8 * DAY, START - 7 * DAY), Window(START, START + DAY)
    )
    assert windows(resolved, START, None, START + 7 * DAY) is None


def test_nothing_is_seen_before_the_start() -> None:
    assert windows(WAIT, START, None, START) is None


@pytest.mark.parametrize(
    ("after", "target", "turn", "met"),
    [
        (10.0, Target(60, at_least=False), Turn.BETTER, Met.MET),
        (10.0, Target(5, at_least=False), Turn.BETTER, Met.NOT_MET),
        (10.0, Target(10, at_least=False), Turn.BETTER, Met.UNCLEAR),
        (10.0, Target(60, at_least=True), Turn.WORSE, Met.NOT_MET),
        (200.0, Target(60, at_least=False), Turn.WORSE, Met.NOT_MET),
        (200.0, Target(150, at_least=True), Turn.BETTER, Met.MET),
        (100.0, Target(100, at_least=True), Turn.UNCLEAR, Met.UNCLEAR),
    ],
)
def test_what_is_not_sure_is_said_to_be_unclear(after: float, target: Target, turn: Turn, met: Met) -> None:
    spread = [-2.0, -1.0, 0.0, 1.0, 2.0] * 4
    crowd = pairs([[100 + each] for each in spread], [[after + each] for each in spread])
    found = effect(WAIT, target, seen(crowd))
    assert (found.turn, found.met) == (turn, met)
    assert found.difference
    assert found.difference.value == pytest.approx(after - 100)


def test_of_a_few_customers_nothing_can_be_told() -> None:
    found = effect(PAIN, Target(0.1, at_least=False), seen(pairs([[1.0]] * 9, [[0.0]] * 9)))
    assert (found.turn, found.met, found.difference) == (Turn.UNCLEAR, Met.UNCLEAR, None)
    assert (found.before[0].mean, found.after[0].mean) == (1.0, 0.0)


def test_what_changed_everywhere_alike_is_no_effect() -> None:
    there = [([100.0 + n % 3], [50.0 + n % 5], [90.0 + n % 2], [40.0 + n % 4]) for n in range(60)]
    found = effect(WAIT, Target(60, at_least=False), seen(there))
    assert found.turn is Turn.BETTER
    assert found.beside_others
    assert found.beside_others.low < 1 < -found.beside_others.low + 2
    assert abs(found.beside_others.value) < 2


def test_it_says_what_it_does_not_prove() -> None:
    few = effect(PAIN, Target(0.1, at_least=False), seen([]))
    many = effect(PAIN, Target(0.1, at_least=False), seen(pairs([[1.0]] * 10, [[0.0]] * 10)))
    always = [Caveat.NO_CONTROL_GROUP, Caveat.REGRESSION_TO_THE_MEAN, Caveat.SEASON]

    def of(days: int) -> Windows:
        found = windows(PAIN, START, None, START + days * DAY)
        assert found
        return found

    assert caveats(of(14), many, START - 14 * DAY, []) == always
    assert caveats(of(35), many, START - 40 * DAY, []) == always
    assert caveats(of(10), few, START, ["other"]) == [
        *always,
        Caveat.WEEKDAYS,
        Caveat.FEW_CUSTOMERS,
        Caveat.SHORT_BEFORE,
        Caveat.OTHER_PLANS,
    ]
    assert Caveat.SHORT_BEFORE in caveats(of(14), many, None, [])


def test_a_subject_knows_its_unit() -> None:
    assert (PAIN.unit, PAIN.whole, PAIN.looks_ahead) == ("share", 1.0, timedelta(0))
    assert (WAIT.unit, WAIT.whole) == ("seconds", None)
    assert {UNITS[measure] for measure in WHOLES} == {"share", "percent"}
    assert set(LOOKS_AHEAD) <= set(WHOLES)

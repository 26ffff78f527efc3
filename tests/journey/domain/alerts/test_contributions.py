from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.alerts.contributions import differing, of_lapses, of_pains, of_steps
from services.journey.domain.alerts.levels import Level, begins, dwelt, slot_of, summed
from services.journey.domain.model import Lapse, Pain, Position, Transition
from tests.journey.timelines import START


def step(hours: float, to: str, came_from: str | None = None, number: int = 1) -> tuple[str, Transition]:
    position = Position(START + timedelta(hours=hours), "/call/test", f"{to}@{hours}")
    return "somebody", Transition("shop", 1, number, came_from, to, position, None)


def test_a_stay_counts_when_it_ends() -> None:
    levels = summed(one.level for one in of_steps([step(0, "visit"), step(2, "order", "visit")]))
    first, last = slot_of(START), slot_of(START) + 8
    length = dwelt(7_200)
    assert levels == {
        (first, "visit"): Level("visit", first, entered=1),
        (last, "order"): Level("order", last, entered=1),
        (last, "visit"): Level("visit", last, stays=1, dwell=length, dwell_squares=length**2),
    }


def test_another_journey_ends_no_stay() -> None:
    parts = [one.level.stays for one in of_steps([step(0, "visit"), step(2, "visit", number=2)])]
    assert parts == [0, 0]


def test_pain_points_weigh_and_what_is_abandoned_counts() -> None:
    position = Position(START, "/call/test", "1")
    pains = [Pain("shop", 1, "waited", 2.0, "visit", position), Pain("shop", 1, "again", 0.5, "visit", position)]
    lapses = [Lapse("shop", 1, 1, kind, "visit", START, START) for kind in ("abandoned", "stalled")]
    (level,) = summed(one.level for one in [*of_pains(pains), *of_lapses(lapses)]).values()
    assert (level.abandoned, level.effort, level.pains) == (1, 2_500, {"waited": 1, "again": 1})


def test_a_step_in_between_changes_the_stay_after_it() -> None:
    before = [step(0, "visit"), step(5, "order", "visit")]
    after = [step(0, "visit"), step(1, "help", "visit"), step(2, "visit", "help"), step(5, "order", "visit")]
    found = differing(of_steps(before), of_steps(after))
    hours = {round((begins(slot) - START).total_seconds() / 3_600) for _, slot in found}
    assert hours == {1, 2, 5}
    assert differing(of_steps(after), of_steps(after[::-1])) == set()


met = st.dictionaries(st.sampled_from("xy"), st.just(1))
parts = st.builds(Level, st.sampled_from("ab"), st.integers(0, 3), st.integers(0, 3), pains=met)


@given(st.lists(parts), st.randoms())
def test_levels_are_the_same_in_whatever_order(levels: list[Level], chance: object) -> None:
    shuffled = [*levels]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summed(levels) == summed(shuffled)

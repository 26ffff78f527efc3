from services.journey.domain.alerts.hysteresis import HIGH, LOW, Alert, Trigger, Watch, watch
from services.journey.domain.alerts.usual import Reading

TRIGGER = Trigger(far=4.0, hold=2, cooldown=8, low=True)


def at(slot: int, score: float | None) -> Reading | None:
    return None if score is None else Reading(slot, 4, 20, 30.0, 10.0, 5.0, 20.0, score)


def alerts(scores: list[float | None], trigger: Trigger = TRIGGER) -> list[tuple[str, int, int, int | None]]:
    """What was raised when these scores follow one another from quarter 1 on: side, since, raised and cleared."""
    state, found = Watch(), list[Alert]()
    for slot, score in enumerate(scores, start=1):
        state = watch(state, slot, at(slot, score), trigger)
        if state.latest and (not found or found[-1].raised != state.latest.raised):
            found.append(state.latest)
        if state.latest and found:
            found[-1] = state.latest
    return [(one.side, one.since, one.raised, one.cleared) for one in found]


def test_far_for_long_enough_raises_and_back_for_long_enough_clears() -> None:
    assert alerts([0, 5, 5, 5, 0, 0, 0, 0]) == [(HIGH, 2, 4, 7)]


def test_a_short_peak_raises_nothing() -> None:
    assert alerts([0, 9, 9, 0, 9, 9, 0]) == []


def test_what_trembles_at_a_threshold_is_told_once() -> None:
    assert alerts([5, 5, 5, 3.9, 4.1, 3.9, 4.1, 1.9, 2.1, 1.9, 4.1, 3]) == [(HIGH, 1, 3, None)]


def test_too_little_is_far_where_that_is_asked_for() -> None:
    assert alerts([-5, -5, -5]) == [(LOW, 1, 3, None)]
    assert alerts([-5, -5, -5], TRIGGER._replace(low=False)) == []


def test_one_side_does_not_go_on_from_the_other() -> None:
    assert alerts([5, 5, -5, -5, -5]) == [(LOW, 3, 5, None)]


def test_without_enough_cases_it_is_cleared_and_not_raised() -> None:
    assert alerts([5, 5, 5, None, None, None]) == [(HIGH, 1, 3, 6)]
    assert alerts([None] * 10) == []


def test_soon_after_it_was_cleared_it_is_not_raised_again() -> None:
    calm: list[float | None] = [0, 0, 0]
    assert alerts([5, 5, 5, *calm, 5, 5, 5, 0, 0, 0]) == [(HIGH, 1, 3, 6)]
    assert alerts([5, 5, 5, *calm, *[5] * 9])[1] == (HIGH, 7, 14, None)

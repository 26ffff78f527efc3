"""What is told over time is what the fold gives in the end, whatever it gave meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.alerts.comparing import CLEARED, RAISED, RETRACTED, Saying, Told, compare
from services.journey.domain.alerts.hysteresis import Alert
from services.journey.domain.alerts.usual import Reading

READING = Reading(0, 4, 20, 30.0, 10.0, 5.0, 20.0, 5.0)
END = 60


def span(raised: int, cleared: int | None = None, side: str = "high") -> Alert:
    return Alert(side, raised - 2, raised, READING, cleared)


def told_of(*spans: Alert) -> list[Told]:
    return compare("k", [], spans, -1, END)[1]


def said(sayings: list[Saying]) -> list[tuple[str, tuple[str, int] | None]]:
    return [(one.kind, one.corrects) for one in sayings]


def test_what_is_new_is_told() -> None:
    sayings, (told,) = compare("k", [], [span(5, 9)], -1, END)
    assert said(sayings) == [(RAISED, None), (CLEARED, None)]
    assert (told.raised_as, told.cleared_as) == (1, 2)


def test_what_is_the_same_is_not_told_again() -> None:
    assert compare("k", told_of(span(5, 9)), [span(5, 9)], -1, END)[0] == []


def test_what_has_moved_is_corrected() -> None:
    sayings, (told,) = compare("k", told_of(span(5, 9)), [span(6, 11)], -1, END)
    assert said(sayings) == [(RAISED, (RAISED, 1)), (CLEARED, (CLEARED, 2))]
    assert told.name == ("k", "high", 5, 0)


def test_what_was_not_so_is_taken_back_and_can_be_told_again() -> None:
    sayings, told = compare("k", told_of(span(5, 9)), [], -1, END)
    assert said(sayings) == [(RETRACTED, (CLEARED, 2)), (RETRACTED, (RAISED, 1))]
    sayings, (again,) = compare("k", told, [span(5)], -1, END)
    assert said(sayings) == [(RAISED, None)]
    assert (again.said, again.raised_as, again.cleared_as) == (5, 5, None)


def test_what_goes_on_after_all_was_not_cleared() -> None:
    sayings, (told,) = compare("k", told_of(span(5, 9)), [span(5)], -1, END)
    assert said(sayings) == [(RETRACTED, (CLEARED, 2))]
    assert told.alert.cleared is None


def test_what_is_told_of_later_stays_until_that_is_looked_at() -> None:
    before = told_of(span(5, 9), span(20, 30))
    sayings, told = compare("k", before, [span(5)], -1, 8)
    assert sayings == []
    assert [one.alert.cleared for one in told] == [9]


def test_what_was_told_of_earlier_stays() -> None:
    assert compare("k", told_of(span(5, 9)), [span(20)], 10, END)[0][0].kind == RAISED
    assert len(compare("k", told_of(span(5, 9)), [span(20)], 10, END)[0]) == 1


@st.composite
def histories(draw: st.DrawFn) -> list[Alert]:
    """Alerts one after another."""
    moments = sorted(draw(st.sets(st.integers(2, END - 1), max_size=8)))
    sides = st.sampled_from(("high", "low"))
    pairs = list(zip(moments[::2], [*moments[1::2], None], strict=False))
    return [span(raised, cleared, draw(sides)) for raised, cleared in pairs]


@given(st.lists(histories(), min_size=1, max_size=5), st.data())
def test_replaying_all_that_was_told_gives_the_last_fold(folds: list[list[Alert]], data: st.DataObject) -> None:
    """Each fold is told in pieces, as a long way back is gone by parts."""
    told: dict[tuple[str, str, int, int], Told] = {}
    sayings: list[Saying] = []
    for spans in folds:
        cut = data.draw(st.integers(0, END))
        for after, until in ((-1, cut), (cut, END)):
            those = [_until(one, until) for one in spans if one.raised <= until and _open_after(one, after)]
            new, then = compare("k", list(told.values()), those, after, until)
            sayings += new
            told |= {one.name: one for one in then}
    corrected = {(one.told.name, one.corrects) for one in sayings if one.corrects}
    standing = [one for one in sayings if (one.told.name, (one.kind, one.told.said)) not in corrected]
    raised = {one.told.name: one.told.alert for one in standing if one.kind == RAISED}
    cleared = {one.told.name: one.told.alert.cleared for one in standing if one.kind == CLEARED}
    found = sorted((alert.side, alert.raised, cleared.get(name)) for name, alert in raised.items())
    assert found == sorted((one.side, one.raised, one.cleared) for one in folds[-1])
    assert len({(one.told.name, one.kind, one.told.said) for one in sayings}) == len(sayings)


def _until(one: Alert, until: int) -> Alert:
    return one if one.cleared is None or one.cleared <= until else Alert(one.side, one.since, one.raised, one.reading)


def _open_after(one: Alert, after: int) -> bool:
    return one.raised > after or one.cleared is None or one.cleared > after


@pytest.mark.parametrize("side", ["high", "low"])
def test_an_alert_of_one_side_is_not_moved_to_the_other(side: str) -> None:
    sayings, _ = compare("k", told_of(span(5, side=side)), [span(6, side="low" if side == "high" else "high")], -1, END)
    assert said(sayings) == [(RAISED, None), (RETRACTED, (RAISED, 1))]

import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.figures import Dimension, Figure, figures
from services.journey.domain.measures.measured import Measured
from services.journey.domain.measures.pain_points import PainCount, PainPoint, pain_points
from services.journey.domain.measures.snakes_and_ladders import LADDER, MIXED, SNAKE, Touchpoint, snakes_and_ladders
from services.journey.domain.model import Position
from tests.journey.timelines import START, refund


def one(place: int, measure: Measure, value: float, reason: str | None = "billing") -> Measured:
    position = Position(START, "/call/test", str(place))
    return Measured("rounds", 1, position, "call.ended", "one", "call", reason, None, None, {measure: value})


@given(st.lists(st.integers(0, 1_000), min_size=1))
def test_percentiles_are_values_that_so_many_do_not_exceed(waits: Sequence[int]) -> None:
    (figure,) = figures([one(place, Measure.WAIT, wait) for place, wait in enumerate(waits)], None)
    assert (figure.facts, figure.total, figure.mean) == (len(waits), sum(waits), pytest.approx(statistics.fmean(waits)))
    for value, share in ((figure.half, 0.5), (figure.most, 0.9)):
        assert value in waits
        assert sum(wait <= value for wait in waits) >= share * len(waits)
        assert sum(wait < value for wait in waits) < share * len(waits)


def test_groups_come_in_order_and_what_has_none_first() -> None:
    those = [one(1, Measure.NPS, 100.0, "card"), one(2, Measure.NPS, -100.0, None), one(3, Measure.WAIT, 5.0, "card")]
    assert figures(those, Dimension.REASON) == [
        Figure(None, Measure.NPS, 1, -100.0),
        Figure("card", Measure.WAIT, 1, 5.0, 5.0, 5.0),
        Figure("card", Measure.NPS, 1, 100.0),
    ]
    assert [figure.group for figure in figures(those, Dimension.DAY)] == ["2026-03-01", "2026-03-01"]


def test_pain_points_are_ranked_by_weight_times_frequency_times_importance() -> None:
    counts = [
        PainCount("had_to_ask", "chasing", 4, 2, 20.0),
        PainCount("long_wait", "approved", 4, 4, 8.0),
        PainCount("long_wait", "gone", 9, 9, 18.0),
        PainCount("gone", "approved", 9, 9, 9.0),
    ]
    found = pain_points(refund().what, counts)
    assert found == [
        PainPoint("long_wait", "approved", 4, 4, weight=2, importance=3),
        PainPoint("had_to_ask", "chasing", 4, 2, weight=5, importance=1),
    ]
    assert [pain.score for pain in found] == [24, 20]


@pytest.mark.parametrize(
    ("progress", "satisfaction", "kind"),
    [
        (1.0, 0.5, LADDER),
        (1.0, None, LADDER),
        (0.0, 0.5, LADDER),
        (-1.0, 0.0, SNAKE),
        (None, -0.5, SNAKE),
        (1.0, -0.5, MIXED),
        (0.0, None, MIXED),
    ],
)
def test_snakes_and_ladders(progress: float | None, satisfaction: float | None, kind: str) -> None:
    those = ((Measure.PROGRESS, progress), (Measure.SATISFACTION_CHANGE, satisfaction))
    found = {measure: Figure("call.ended", measure, 2, 2 * mean) for measure, mean in those if mean is not None}
    other = Figure("call.started", Measure.WAIT, 1, 5.0)
    (touchpoint,) = snakes_and_ladders([*found.values(), other])
    assert touchpoint == Touchpoint("call.ended", found.get(Measure.PROGRESS), found.get(Measure.SATISFACTION_CHANGE))
    assert touchpoint.kind == kind

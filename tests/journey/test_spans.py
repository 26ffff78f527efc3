from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.spans import Piece, Span, pieces
from services.journey.window import Window

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=5)).map(lambda passed: FIRST + passed)
ROUND = st.integers(0, 5 * 24).map(lambda hours: FIRST + timedelta(hours=hours))
ENDS = st.none() | MOMENTS | ROUND


@given(ENDS, ENDS, st.lists(MOMENTS | ROUND, min_size=1, max_size=20))
def test_pieces_are_the_window_and_do_not_overlap(
    since: datetime | None, until: datetime | None, moments: list[datetime]
) -> None:
    if since and until and since > until:
        since, until = until, since
    window = Window(since, until)
    found = pieces(window)
    for moment in moments:
        assert sum(Window(one.since, one.until).holds(moment) for one in found) == window.holds(moment)


@given(ENDS, ENDS)
def test_days_and_hours_are_whole_and_facts_of_two_hours_at_most(
    since: datetime | None, until: datetime | None
) -> None:
    left = timedelta()
    for piece in pieces(Window(since, until)):
        ends = [end for end in (piece.since, piece.until) if end is not None]
        if piece.span is Span.FACT:
            assert len(ends) == 2
            left += ends[1] - ends[0]
        else:
            assert all((end.minute, end.second, end.microsecond) == (0, 0, 0) for end in ends)
        if piece.span is Span.DAY:
            assert all(end.hour == 0 for end in ends)
    assert left < timedelta(hours=2)


def test_ever_is_days() -> None:
    assert pieces(Window()) == [Piece(Span.DAY, None, None)]


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time(year: int) -> None:
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    window = Window(last, None) if year == 9999 else Window(None, first + timedelta(minutes=1))
    assert [one for one in pieces(window) if one.span is Span.FACT]

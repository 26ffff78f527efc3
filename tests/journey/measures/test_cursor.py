from datetime import timedelta

import pytest

from services.journey.domain.model import Position
from services.journey.measures.cursor import position_cursor, read_position
from services.runtime.errors import Rejected
from tests.journey.timelines import START


def test_a_cursor_leads_back_to_its_position() -> None:
    position = Position(START + timedelta(microseconds=1), "/call/bank", "שיחה 7")
    assert read_position(position_cursor(position)) == position
    assert read_position(None) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "ä",
        "bm8",
        "WzFd",
        "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwiYSIsImIiXQ",
        position_cursor(Position(START, "a", "\0")),
    ],
)
def test_nothing_else_is_a_cursor(cursor: str) -> None:
    with pytest.raises(Rejected, match="not a cursor of ours"):
        read_position(cursor)

from collections.abc import Mapping

from services.journey.live.block import MOST_FILTERS, Block
from services.journey.live.event import Filter, LiveEvent, id_line, live_event
from services.runtime.log import Record
from tests.journey.live.test_live import message

BEFORE = {0: 5, 1: 7}


def event(partition: int, offset: int, after: Mapping[int, int], journey: str = "rounds") -> LiveEvent:
    _, value = message(offset, journey=journey)
    found = live_event(Record("t", partition, offset, None, value), after)
    assert found is not None
    return found


def block() -> Block:
    events = [event(0, 5, {0: 6, 1: 7}), event(1, 7, {0: 6, 1: 8}, "other"), event(0, 6, {0: 7, 1: 8})]
    return Block(events, BEFORE, {0: 7, 1: 8})


def test_what_a_filter_wants_is_serialised_once_for_all_its_readers() -> None:
    one = block()
    first, again = (one.wanted(Filter(journey=frozenset({"rounds"}))) for _ in range(2))
    assert first is again
    assert first == b"".join(wanted.id + wanted.frame for wanted in (one.events[0], one.events[2]))
    assert one.wanted(Filter(journey=frozenset({"other"}))) == one.events[1].id + one.events[1].frame


def test_what_is_serialised_is_bounded_and_let_go_of() -> None:
    one = block()
    for number in range(MOST_FILTERS):
        one.wanted(Filter(journey=frozenset({str(number)})))
    assert one.wanted(Filter()) is not one.wanted(Filter())
    early = Filter(journey=frozenset({"0"}), kind=frozenset())
    assert one.wanted(early) is one.wanted(early)
    one.forget()
    assert one.wanted(Filter()) == b"".join(wanted.id + wanted.frame for wanted in one.events)
    assert one.wanted(Filter()) is not one.wanted(Filter())


def test_who_stands_elsewhere_gets_what_they_missed_with_their_own_places() -> None:
    here = {0: 6, 1: 7}
    numbered = list(block().missed(here))
    assert [(one.partition, one.offset) for _, one in numbered] == [(1, 7), (0, 6)]
    assert here == {0: 7, 1: 8}
    ahead = {0: 5, 1: 9}
    assert [line for line, _ in block().missed(ahead)] == [id_line({0: 6, 1: 9}), id_line({0: 7, 1: 9})]

import pytest

from services.runtime.gathering import BUSY, EASY, LONGEST_SECONDS, OVER_SECONDS, Gathering

LONG = 20 * OVER_SECONDS


def going_on(gathering: Gathering, took: float, every: float, start: float = 0.0) -> float:
    """What gathers after batches that took so long and began so often, one of the clock being at `start`."""
    answer = 0.0
    for number in range(int(LONG / every)):
        began = start + number * every
        answer = gathering.after(began, began + took)
    return answer


@pytest.mark.parametrize("share", [0.1, 0.5, EASY])
def test_who_has_time_left_lets_nobody_wait(share: float) -> None:
    assert going_on(Gathering(), 0.05 * share, 0.05) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("share", [BUSY, 1])
def test_who_is_at_work_throughout_lets_as_much_gather_as_may(share: float) -> None:
    assert going_on(Gathering(), 0.05 * share, 0.05) == pytest.approx(LONGEST_SECONDS)


def test_between_the_two_the_more_gathers_the_less_time_is_left() -> None:
    some, more = (going_on(Gathering(), 0.05 * share, 0.05) for share in (0.75, 0.8))
    assert 0 < some < more < LONGEST_SECONDS


def test_one_long_batch_among_many_short_ones_changes_little() -> None:
    gathering = Gathering()
    going_on(gathering, 0.02, 0.05)
    assert gathering.after(LONG, LONG + 0.2) == 0


def test_after_a_rest_what_was_before_it_is_forgotten() -> None:
    gathering = Gathering()
    assert going_on(gathering, 0.05, 0.05) > 0
    assert gathering.after(2 * LONG, 2 * LONG + 0.05) == 0


def test_batches_that_overlap_count_as_work_throughout() -> None:
    gathering = Gathering()
    for number in range(100):
        answer = gathering.after(number * 0.1, number * 0.1 + 0.2)
    assert answer == LONGEST_SECONDS


def test_who_lets_more_gather_settles_where_some_time_is_left() -> None:
    """A batch costs 20 ms and 60 us for each record; 8,000 come in a second, half of the time is the least of it."""
    gathering, now, last, share = Gathering(), 0.0, 0.0, []
    for _ in range(500):
        took = 0.02 + 60e-6 * 8_000 * (now - last)
        last, began = now, now
        until = began + gathering.after(began, began + took)
        now = max(until, began + took)
        share.append(took / (now - began))
    assert EASY < share[-1] < BUSY

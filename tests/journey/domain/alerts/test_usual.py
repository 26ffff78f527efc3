import random
from math import exp, log

import pytest

from services.journey.domain.alerts.levels import Level, dwelt, slot_of, weighed
from services.journey.domain.alerts.series import Watched, series
from services.journey.domain.alerts.usual import Asked, Reading, clock, reading
from tests.journey.timelines import START

FIRST = slot_of(START)
DAY, WEEK = 96, 672
UTC = clock("UTC")


def asked(minimum: int = 10, *, exact: bool = True, zone: str = "UTC") -> Asked:
    return Asked(minimum, 4.0, 2.0, FIRST, clock(zone), exact)


def read(
    levels: list[Level], slot: int, watched: Watched = Watched.VOLUME, minimum: int = 10, zone: str = "UTC"
) -> Reading | None:
    return reading(series(watched, "one", None, levels), slot, asked(minimum, zone=zone))


def steady(weeks: float, entered: int = 10, **others: int) -> list[Level]:
    """So many customers in every quarter."""
    return [Level("one", FIRST + n, entered=entered, **others) for n in range(int(weeks * WEEK))]


def test_an_hour_is_compared_with_the_same_hour_of_the_week() -> None:
    levels = steady(9)
    end = FIRST + 9 * WEEK
    busy = [level._replace(entered=50) if (level.slot - FIRST) % WEEK >= WEEK - 4 else level for level in levels]
    found = read(busy, end)
    assert found is not None
    assert (found.quarters, found.value, found.usual, found.score) == (4, 200.0, 200.0, 0.0)
    tuesday = read(busy, end - DAY)
    assert tuesday is not None
    assert (tuesday.value, tuesday.usual) == (40.0, 40.0)


def test_while_there_are_not_four_weeks_it_is_the_hour_of_the_day_and_then_all_hours() -> None:
    def levels(days: int) -> list[Level]:
        return [Level("one", FIRST + n, entered=50 if n % DAY >= DAY - 4 else 10) for n in range(days * DAY)]

    of_day = read(levels(7), FIRST + 7 * DAY)
    assert of_day is not None
    assert (of_day.quarters, of_day.usual) == (4, 200.0)
    of_all = read(levels(2), FIRST + 2 * DAY)
    assert of_all is not None
    assert (of_all.quarters, of_all.usual) == (4, 40.0)
    assert read(levels(1)[:44], FIRST + 44) is None, "eleven hours are no history"


def test_the_window_is_the_shortest_that_usually_holds_enough() -> None:
    def quarters(every: int) -> int:
        levels = [Level("one", FIRST + n, entered=1) for n in range(0, 9 * WEEK, every)]
        found = read(levels, FIRST + 9 * WEEK)
        assert found is not None
        return found.quarters

    assert [quarters(every) for every in (1, 8)] == [16, 96]
    dense = read(steady(9), FIRST + 9 * WEEK)
    assert dense is not None
    assert dense.quarters == 4


def test_few_cases_say_nothing_but_that_many_are_missing() -> None:
    rare = [Level("one", FIRST + n, entered=1) for n in range(0, 9 * WEEK, 40)]
    assert read(rare, FIRST + 9 * WEEK) is None
    silent = read(steady(9), FIRST + 9 * WEEK + 4)
    assert silent is not None
    assert (silent.value, silent.usual) == (0.0, 40.0)
    assert silent.score < -8


def test_a_past_incident_does_not_hide_the_next() -> None:
    levels = [
        level._replace(entered=100) if 5 * WEEK <= level.slot - FIRST < 6 * WEEK else level for level in steady(9)
    ]
    found = read([*levels[:-4], *(level._replace(entered=100) for level in levels[-4:])], FIRST + 9 * WEEK)
    assert found is not None
    assert (found.value, found.usual) == (400.0, 40.0)
    assert found.score > 10


def test_what_varies_much_has_to_go_further() -> None:
    chance = random.Random(3)
    wild = [level._replace(entered=max(0, round(chance.gauss(40, 20)))) for level in steady(9)]
    tame = steady(9, 40)
    scores = []
    for levels in (tame, wild):
        found = read([*levels[:-4], *(level._replace(entered=60) for level in levels[-4:])], FIRST + 9 * WEEK)
        assert found is not None
        scores.append(found.score)
    assert scores[0] > 4 > scores[1] > 1


@pytest.mark.parametrize("seed", range(3))
def test_chance_alone_is_hardly_ever_far(seed: int) -> None:
    """Poisson counts with a season: of 2,000 readings, about one in 30,000 would be beyond four by the normal law."""
    chance = random.Random(seed)
    levels = []
    for n in range(9 * WEEK):
        mean = 1 + 6 * ((n % DAY) / DAY)
        levels.append(Level("one", FIRST + n, entered=sum(chance.expovariate(1) < mean / 20 for _ in range(20))))
    watched = series(Watched.VOLUME, "one", None, levels)
    found = [reading(watched, FIRST + 6 * WEEK + n, asked()) for n in range(2_000)]
    scores = [one.score for one in found if one is not None]
    assert len(scores) == 2_000
    assert sum(abs(score) > 4 for score in scores) <= 4
    assert sum(abs(score) > 2 for score in scores) < 200


def test_the_band_is_where_far_begins() -> None:
    for watched, levels in (
        (Watched.VOLUME, steady(9)),
        (Watched.DROP_OFF, steady(9, stays=8, abandoned=2)),
        (Watched.EFFORT, steady(9, effort=weighed(6), effort_squares=3 * weighed(2) ** 2)),
        (Watched.DWELL, steady(9, stays=10, dwell=10 * dwelt(300), dwell_squares=10 * dwelt(300) ** 2)),
    ):
        found = read(levels, FIRST + 9 * WEEK, watched)
        assert found is not None
        assert found.value == pytest.approx(found.usual)
        assert found.low < found.usual < found.high


def test_each_measure_on_its_own_scale() -> None:
    share = read(steady(9, stays=8, abandoned=2), FIRST + 9 * WEEK, Watched.DROP_OFF)
    effort = read(steady(9, effort=weighed(6), effort_squares=3 * weighed(2) ** 2), FIRST + 9 * WEEK, Watched.EFFORT)
    stays = steady(9, stays=2, dwell=dwelt(100) + dwelt(900), dwell_squares=dwelt(100) ** 2 + dwelt(900) ** 2)
    dwell = read(stays, FIRST + 9 * WEEK, Watched.DWELL, minimum=8)
    assert share
    assert effort
    assert dwell
    assert (share.value, effort.value) == (0.2, pytest.approx(0.6))
    assert dwell.value == pytest.approx(exp((log(100) + log(900)) / 2), rel=1e-3)


def test_hours_are_those_of_a_clock() -> None:
    """Israel put its clocks on on 2026-03-27: ten o'clock is an hour earlier in UTC from then on."""
    jerusalem = clock("Asia/Jerusalem")
    noon = slot_of(START.replace(month=4, day=5))
    assert jerusalem(noon, 7) == noon - WEEK
    assert jerusalem(noon, 14) == noon - 2 * WEEK + 4
    assert UTC(noon, 14) == noon - 2 * WEEK


def test_what_is_not_looked_at_closely_only_seems_further() -> None:
    chance = random.Random(5)
    levels = [level._replace(entered=max(0, round(chance.gauss(40, 20)))) for level in steady(9)]
    watched = series(Watched.VOLUME, "one", None, levels)
    for slot in range(FIRST + 8 * WEEK, FIRST + 9 * WEEK, 7):
        quick, close = (reading(watched, slot, asked(exact=exact)) for exact in (False, True))
        assert quick
        assert close
        assert abs(close.score) <= abs(quick.score)
        assert abs(quick.score) < 2 or quick == close

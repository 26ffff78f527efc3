from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.journey_definition import ActionDefinition, QuietHours
from services.journey.domain import acting
from services.journey.domain.acting import REQUESTED, Subject, decide, granted, lot, quiet_until

NIGHT = QuietHours(begin="21:00", end="08:00", zone="Asia/Jerusalem")
NOON = QuietHours(begin="12:00", end="13:30", zone="UTC")

HOURS = st.builds("{:02}:{:02}".format, st.one_of(st.integers(0, 3), st.integers(0, 23)), st.integers(0, 59))
CHANGES = ["2026-03-27T00:00", "2026-03-29T01:00", "2026-10-25T00:00", "2026-10-25T01:00", "2026-11-01T06:00",
           "2026-10-29T21:00", "2026-04-04T15:00"]  # fmt: skip
"""When clocks change in some zones."""


def around(change: str) -> st.SearchStrategy[int]:
    """Minutes of the year in the hours around a change."""
    minute = (at(change) - at("2026-01-01T00:00")) // timedelta(minutes=1)
    return st.integers(minute - 180, minute + 180)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (NIGHT, "2026-03-01T18:59", None),
        (NIGHT, "2026-03-01T19:00", "2026-03-02T06:00"),
        (NIGHT, "2026-03-01T23:30", "2026-03-02T06:00"),
        (NIGHT, "2026-03-02T05:59", "2026-03-02T06:00"),
        (NIGHT, "2026-03-02T06:00", None),
        (NIGHT, "2026-03-25T20:00", "2026-03-26T06:00"),
        (NIGHT, "2026-03-26T20:00", "2026-03-27T05:00"),  # clocks went forward that night
        (NOON, "2026-03-01T12:00", "2026-03-01T13:30"),
        (NOON, "2026-03-01T13:30", None),
        (NOON, "2026-03-01T11:59", None),
        (QuietHours(begin="08:00", end="08:00", zone="UTC"), "2026-03-01T08:00", None),
    ],
)
def test_quiet_hours_end_by_the_clock_of_their_zone(hours: QuietHours, now: str, until: str | None) -> None:
    assert quiet_until(hours, at(now)) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("zone", "end", "now", "until"),
    [
        ("Europe/Berlin", "02:30", "2026-10-25T00:15", "2026-10-25T00:30"),
        ("Europe/Berlin", "02:30", "2026-10-25T01:00", "2026-10-25T01:30"),
        ("Asia/Jerusalem", "01:30", "2026-10-24T23:10", "2026-10-24T23:30"),
        ("America/New_York", "01:30", "2026-11-01T06:29", "2026-11-01T06:30"),
        ("Europe/Berlin", "02:30", "2026-03-29T00:30", "2026-03-29T01:30"),  # an hour that does not come
    ],
)
def test_an_hour_that_comes_twice_ends_the_quiet_twice(zone: str, end: str, now: str, until: str) -> None:
    assert quiet_until(QuietHours(begin="21:00", end=end, zone=zone), at(now)) == at(until)


@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "Asia/Jerusalem", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]
    ),
    begin=HOURS,
    end=HOURS,
    minute=st.one_of(st.integers(0, 365 * 24 * 60), st.sampled_from(CHANGES).flatmap(around)),
)
def test_what_is_quiet_always_ends_later(zone: str, begin: str, end: str, minute: int) -> None:
    now = at("2026-01-01T00:00") + timedelta(minutes=minute)
    until = quiet_until(QuietHours(begin=begin, end=end, zone=zone), now)
    assert until is None or now < until <= now + timedelta(hours=25)


def test_nothing_waits_until_now_or_before(monkeypatch: pytest.MonkeyPatch) -> None:
    now = at("2026-03-01T22:00")
    monkeypatch.setattr(acting, "quiet_until", lambda *_: now)
    what = ActionDefinition(key="hurry", on="overdue", quiet_hours=NIGHT, to="desk")
    subject = Subject(0.9, holds=True, granted=True, same=(), all_=())
    assert decide(what, subject, now).state == REQUESTED


def test_the_lot_is_even_and_of_each_customer_and_action_its_own() -> None:
    drawn = [lot("refund", "hurry", f"someone-{n}") for n in range(4_000)]
    assert min(drawn) >= 0
    assert max(drawn) < 1
    assert 1_000 * 0.9 < sum(one < 0.25 for one in drawn) < 1_000 * 1.1
    assert lot("refund", "hurry", "someone-1") == drawn[1] != lot("refund", "other", "someone-1")


def test_the_latest_word_of_each_identifier_counts_and_a_refusal_of_any_does() -> None:
    early, late = at("2026-03-01T10:00"), at("2026-03-01T11:00")
    assert not granted([])
    assert granted([(early, True, 1), (late, False, 1)])
    assert not granted([(early, False, 1), (early, True, 1)])
    assert not granted([(early, False, 1), (late, False, 1), (early, True, 2)])

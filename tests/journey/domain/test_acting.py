from datetime import UTC, datetime

import pytest

from schemas.journey_definition import QuietHours
from services.journey.domain.acting import granted, lot, quiet_until

NIGHT = QuietHours(begin="21:00", end="08:00", zone="Asia/Jerusalem")
NOON = QuietHours(begin="12:00", end="13:30", zone="UTC")


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

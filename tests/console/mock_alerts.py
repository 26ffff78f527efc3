"""Open alerts of an invented journey, as the origin would answer them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from mock_people import DANA

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
MANY = "5f1c7c30-3c51-4f5e-9d5c-0d2f1f6a7c11"
SLOW = "9a1c7c30-3c51-4f5e-9d5c-0d2f1f6a7c12"


def _reading(hours_ago: float, value: float, usual: float) -> dict[str, Any]:
    return {
        "at": (NOW - timedelta(hours=hours_ago)).isoformat(),
        "window_seconds": 3_600,
        "cases": 41,
        "value": value,
        "usual": usual,
        "low": usual / 3,
        "high": usual * 2,
    }


def _alert(id_: str, key: str, en: str, he: str, **told: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "key": key,
        "title": {"en": en, "he": he},
        "stage": "chasing",
        "pain_point": None,
        "side": "high",
        "since": (NOW - timedelta(hours=2)).isoformat(),
        "raised_at": (NOW - timedelta(hours=1)).isoformat(),
        "cleared_at": None,
        **told,
    }


OPEN = [
    _alert(
        MANY,
        "many_chase",
        "Many ask where it is",
        "רבים שואלים איפה הכסף",
        measure="volume",
        unit="customers",
        reading=_reading(1, 41.0, 14.0),
    ),
    _alert(
        SLOW,
        "slow",
        "It takes long",
        "לוקח הרבה זמן",
        measure="dwell",
        unit="seconds",
        reading=_reading(1, 7_260.0, 1_800.0),
    ),
]


CLOSED = _alert(
    "1b1c7c30-3c51-4f5e-9d5c-0d2f1f6a7c13",
    "few_paid",
    "Few get their money",
    "מעטים מקבלים את הכסף",
    stage="paid",
    side="low",
    raised_at=(NOW - timedelta(hours=75)).isoformat(),
    cleared_at=(NOW - timedelta(hours=72)).isoformat(),
    measure="volume",
    unit="customers",
    reading=_reading(75, 2.0, 19.0),
)


def alerts(key: str, *, is_open: bool | None = None) -> dict[str, Any]:
    found = [one for one in (*OPEN, CLOSED) if is_open is None or is_open == (one["cleared_at"] is None)]
    return {"journey": key, "version": 3, "items": found if key == "insurance_refund" else []}


def alert(id_: str) -> dict[str, Any]:
    (found,) = [one for one in (*OPEN, CLOSED) if one["id"] == id_]
    usual = found["reading"]["usual"]
    series = [_reading(hours, usual * (3.2 if hours < 3 else 1 + hours % 3 / 5), usual) for hours in range(24, -1, -1)]
    return {"alert": found, "series": series}


def customers() -> dict[str, Any]:
    item = {"profile_id": DANA, "number": 1, "interaction": "/call/main 4711", "at": NOW.isoformat(), "value": 1.0}
    return {"items": [item], "next": None}

"""Measures of an invented journey by what they can be told apart by, as the origin would answer."""

from typing import Any

from fastapi import FastAPI
from mock_maps import FACTS

GROUPS: dict[str, list[str | None]] = {
    "stage": ["approved", "chasing", "paid"],
    "channel": ["call", "chat"],
    "reason": [None, "billing.refund", "complaint"],
    "queue": ["claims", "תביעות"],
    "touchpoint": ["call.ended", "chat.message.received"],
    "day": [f"2026-11-{day:02}" for day in (1, 2, 3, 5, 8, 9, 10, 11, 12)],
}


def _figure(count: int, mean: float, *, is_time: bool = False) -> dict[str, Any]:
    percentiles = {"p50": round(2 * mean / 3), "p90": round(8 * mean / 3)} if is_time else {"p50": None, "p90": None}
    return {"count": count, "sum": count * mean, "mean": mean, **percentiles}


def measures(by: str) -> dict[str, Any]:
    groups = [
        {
            "group": group,
            "measures": {
                "wait": _figure(120 - 9 * place, 45.0 + 60 * (place * 7 % 5), is_time=True),
                "nps": _figure(12, 40.0 - 30 * place),
            },
        }
        for place, group in enumerate(GROUPS.get(by, []))
    ]
    return {"journey": "insurance_refund", "version": 3, "by": by, "units": {}, "groups": groups}


def _touchpoint(name: str, kind: str, progress: float | None, satisfaction: float | None) -> dict[str, Any]:
    return {
        "touchpoint": name,
        "kind": kind,
        "progress": None if progress is None else _figure(140, progress),
        "satisfaction": None if satisfaction is None else _figure(31, satisfaction),
    }


SNAKES = {
    "journey": "insurance_refund",
    "version": 3,
    "items": [
        _touchpoint("call.ended", "snake", -0.31, -0.12),
        _touchpoint("claim.approved", "ladder", 0.8, 0.2),
        _touchpoint("email.sent", "mixed", 0.1, -0.05),
        _touchpoint("refund.sent", "ladder", 1.0, None),
    ],
}


class MockMeasures:
    """The measures of one journey; `opened` are the groups whose figures were looked at."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str | None, str | None]] = []

    def add_to(self, app: FastAPI, reader: Any) -> None:
        app.get("/v1/journeys/{key}/measures", dependencies=[reader])(self._measures)
        app.get("/v1/journeys/{key}/measures/{measure}/facts", dependencies=[reader])(self._facts)
        app.get("/v1/journeys/{key}/snakes-and-ladders", dependencies=[reader])(self._snakes)

    async def _measures(self, by: str) -> dict[str, Any]:
        return measures(by)

    async def _facts(self, measure: str, by: str | None = None, group: str | None = None) -> dict[str, Any]:
        self.opened.append((measure, by, group))
        return FACTS

    async def _snakes(self) -> dict[str, Any]:
        return SNAKES

"""The other kinds of map of an invented journey, as the origin would answer them."""

from typing import Any

from fastapi import FastAPI
from mock_people import DANA, STAGES

TITLE = {"en": "Insurance refund", "he": "החזר ביטוח"}
NAMES = [{"key": key, "title": {"en": en, "he": he}} for key, en, he in STAGES]


def _aim(
    aspect: str, wanted: float | None, found: float | None, gap: float | None, *, unit: str = "seconds"
) -> dict[str, Any]:
    return {
        "aspect": aspect,
        "unit": unit,
        "side": "at_least" if aspect == "emotion" else "at_most",
        "wanted": wanted,
        "found": found,
        "count": 0 if found is None else 40,
        "gap": gap,
        "met": None if gap is None else gap <= 0,
    }


AIMS = [
    _aim("emotion", 0.8, 0.64, 0.16, unit="share"),
    _aim("wait", 60.0, 45.0, -15.0),
    _aim("time_in_stage", 86_400.0, None, None),
    _aim("drop_off", None, 0.2, None, unit="share"),
]
NOTHING = [_aim(aim["aspect"], None, None, None) for aim in AIMS]
TARGET = {
    "journey": "insurance_refund",
    "version": 3,
    "title": TITLE,
    "stages": [
        {
            **name,
            "goal": "the customer knows what comes and when" if name["key"] == "approved" else None,
            "importance": 4,
            "moment_of_truth": name["key"] == "approved",
            "aims": AIMS if name["key"] == "approved" else NOTHING,
        }
        for name in NAMES
    ],
}


def _touchpoint(name: str, channel: str, interactions: int) -> dict[str, Any]:
    return {"touchpoint": name, "channel": channel, "interactions": interactions, "emotion": None}


LANES = {
    "customer": [_touchpoint("call.ended", "call", 70), _touchpoint("page.viewed", "web", 31)],
    "front_stage": [_touchpoint("email.sent", "email", 12)],
    "back_stage": [_touchpoint("call.leg.rang", "call", 9)],
    "served": [
        {
            "queue": "תביעות",
            "handle": {"count": 64, "mean": 410.0},
            "wait": {"count": 70, "mean": 95.0},
            "transfers": {"count": 64, "mean": 0.25},
        },
        {"queue": None, "handle": None, "wait": {"count": 3, "mean": 30.0}, "transfers": None},
    ],
    "systems": [{"system": "/call/genesys", "interactions": 79}, {"system": "/web/shop", "interactions": 31}],
}
BLUEPRINT = {
    "journey": "insurance_refund",
    "version": 3,
    "title": TITLE,
    "stages": [
        {
            **name,
            "moment_of_truth": name["key"] == "approved",
            **(LANES if name["key"] == "approved" else {key: [] for key in LANES}),
        }
        for name in NAMES
    ],
}


def _encounter(number: int, stage: str, touchpoint: str, channel: str, **told: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("queue", "agent", "wait", "handle", "emotion"))
    return {
        "interaction": f"/{channel}/main {number}",
        "at": f"2026-11-{10 + number}T0{number}:00:00Z",
        "apart_seconds": None if number == 1 else 90_000.0,
        "stage": stage,
        "touchpoint": touchpoint,
        "channel": channel,
        **nothing,
        "effort": 0.0,
        "pain_points": [],
        **told,
    }


WAY = {
    "profile_id": DANA,
    "journey": "insurance_refund",
    "version": 3,
    "title": TITLE,
    "stages": NAMES,
    "number": 2,
    "numbers": [1, 2],
    "status": "active",
    "opened_at": "2026-11-11T01:00:00Z",
    "closed_at": None,
    "encounters": [
        _encounter(1, "submitted", "claim.submitted", "web", emotion=0.7),
        _encounter(2, "approved", "claim.approved", "email", emotion=0.9),
        _encounter(3, "approved", "page.viewed", "web"),
        _encounter(
            4,
            "chasing",
            "call.ended",
            "call",
            emotion=0.2,
            wait=320.0,
            handle=200.0,
            queue="תביעות",
            agent="Noa",
            effort=5.0,
            pain_points=[{"key": "long_wait", "title": {"en": "Waited long", "he": "המתנה ארוכה"}, "weight": 5.0}],
        ),
        _encounter(5, "approved", "survey.answered", "survey", emotion=0.4),
    ],
    "more": False,
}
MEASURES = {
    "journey": "insurance_refund",
    "version": 3,
    "by": "stage",
    "units": {},
    "groups": [
        {
            "group": "approved",
            "measures": {"wait": {"count": 30, "sum": 1_350.0, "mean": 45.0, "p50": 30.0, "p90": 120.0}},
        }
    ],
}
FACTS = {
    "items": [
        {
            "profile_id": DANA,
            "number": 2,
            "interaction": "/call/genesys 7",
            "at": "2026-11-12T08:00:00Z",
            "touchpoint": "call.ended",
            "stage": "approved",
            "channel": "call",
            "value": 95.0,
        }
    ],
    "next": None,
}
MET = {
    "items": [
        {
            "profile_id": DANA,
            "number": 2,
            "interaction": "/call/genesys 7",
            "at": "2026-11-12T08:00:00Z",
            "stage": "approved",
            "weight": 2.0,
        }
    ],
    "next": None,
}


def add_maps(app: FastAPI, reader: Any) -> None:
    """What each of the maps asks for."""
    for path, answer in {
        "/v1/journeys/{key}/map/target": TARGET,
        "/v1/journeys/{key}/map/blueprint": BLUEPRINT,
        "/v1/journeys/{key}/measures": MEASURES,
        "/v1/journeys/{key}/measures/{measure}/facts": FACTS,
        "/v1/journeys/{key}/pain-points/{pain_point}/customers": MET,
        "/v1/profiles/{profile_id}/journeys/{key}/map": WAY,
    }.items():
        app.get(path, dependencies=[reader])(_answering(answer))


def _answering(answer: dict[str, Any]) -> Any:
    async def answered() -> dict[str, Any]:
        return answer

    return answered

"""The map of an invented journey, as the origin would answer it."""

from typing import Any

from mock_people import STAGES

NOTHING: dict[str, Any] = {
    "interactions": 0,
    "emotion": None,
    "wait": None,
    "handle": None,
    "time_in_stage": None,
    "effort": 0.0,
}


def _touchpoint(name: str, channel: str | None, interactions: int) -> dict[str, Any]:
    told = {"touchpoint": name, "channel": channel, "queues": [], "systems": ["/call/genesys"]}
    return {**NOTHING, **told, "interactions": interactions}


def _stage(key: str, en: str, he: str, **told: Any) -> dict[str, Any]:
    return {
        **NOTHING,
        "key": key,
        "title": {"en": en, "he": he},
        "goal": None,
        "importance": 1,
        "moment_of_truth": False,
        "expected_seconds": None,
        "targets": None,
        "entered": 0,
        "reached": 0,
        "now": 0,
        "left": 0,
        "drop_off": None,
        "queues": [],
        "systems": [],
        "touchpoints": [],
        "pain_points": [],
        **told,
    }


APPROVED: dict[str, Any] = {
    "interactions": 120,
    "goal": "the customer knows what comes and when",
    "importance": 4,
    "moment_of_truth": True,
    "expected_seconds": 86_400.0,
    "targets": {"emotion": 0.8, "wait": 60.0, "time_in_stage": None, "drop_off": 0.1},
    "entered": 80,
    "reached": 90,
    "now": 12,
    "left": 18,
    "drop_off": 0.2,
    "emotion": {"count": 40, "mean": 0.64},
    "wait": {"count": 30, "mean": 45.0},
    "handle": {"count": 25, "mean": 410.0},
    "time_in_stage": {"count": 66, "mean": 259_200.0},
    "effort": 31.0,
    "queues": ["claims", "תביעות"],
    "systems": ["/call/genesys"],
    "touchpoints": [
        _touchpoint("call.ended", "call", 70),
        *(_touchpoint(f"custom.step{number}", None, 10 - number) for number in range(7)),
    ],
    "pain_points": [
        {
            "key": key,
            "title": {"en": en},
            "stage": "approved",
            "times": times,
            "customers": 5,
            "weight": 2.0,
            "importance": 4,
            "score": 8.0 * times,
        }
        for key, en, times in (("had_to_ask", "Had to ask", 9), ("long_wait", "Waited long", 3))
    ],
}
CHASING = {"emotion": {"count": 7, "mean": 0.12}, "interactions": 7}


def journey_map(key: str) -> dict[str, Any]:
    told = {"approved": APPROVED, "chasing": CHASING}
    stages = [_stage(*stage, **told.get(stage[0], {})) for stage in STAGES]
    return {"journey": key, "version": 3, "title": {"en": "Insurance refund", "he": "החזר ביטוח"}, "stages": stages}

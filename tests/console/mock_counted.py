"""What counts of an invented journey open to, and the versions of its definition, as the origin would answer them."""

from typing import Any

from fastapi import FastAPI
from mock_people import DANA

AT = "2026-11-12T08:00:00Z"
JOURNEYS = {
    "items": [{"profile_id": DANA, "number": 1, "at": AT, "stage": "waiting", "status": "abandoned"}],
    "next": None,
}
STEPS = {
    "items": [{"profile_id": DANA, "number": 2, "interaction": "/call/genesys 7", "at": AT, "channel": "call"}],
    "next": None,
}
PLAN_FACTS = {
    "items": [
        {
            "profile_id": DANA,
            "number": 2,
            "interaction": "/call/genesys 7",
            "at": AT,
            "stage": "approved",
            "value": 1.0,
        }
    ],
    "next": None,
}
VERSIONS = {
    "journey": "insurance_refund",
    "items": [
        {
            "version": 3,
            "since": "2026-11-10T08:00:00Z",
            "until": None,
            "changed": ["stages.approved.expected", "pain_points.long_wait"],
        },
        {"version": 1, "since": "2026-03-01T09:00:00Z", "until": "2026-11-10T08:00:00Z", "changed": None},
    ],
}


def add_counted(app: FastAPI, reader: Any, planner: Any) -> None:
    """What each of the lists asks for."""
    for path, answer, needed in (
        ("/v1/journeys/{key}/funnel/{stage}/customers", JOURNEYS, reader),
        ("/v1/journeys/{key}/drop-off/{stage}/customers", JOURNEYS, reader),
        ("/v1/journeys/{key}/flow/customers", STEPS, reader),
        ("/v1/journeys/{key}/flow/{stage}/customers", STEPS, reader),
        ("/v1/journeys/{key}/plans/{plan_id}/effect/{side}/facts", PLAN_FACTS, planner),
        ("/v1/journeys/{key}/versions", VERSIONS, reader),
    ):
        app.get(path, dependencies=[needed])(_answering(answer))


def _answering(answer: dict[str, Any]) -> Any:
    async def answered() -> dict[str, Any]:
        return answer

    return answered

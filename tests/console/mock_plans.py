"""Plans about an invented journey with what came of them, as the origin would answer."""

from typing import Annotated, Any

from fastapi import Body, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from mock_people import STAGES

SINCE, UNTIL = "2026-10-25T00:00:00Z", "2026-11-22T00:00:00Z"


def _plan(number: int, **told: Any) -> dict[str, Any]:
    return {
        "id": f"0192f7a0-000{number}-7000-8000-00000000da0a",
        "journey": "insurance_refund",
        "unit": "share",
        "revision": 1,
        "changed_by": "noa@example.com",
        "changed_at": SINCE,
        "pain_point": None,
        "measure": None,
        "stage": None,
        "owner": "נועה, מוקד תביעות",
        "since": SINCE,
        "until": None,
        **told,
    }


MORE_PEOPLE = _plan(
    1, pain_point="long_wait", stage="approved", what="Two more people at the desk on Mondays", target={"at_most": 0.2}
)
TELL_THEM = _plan(2, measure="csat", what="Tell them when the money comes", target={"at_least": 70}, unit="percent")
LATER = _plan(3, measure="wait", what="Call back", target={"at_most": 60}, unit="seconds", since="2027-01-01T00:00:00Z")


def _side(value: float | None, low: float | None, high: float | None, customers: int, *, then: bool) -> dict[str, Any]:
    counted = {"facts": customers + 12, "customers": customers, "journeys": customers + 3}
    window = {"since": "2026-09-27T00:00:00Z", "until": SINCE} if then else {"since": SINCE, "until": UNTIL}
    return {"value": value, "low": low, "high": high, **counted, **window}


def _interval(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


def _effect(plan: dict[str, Any], **told: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("before", "after", "difference", "beside_others"))
    return {
        "plan": plan["id"],
        "journey": plan["journey"],
        "unit": plan["unit"],
        "as_of": UNTIL,
        "state": "measured",
        **nothing,
        "turn": "unclear",
        "met": "unclear",
        "caveats": [],
        "other_plans": [],
        **told,
    }


ALWAYS = ["no_control_group", "regression_to_the_mean", "season"]
EFFECTS = {
    MORE_PEOPLE["id"]: _effect(
        MORE_PEOPLE,
        before=_side(0.31, 0.27, 0.36, 398, then=True),
        after=_side(0.14, 0.105, 0.18, 371, then=False),
        difference=_interval(-0.17, -0.226, -0.11),
        beside_others=_interval(-0.12, -0.2, -0.04),
        turn="better",
        met="met",
        caveats=[*ALWAYS, "other_plans"],
        other_plans=[TELL_THEM["id"]],
    ),
    TELL_THEM["id"]: _effect(
        TELL_THEM,
        before=_side(61.0, 38.0, 80.0, 17, then=True),
        after=_side(75.0, None, None, 8, then=False),
        caveats=[*ALWAYS, "few_customers"],
    ),
    LATER["id"]: _effect(LATER, state="not_begun"),
}

DEFINITION = {
    "key": "insurance_refund",
    "version": 3,
    "title": {"en": "Insurance refund", "he": "החזר ביטוח"},
    "stages": [{"key": key, "title": {"en": en, "he": he}, "when": "true"} for key, en, he in STAGES],
    "pain_points": [
        {"key": "long_wait", "title": {"en": "Waited long", "he": "המתנה ארוכה"}, "when": "true"},
        {"key": "had_to_ask", "title": {"en": "Had to ask", "he": "נאלץ לשאול"}, "when": "true"},
    ],
    "rule_failures": [
        {
            "rule": "pain_points.long_wait",
            "times": 12,
            "reason": "would take more than 100,000 steps: what it reads is too large here",
            "last_at": "2026-10-04T09:30:00Z",
        }
    ],
}


class MockPlans:
    """The plans of one journey; what was asked of it is in `written`."""

    def __init__(self) -> None:
        self.plans = {plan["id"]: plan for plan in (LATER, MORE_PEOPLE, TELL_THEM)}
        self.written: list[dict[str, Any]] = []

    def add_to(self, app: FastAPI, planner: Any, reader: Any) -> None:
        app.get("/v1/journeys/{key}", dependencies=[reader])(self._definition)
        app.get("/v1/journeys/{key}/plans", dependencies=[planner])(self._plans)
        app.post("/v1/journeys/{key}/plans", dependencies=[planner], status_code=201, response_model=None)(self._make)
        app.put("/v1/journeys/{key}/plans/{plan_id}", dependencies=[planner], response_model=None)(self._change)
        app.delete("/v1/journeys/{key}/plans/{plan_id}", dependencies=[planner], status_code=204)(self._drop)
        app.get("/v1/journeys/{key}/plans/{plan_id}/effect", dependencies=[planner])(self._effect)

    async def _definition(self, key: str) -> dict[str, Any]:
        return {**DEFINITION, "key": key}

    async def _plans(self, key: str) -> dict[str, Any]:
        items = list(self.plans.values()) if key == "insurance_refund" else []
        return {"journey": key, "version": 3, "items": items}

    async def _make(self, key: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any] | JSONResponse:
        return self._keep(_plan(4 + len(self.written), **body, journey=key))

    async def _change(self, plan_id: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any] | JSONResponse:
        old = self.plans[plan_id]
        return self._keep({**old, **body, "revision": body["revision"] + 1})

    def _keep(self, plan: dict[str, Any]) -> dict[str, Any] | JSONResponse:
        self.written.append(plan)
        if plan["target"].get("at_most", 0) > 1 and plan["unit"] == "share":
            told = {"title": "Bad Request", "status": 400, "detail": "lies outside of 0 to 1 share"}
            return JSONResponse({**told, "field": "target.at_most"}, 400, media_type="application/problem+json")
        self.plans[plan["id"]] = plan
        return plan

    async def _drop(self, plan_id: str) -> None:
        del self.plans[plan_id]

    async def _effect(self, plan_id: str) -> dict[str, Any]:
        if plan_id not in self.plans:
            raise HTTPException(404, "the journey has no such plan")
        return EFFECTS.get(plan_id) or _effect(self.plans[plan_id], state="too_early")

"""A small origin with invented people: the answers that the console is made for, without the services behind it.

It serves the built console too. `PYTHONPATH=. python tests/console/mock_origin.py PORT` runs it by hand. It lets no
operations people read customers, to show what a refusal looks like.
"""

import asyncio
import itertools
import json
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import mock_alerts
import mock_people as people
import uvicorn
from fastapi import Body, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from mock_actions import MockActions
from mock_counted import add_counted
from mock_duplicates import DANI, MockDuplicates
from mock_identity import MockIdentity, Refusal
from mock_map import journey_map
from mock_maps import add_maps
from mock_measures import MockMeasures
from mock_plans import MockPlans
from mock_records import MockRecords
from mock_timeline import TIMELINE

from services.console_files import console_routes

DIST = Path(__file__).parents[2] / "services/console/dist"
CHANNELS = ["call", "chat", "email", "web", "store"]
VALUED = 3
"""Each so many-th customer is of high value."""


def _requires(*roles: str) -> Any:
    async def allowed(authorization: Annotated[str, Header()] = "") -> None:
        role = authorization.removeprefix("Bearer token-")
        if role not in people_roles():
            raise HTTPException(401, "a bearer token is needed")
        if role not in {*roles, "admin"}:
            raise HTTPException(403, f"this needs one of the roles: {', '.join(roles)}")

    return Depends(allowed)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return JSONResponse(error.body, error.status, media_type="application/problem+json")


def people_roles() -> list[str]:
    return ["agent", "ops", "steward", "admin"]


class MockOrigin:
    """The app, and a hand on its live stream: `cut()` ends every connection, `resumed_from` has what readers sent."""

    def __init__(self, *, pace: float = 0.4) -> None:
        self.pace = pace
        self.url = ""
        self.resumed_from: list[str] = []
        self.asked: list[str] = []
        self.counts = [list(row) for row in people.FUNNEL]
        self.identity = MockIdentity()
        self.records = MockRecords(self.identity)
        self.duplicates = MockDuplicates(self.identity.profiles)
        self.plans = MockPlans()
        self.actions = MockActions()
        self.measures = MockMeasures()
        self._cuts = 0
        self._numbers = itertools.count(1)
        self._random = random.Random(7)
        self.app = self._app()

    def cut(self) -> None:
        self._cuts += 1

    def _app(self) -> FastAPI:
        app = FastAPI()
        agent, ops = _requires("agent", "steward"), _requires("ops", "agent", "steward")
        app.get("/v1/session/dev")(self._session)
        app.post("/v1/profiles/lookup", dependencies=[agent])(self._lookup)
        app.post("/v1/profiles/search", dependencies=[agent])(self._search)
        app.get("/v1/profiles/{profile_id}", dependencies=[agent])(self._profile)
        app.get("/v1/profiles/{profile_id}/timeline", dependencies=[agent])(self._timeline)
        app.get("/v1/profiles/{profile_id}/identity", dependencies=[agent])(self._identity)
        app.get("/v1/profiles/{profile_id}/journeys", dependencies=[agent])(self._journeys)
        app.post("/v1/identity/why", dependencies=[agent])(self._why)
        self._identity_routes(app, _requires("steward"))
        self._record_routes(app, agent, _requires("steward"))
        app.get("/v1/journeys", dependencies=[ops])(self._definitions)
        app.get("/v1/journeys/{key}/funnel", dependencies=[_requires("ops")])(self._funnel)
        app.get("/v1/journeys/{key}/flow", dependencies=[_requires("ops")])(self._flow)
        app.get("/v1/journeys/{key}/map", dependencies=[_requires("ops")])(self._map)
        self.measures.add_to(app, ops)
        add_maps(app, ops)
        add_counted(app, ops, _requires("ops", "steward"))
        self.plans.add_to(app, _requires("ops", "steward"), ops)
        self._alert_routes(app, _requires("ops"))
        self.actions.add_to(app, ops, _requires("steward"))
        app.get("/v1/segments", dependencies=[ops])(self._segments)
        app.get("/v1/stream", dependencies=[_requires("ops")])(self._stream)
        app.mount("/", console_routes(DIST))
        return app

    def _alert_routes(self, app: FastAPI, ops: Any) -> None:
        app.get("/v1/journeys/{key}/alerts", dependencies=[ops])(self._alerts)
        app.get("/v1/journeys/{key}/alerts/{alert_id}", dependencies=[ops])(self._alert)
        app.get("/v1/journeys/{key}/alerts/{alert_id}/customers", dependencies=[ops])(self._behind)

    async def _alerts(self, key: str, is_open: Annotated[bool | None, Query(alias="open")] = None) -> dict[str, Any]:
        return mock_alerts.alerts(key, is_open=is_open)

    async def _alert(self, alert_id: str) -> dict[str, Any]:
        return mock_alerts.alert(alert_id)

    async def _behind(self) -> dict[str, Any]:
        return mock_alerts.customers()

    def _identity_routes(self, app: FastAPI, steward: Any) -> None:
        app.post("/v1/identity/decisions/preview", dependencies=[steward])(self._preview)
        app.post("/v1/identity/decisions", dependencies=[steward], status_code=201)(self._decide)
        app.delete("/v1/identity/decisions/{decision_id}", dependencies=[steward])(self._withdraw)
        app.get("/v1/duplicates", dependencies=[steward])(self._duplicates)
        app.get("/v1/duplicates/{profile_id}/{other_id}", dependencies=[steward])(self._duplicate)
        app.add_exception_handler(Refusal, _refused)

    def _record_routes(self, app: FastAPI, agent: Any, steward: Any) -> None:
        app.get("/v1/interactions/{number}", dependencies=[agent])(self._explanation)
        app.get("/v1/profiles/{profile_id}/export", dependencies=[steward])(self._export)
        app.post("/v1/profiles/{profile_id}/pins", dependencies=[steward], status_code=201)(self._pin)
        app.delete("/v1/profiles/{profile_id}/pins/{pin_id}", dependencies=[steward])(self._unpin)
        app.post("/v1/profiles/{profile_id}/erase/preview", dependencies=[steward])(self._erase_preview)
        app.post("/v1/profiles/{profile_id}/erase", dependencies=[steward])(self._erase)

    async def _explanation(self, number: int) -> dict[str, Any]:
        return self.records.explanation(number)

    async def _export(self, profile_id: str) -> dict[str, Any]:
        return self.records.export(profile_id)

    async def _pin(self, profile_id: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return self.records.pin(profile_id, body)

    async def _unpin(self, profile_id: str, pin_id: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return self.records.unpin(profile_id, pin_id, body["reason"])

    async def _erase_preview(self, profile_id: str) -> dict[str, Any]:
        return self.records.erase_preview(profile_id)

    async def _erase(self, profile_id: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return self.records.erase(profile_id, body)

    async def _duplicates(self, cursor: str | None = None) -> dict[str, Any]:
        return self.duplicates.queue(cursor)

    async def _duplicate(self, profile_id: str, other_id: str) -> dict[str, Any]:
        return self.duplicates.pair(profile_id, other_id)

    async def _why(self, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return self.identity.why(body)

    async def _preview(self, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return self.duplicates.effect() if self._about_a_pair(body) else self.identity.preview(body)

    async def _decide(self, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return self.duplicates.decide(body) if self._about_a_pair(body) else self.identity.decide(body)

    def _about_a_pair(self, body: dict[str, Any]) -> bool:
        twin = self.duplicates.profiles[DANI]["identifiers"][0]["value"]
        return any(body.get(end, {}).get("value") == twin for end in ("a", "b"))

    async def _withdraw(self, decision_id: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return self.identity.withdraw(decision_id, body["reason"])

    async def _session(self) -> dict[str, Any]:
        return {"tokens": {role: f"token-{role}" for role in people_roles()}}

    async def _lookup(self, body: Annotated[dict[str, str], Body()]) -> dict[str, Any]:
        key = (body["namespace"], body["value"])
        self.asked.append(body["namespace"])
        if key not in people.LOOKUPS:
            raise HTTPException(404, "nobody has this identifier")
        found = people.LOOKUPS[key]
        contested = body["namespace"] == "phone"
        alternatives = people.ALTERNATIVES if contested else []
        return {"profile": people.PROFILES[found], "shared": contested, "alternatives": alternatives}

    async def _search(self, body: Annotated[dict[str, str], Body()]) -> dict[str, Any]:
        def named(profile: dict[str, Any]) -> bool:
            trait = profile["traits"]["name"]
            return any(body["q"].lower() in str(each["value"]).lower() for each in [trait, *trait["others"]])

        items = [
            {
                "id": profile["id"],
                "name": profile["traits"]["name"]["value"],
                "name_assurance": profile["traits"]["name"]["assurance"],
                "identifiers": profile["identifiers"][:3],
                "last_seen": profile["figures"]["last_seen"],
            }
            for profile in people.PROFILES.values()
            if named(profile)
        ]
        return {"items": items, "next": None}

    async def _profile(self, profile_id: str) -> dict[str, Any]:
        live = people.DANA if profile_id == people.OLD_DANA else profile_id
        if live not in self.identity.profiles:
            raise HTTPException(404, "no such profile")
        return self.identity.profiles[live]

    async def _timeline(
        self, profile_id: str, cursor: str | None = None, limit: int = 50, channel: str | None = None
    ) -> dict[str, Any]:
        items = [each for each in TIMELINE if profile_id == people.DANA and channel in {None, each["data"]["channel"]}]
        start = int(cursor or 0)
        following = str(start + limit) if start + limit < len(items) else None
        return {"items": items[start : start + limit], "next": following}

    async def _identity(self, profile_id: str) -> dict[str, Any]:
        return self.identity.answers[profile_id]

    async def _journeys(self, profile_id: str) -> dict[str, Any]:
        segments = people.SEGMENTS.get(profile_id, [])
        return {"profile_id": profile_id, "segments": segments, "items": people.JOURNEYS.get(profile_id, [])}

    async def _definitions(self) -> dict[str, Any]:
        return people.DEFINITIONS

    async def _funnel(self, key: str) -> dict[str, Any]:
        names = ["entered", "reached", "now", "left"]
        stages = [
            {"stage": stage[0], **dict(zip(names, row, strict=True))}
            for stage, row in zip(people.STAGES, self.counts, strict=True)
        ]
        return {"journey": key, "version": 3, "stages": stages if key == "insurance_refund" else []}

    async def _flow(self, key: str) -> dict[str, Any]:
        links = [{"from": a, "to": b, "count": n} for a, b, n in people.FLOWS] if key == "insurance_refund" else []
        came: Counter[str | None] = Counter()
        for _, end, count in people.FLOWS:
            came[end] += count
        return {"nodes": [{"stage": stage[0], "count": came[stage[0]]} for stage in people.STAGES], "links": links}

    async def _map(self, key: str) -> dict[str, Any]:
        return journey_map(key)

    async def _segments(self) -> dict[str, Any]:
        return {
            "items": [
                {
                    **segment,
                    "version": 1,
                    "when": "true",
                    "customers": 7,
                    "rule_failure": people.FAILING.get(segment["key"]),
                }
                for segment in people.SEGMENTS[people.DANA]
            ]
        }

    async def _stream(
        self, last_event_id: Annotated[str | None, Header()] = None, segment: str | None = None
    ) -> StreamingResponse:
        if last_event_id is not None:
            self.resumed_from.append(last_event_id)
        return StreamingResponse(self._events(self._cuts, segment), media_type="text/event-stream")

    async def _events(self, cuts: int, segment: str | None) -> AsyncIterator[str]:
        yield ": hello\n\n"
        while cuts == self._cuts:
            number = next(self._numbers)
            kind, said = self._lapse(number) if number % 4 == 0 else ("journey.transitioned", self._transition(number))
            if segment is None or segment in said["segments"]:
                yield f"id: e-{number}\nevent: {kind}\ndata: {json.dumps(said)}\n\n"
            await asyncio.sleep(self.pace)

    def _lapse(self, number: int) -> tuple[str, dict[str, Any]]:
        """What time did: overdue, taken back, stalled, and abandoned, in turns."""
        kind, to = (
            ("overdue", "waiting"), ("retracted", None), ("stalled", "waiting"), ("abandoned", None),
        )[number // 4 % 4]  # fmt: skip
        timeless = {"from": "waiting", "to": to, "interaction": None, "channel": None}
        corrects = f"t-{number - 4}" if kind == "retracted" else None
        return f"journey.{kind}", {**self._transition(number), **timeless, "corrects": corrects}

    def _transition(self, number: int) -> dict[str, Any]:
        start, end, _ = self._random.choices(people.FLOWS, [count for *_, count in people.FLOWS])[0]
        self._count(start, end)
        return {
            "profile_id": f"0192f7a0-{number:04x}-7000-8000-00000000da0a",
            "id": f"t-{number}",
            "journey": "insurance_refund",
            "version": 3,
            "from": start,
            "to": end,
            "at": datetime.now(UTC).isoformat(),
            "interaction": f"/chat/main m-{number}",
            "channel": self._random.choice(CHANNELS),
            "corrects": f"t-{number - 1}" if number % 5 == 0 else None,
            "segments": ["high_value"] if number % VALUED == 0 else [],
        }

    def _count(self, start: str | None, end: str | None) -> None:
        keys = [key for key, *_ in people.STAGES]
        if start is not None:
            self.counts[keys.index(start)][2] -= 1
        if end is not None:
            self.counts[keys.index(end)][2] += 1


if __name__ == "__main__":
    uvicorn.run(MockOrigin().app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")

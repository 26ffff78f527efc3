"""Actions of an invented journey with what came of them, as the origin would answer."""

from typing import Any

from fastapi import FastAPI
from mock_people import DANA

NOBODY = {"customers": 0, "contacted": 0}
UNKNOWN = dict.fromkeys(("prevented", "prevented_low", "prevented_high"))


def _action(key: str, en: str, he: str, **told: Any) -> dict[str, Any]:
    return {
        "action": key,
        "title": {"en": en, "he": he},
        "on": "overdue",
        "to": "claims-desk",
        "requested": 0,
        "failed": 0,
        "waiting": 0,
        "suppressed": {},
        "outcome": {"within": "P7D", "reached": NOBODY, "comparison": None, "compared": NOBODY, **UNKNOWN},
        **told,
    }


SEND = _action(
    "send_refund_now",
    "Send the refund now",
    "לשלוח את ההחזר עכשיו",
    requested=1_240,
    failed=2,
    waiting=14,
    suppressed={"held_out": 310, "cooldown": 45, "cap": 12, "no_consent": 7, "moved_on": 160},
    outcome={
        "within": "P7D",
        "reached": {"customers": 1_100, "contacted": 132},
        "comparison": "held_out",
        "compared": {"customers": 290, "contacted": 87},
        "prevented": 198.0,
        "prevented_low": 138.2,
        "prevented_high": 261.4,
    },
)
SORRY = _action(
    "say_sorry",
    "Say sorry for the wait",
    "להתנצל על ההמתנה",
    on="pain_point",
    requested=9,
    suppressed={"cap": 4},
    outcome={
        "within": "PT5H",
        "reached": {"customers": 9, "contacted": 3},
        "comparison": "cap",
        "compared": {"customers": 4, "contacted": 1},
        "prevented": -0.8,
        "prevented_low": None,
        "prevented_high": None,
    },
)
NEVER = _action("ask_why", "Ask why they left", "לשאול מדוע עזבו", on="abandoned")

DEAD = {
    "id": "0192f7a0-0009-7000-8000-00000000da0a",
    "target": "claims-desk",
    "journey": "insurance_refund",
    "type": "journey.action.requested",
    "about": "send_refund_now",
    "attempts": 12,
    "error": "answered 500",
    "at": "2026-11-22T09:00:00Z",
}


class MockActions:
    """The actions of one journey; `replayed` are the webhooks that were sent again, `opened` what was looked at."""

    def __init__(self) -> None:
        self.dead = [DEAD, {**DEAD, "id": DEAD["id"].replace("0009", "0008"), "about": "many_chase"}]
        self.replayed: list[str] = []
        self.opened: list[tuple[str, str, bool]] = []

    def add_to(self, app: FastAPI, reader: Any, steward: Any) -> None:
        app.get("/v1/journeys/{key}/actions", dependencies=[reader])(self._actions)
        app.get("/v1/journeys/{key}/actions/{action}/customers", dependencies=[reader])(self._customers)
        app.get("/v1/webhooks/dead-letters", dependencies=[steward])(self._dead)
        replay = "/v1/webhooks/dead-letters/{delivery_id}/replay"
        app.post(replay, dependencies=[steward], status_code=202)(self._replay)

    async def _actions(self, key: str) -> dict[str, Any]:
        return {"journey": key, "version": 3, "actions": [SEND, SORRY, NEVER] if key == "insurance_refund" else []}

    async def _customers(self, action: str, state: str, *, watched: bool = False) -> dict[str, Any]:
        self.opened.append((action, state, watched))
        return customers()

    async def _dead(self) -> dict[str, Any]:
        return {"items": self.dead}

    async def _replay(self, delivery_id: str) -> None:
        self.replayed.append(delivery_id)
        self.dead = [one for one in self.dead if one["id"] != delivery_id]


def customers() -> dict[str, Any]:
    told = {"at": "2026-11-01T10:00:00Z", "stage": "approved", "decided_at": "2026-11-01T10:00:02Z"}
    return {"items": [{"profile_id": DANA, **told, "contacted": back} for back in (True, None)], "next": None}

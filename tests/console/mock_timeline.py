"""An invented customer's contacts on every channel, newest first."""

from typing import Any

from mock_people import DANA, ago

HEBREW = "שלום, התביעה שלי אושרה לפני שבוע ועדיין לא קיבלתי את הכסף. מתי זה מגיע?"

LATEST: list[tuple[dict[str, float], str, dict[str, Any]]] = [
    (
        {"minutes": 4},
        "chat.message.received",
        {"channel": "chat", "direction": "inbound", "reason": "refund.status", "sentiment": -0.6, "text": HEBREW},
    ),
    (
        {"hours": 5},
        "call.ended",
        {
            "channel": "call",
            "direction": "inbound",
            "agent": "Noa",
            "queue": "Billing",
            "measures": {"wait_seconds": 213, "handle_seconds": 410, "transfers": 1},
            "outcome": "transferred",
            "reason": "refund.status",
            "sentiment": -0.4,
        },
    ),
    ({"hours": 6}, "call.abandoned", {"channel": "call", "direction": "inbound", "measures": {"wait_seconds": 96}}),
    (
        {"days": 1, "hours": 3},
        "email.received",
        {
            "channel": "email",
            "direction": "inbound",
            "text": "Hello, could you please tell me when the refund for claim 4471 is paid? Thank you, Dana",
            "reason": "refund.status",
            "sentiment": 0.0,
        },
    ),
    ({"days": 2}, "self_service.failed", {"channel": "web", "direction": "inbound", "reason": "refund.status"}),
    ({"days": 6}, "claim.approved", {"channel": "web", "direction": "outbound", "outcome": "approved"}),
    (
        {"days": 12},
        "order.placed",
        {"channel": "store", "direction": "inbound", "money": {"amount": "349.90", "currency": "ILS"}},
    ),
    (
        {"days": 12, "minutes": 20},
        "survey.answered",
        {"channel": "survey", "survey": {"kind": "nps", "score": 9, "lowest": 0, "highest": 10}, "sentiment": 0.8},
    ),
]


def _interaction(number: int, when: dict[str, float], kind: str, data: dict[str, Any]) -> dict[str, Any]:
    envelope = {"specversion": "1.0", "id": f"m-{number}", "source": f"/{data['channel']}/main", "type": kind}
    return {**envelope, "time": ago(**when), "data": data, "profile_id": DANA, "interaction_number": number + 1}


def _earlier(number: int) -> tuple[dict[str, float], str, dict[str, Any]]:
    kind, channel = [("page.viewed", "web"), ("email.opened", "email"), ("chat.message.sent", "chat")][number % 3]
    return {"days": 13 + number * 9}, kind, {"channel": channel, "direction": "outbound" if number % 3 else "inbound"}


TIMELINE = [_interaction(n, *each) for n, each in enumerate([*LATEST, *(_earlier(n) for n in range(56))])]

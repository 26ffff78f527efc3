"""Invented customers as the origin would answer about them."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime.now(UTC).replace(microsecond=0)
DANA = "0192f7a0-0000-7000-8000-00000000da0a"
YOSSI = "0192f7a0-0000-7000-8000-000000000451"
OLD_DANA = "0192f7a0-0000-7000-8000-0000000001d0"
SHARED_PHONE = "+972541234567"


def ago(**since: float) -> str:
    return (NOW - timedelta(**since)).isoformat().replace("+00:00", "Z")


def identifier(namespace: str, value: str, first: int, last: int, assurance: str = "verified") -> dict[str, Any]:
    seen = {"first_seen": ago(days=first), "last_seen": ago(days=last)}
    return {"namespace": namespace, "value": value, "assurance": assurance, **seen}


def trait(value: Any, source: str, days: int, *others: dict[str, Any]) -> dict[str, Any]:
    said = {"value": value, "source": source, "observed_at": ago(days=days), "assurance": "verified"}
    return {**said, "others": list(others)}


def said(value: Any, source: str, days: int) -> dict[str, Any]:
    return {"value": value, "source": source, "observed_at": ago(days=days), "assurance": "claimed"}


PROFILES: dict[str, dict[str, Any]] = {
    DANA: {
        "id": DANA,
        "identifiers": [
            identifier("customer_id", "C-100482", 700, 1),
            identifier("loyalty_id", "7290001234566", 420, 12),
            identifier("email", "dana.cohen@example.com", 690, 0),
            identifier("email", "dana@oldmail.example", 700, 320, "claimed"),
            identifier("phone", SHARED_PHONE, 610, 0),
            identifier("handle:whatsapp", "972541234567", 90, 0),
            identifier("device", "b6b1c2a4-9f10-4c3c", 33, 2, "claimed"),
        ],
        "traits": {
            "name": trait("דנה כהן", "/crm/main", 40, said("Dana Cohen", "/web/shop", 33), said("dana", "/chat/wa", 2)),
            "language": trait("he", "/chat/whatsapp/main", 2),
            "city": trait("תל אביב-יפו", "/crm/main", 200, said("Haifa", "/store/till", 400)),
            "segment": trait("gold", "/store/loyalty", 12),
            "birth_date": trait("1988-04-12", "/crm/main", 700),
        },
        "figures": {
            "interactions": 64,
            "first_seen": ago(days=700),
            "last_seen": ago(minutes=4),
            "channels": {
                "call": {"interactions": 9, "wait_seconds": 1431, "handle_seconds": 5210, "transfers": 4},
                "chat": {"interactions": 21, "wait_seconds": 240, "handle_seconds": 3100, "transfers": 1},
                "email": {"interactions": 11},
                "web": {"interactions": 17},
                "store": {"interactions": 5},
                "survey": {"interactions": 1},
            },
        },
        "journeys": [{"journey": "insurance_refund", "stage": "chasing", "entered_at": ago(hours=5)}],
    },
    YOSSI: {
        "id": YOSSI,
        "identifiers": [
            identifier("customer_id", "C-100777", 300, 9),
            identifier("phone", SHARED_PHONE, 300, 9, "claimed"),
        ],
        "traits": {"name": trait("Yossi Cohen", "/crm/main", 300)},
        "figures": {
            "interactions": 3,
            "first_seen": ago(days=300),
            "last_seen": ago(days=9),
            "channels": {"call": {"interactions": 3, "wait_seconds": 60, "handle_seconds": 600, "transfers": 0}},
        },
        "journeys": [],
    },
}

NAMES = {key: each["traits"]["name"]["value"] for key, each in PROFILES.items()}
LOOKUPS = {(each["namespace"], each["value"]): DANA for each in PROFILES[DANA]["identifiers"]}
LOOKUPS |= {("customer_id", "C-100777"): YOSSI, ("phone", "054-123-4567"): DANA}

ALTERNATIVES = [{"profile_id": YOSSI, "reason": "limit:customer_id"}]

IDENTITY: dict[str, dict[str, Any]] = {
    DANA: {
        "identifiers": PROFILES[DANA]["identifiers"],
        "links": [],
        "held": [
            {
                "a": {"namespace": "customer_id", "value": "C-100777"},
                "b": {"namespace": "phone", "value": SHARED_PHONE},
                "reason": "limit:customer_id",
                "explanation": "one person has one customer number",
                "first_seen": ago(days=300),
                "source": "/crm/main",
            },
            {
                "a": {"namespace": "email", "value": "office@example.com"},
                "b": {"namespace": "customer_id", "value": "C-100482"},
                "reason": "shared",
            },
        ],
        "decisions": [],
    },
    YOSSI: {"identifiers": PROFILES[YOSSI]["identifiers"], "links": [], "held": [], "decisions": []},
}

STAGES = [
    ("submitted", "Claim made", "הוגשה תביעה"),
    ("approved", "Approved", "אושר"),
    ("waiting", "Waiting for money", "ממתין לכסף"),
    ("chasing", "Asking where it is", "שואל איפה הכסף"),
    ("paid", "Paid", "שולם"),
]

DEFINITIONS = {
    "items": [
        {
            "key": "insurance_refund",
            "version": 3,
            "title": {"en": "Insurance refund", "he": "החזר ביטוח"},
            "stages": [{"key": key, "title": {"en": en, "he": he}} for key, en, he in STAGES],
        },
        {
            "key": "customer_lifecycle",
            "version": 1,
            "title": {"en": "Customer lifecycle", "he": "מחזור חיי לקוח"},
            "stages": [
                {"key": key, "title": {"en": key.capitalize(), "he": he}}
                for key, he in [
                    ("awareness", "מודעות"),
                    ("consideration", "שקילה"),
                    ("purchase", "רכישה"),
                    ("retention", "שימור"),
                    ("support", "תמיכה"),
                ]
            ],
        },
    ]
}

JOURNEYS: dict[str, list[dict[str, Any]]] = {
    DANA: [
        {
            "journey": "insurance_refund",
            "version": 3,
            "stage": "chasing",
            "entered_at": ago(hours=5),
            "status": "overdue",
            "path": [
                {"stage": "submitted", "entered_at": ago(days=11)},
                {"stage": "approved", "entered_at": ago(days=6)},
                {"stage": "waiting", "entered_at": ago(days=6)},
                {"stage": "chasing", "entered_at": ago(days=2)},
                {"stage": "waiting", "entered_at": ago(days=1)},
                {"stage": "chasing", "entered_at": ago(hours=5)},
            ],
            "pain_points": [{"key": "long_wait", "count": 2}, {"key": "had_to_ask", "count": 2}],
            "effort": 7.5,
        },
        {
            "journey": "customer_lifecycle",
            "version": 1,
            "stage": "support",
            "entered_at": ago(days=6),
            "status": "active",
            "path": [
                {"stage": "awareness", "entered_at": ago(days=700)},
                {"stage": "purchase", "entered_at": ago(days=690)},
                {"stage": "support", "entered_at": ago(days=6)},
            ],
            "pain_points": [],
            "effort": 2,
        },
    ],
    YOSSI: [],
}

FUNNEL = [(1840, 1840, 212, 96), (1702, 1610, 88, 40), (1588, 1490, 341, 22), (612, 430, 129, 61), (1275, 1251, 34, 0)]

FLOWS = [
    (None, "submitted", 1840),
    ("submitted", "approved", 1610),
    ("submitted", None, 96),
    ("approved", "waiting", 1490),
    ("approved", None, 40),
    ("waiting", "chasing", 430),
    ("waiting", "paid", 902),
    ("chasing", "waiting", 182),
    ("chasing", "chasing", 64),
    ("chasing", "paid", 373),
    ("chasing", None, 61),
    ("paid", None, 1241),
]

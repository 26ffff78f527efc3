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
    return {"namespace": namespace, "value": value, "assurance": assurance, "shared": value == SHARED_PHONE, **seen}


def figures(interactions: int, wait: float = 0, handle: float = 0, transfers: int = 0) -> dict[str, Any]:
    measures = {"wait_seconds": wait, "handle_seconds": handle, "transfers": transfers}
    return {"interactions": interactions, "first_seen": ago(days=90), "last_seen": ago(days=1), **measures}


def pain(key: str, en: str, he: str) -> dict[str, Any]:
    where = {"weight": 2, "stage": "waiting", "at": ago(days=1), "interaction": "/call/main m-1"}
    return {"key": key, "title": {"en": en, "he": he}, **where}


def step(stage: str, **since: float) -> dict[str, Any]:
    return {"stage": stage, "entered_at": ago(**since), "interaction": "/call/main m-1", "channel": "call"}


def journey(key: str, status: str, path: list[dict[str, Any]], pains: list[dict[str, Any]], effort: float) -> Any:
    stands = {"stage": path[-1]["stage"], "entered_at": path[-1]["entered_at"], "opened_at": path[0]["entered_at"]}
    counted = {
        "number": 1,
        "touchpoints": len(path),
        "closed_at": None,
        "effort": effort,
        "overdue_since": None,
        "stalled_since": None,
    }
    valued = {"key": "valued", "title": {"en": "Valued customer", "he": "לקוח חשוב"}}
    counted["persona"] = valued if key == "insurance_refund" else None
    return {"journey": key, "version": 3, "status": status, "path": path, "pain_points": pains, **stands, **counted}


def trait(value: Any, source: str, days: int, *others: dict[str, Any]) -> dict[str, Any]:
    return {**_stated(value, source, days), "assurance": "verified", "trust": 80, "others": list(others)}


def said(value: Any, source: str, days: int, lost_by: str = "assurance") -> dict[str, Any]:
    return {**_stated(value, source, days), "assurance": "claimed", "trust": 50, "lost_by": lost_by}


def _stated(value: Any, source: str, days: int) -> dict[str, Any]:
    stated = {"value": value, "source": source, "observed_at": ago(days=days)}
    return {**stated, "interaction": f"w-{days}", "pin": None}


def word(granted: bool, at: tuple[str, str], source: str, days: int, **how: Any) -> dict[str, Any]:
    """What was said about a purpose."""
    said = {"granted": granted, "at": ago(days=days), "identifier": {"namespace": at[0], "value": at[1]}}
    known = {"assurance": "verified", "source": source, "interaction": f"k-{days}", "method": None, "wording": None}
    return {**said, **known, **how}


def consent(decided_by: dict[str, Any] | None, *others: dict[str, Any]) -> dict[str, Any]:
    state = "unknown" if decided_by is None else "granted" if decided_by["granted"] else "refused"
    return {"state": state, "decided_by": decided_by, "others": list(others)}


CUSTOMER, LOYALTY = ("customer_id", "C-100482"), ("loyalty_id", "7290001234566")
EMAIL, OLD_EMAIL = ("email", "dana.cohen@example.com"), ("email", "dana@oldmail.example")
PHONE, WHATSAPP, DEVICE = ("phone", SHARED_PHONE), ("handle:whatsapp", "972541234567"), ("device", "b6b1c2a4-9f10-4c3c")

CONSENTS = {
    "marketing.email": consent(
        word(False, OLD_EMAIL, "/email/postmark", 320, method="unsubscribe", wording="Please write to me no more"),
        word(True, LOYALTY, "/store/loyalty", 12, why="overruled", method="form", wording="כן, שלחו לי מבצעים"),
        word(True, OLD_EMAIL, "/web/shop", 690, why="older"),
    ),
    "marketing.sms": consent(word(True, LOYALTY, "/store/loyalty", 12, method="form")),
    "analytics": consent(None, word(True, DEVICE, "/web/shop", 33, why="claimed", assurance="claimed")),
}

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
        "consents": CONSENTS,
        "figures": {
            "interactions": 64,
            "first_seen": ago(days=700),
            "last_seen": ago(minutes=4),
            "channels": {
                "call": figures(9, 1431, 5210, 4),
                "chat": figures(21, 240, 3100, 1),
                "email": figures(11),
                "web": figures(17),
                "store": figures(5),
                "survey": figures(1),
            },
        },
        "masked": False,
        "journeys": [{"journey": "insurance_refund", "stage": "chasing", "entered_at": ago(hours=5)}],
    },
    YOSSI: {
        "id": YOSSI,
        "identifiers": [
            identifier("customer_id", "C-100777", 300, 9),
            identifier("phone", SHARED_PHONE, 300, 9, "claimed"),
        ],
        "traits": {"name": trait("Yossi Cohen", "/crm/main", 300)},
        "consents": {},
        "figures": {
            "interactions": 3,
            "first_seen": ago(days=300),
            "last_seen": ago(days=9),
            "channels": {"call": figures(3, 60, 600)},
        },
        "journeys": [],
        "masked": False,
    },
}

NAMES = {key: each["traits"]["name"]["value"] for key, each in PROFILES.items()}
LOOKUPS = {(each["namespace"], each["value"]): DANA for each in PROFILES[DANA]["identifiers"]}
LOOKUPS |= {("customer_id", "C-100777"): YOSSI, ("phone", "054-123-4567"): DANA}

ALTERNATIVES = [{"profile_id": YOSSI, "reason": "limit:customer_id", "explanation": "Two customer numbers."}]


def held(a: tuple[str, str], b: tuple[str, str], reason: str, other: str | None) -> dict[str, Any]:
    ends = {"a": {"namespace": a[0], "value": a[1]}, "b": {"namespace": b[0], "value": b[1]}}
    seen = {"first_seen": ago(days=300), "interaction": "/crm/main c-1", "source": "/crm/main", "verified": True}
    return {**ends, **seen, "reason": reason, "explanation": "In the service's words.", "profile_id": other}


OFFICE = ("email", "office@example.com")
BOTH_AT_THE_OFFICE: dict[str, Any] = {
    "identifier": {"namespace": OFFICE[0], "value": OFFICE[1]},
    "a": held(OFFICE, CUSTOMER, "shared", None),
    "b": held(OFFICE, ("customer_id", "C-100777"), "shared", None),
}


def link(a: tuple[str, str], b: tuple[str, str], source: str, days: int, interaction: str, **how: bool) -> Any:
    ends = {"a": {"namespace": a[0], "value": a[1]}, "b": {"namespace": b[0], "value": b[1]}}
    seen = {"first_seen": ago(days=days), "interaction": interaction, "source": source}
    return {**ends, **seen, "verified": True, "joins": True, "rule": "It joined the two.", **how}


OLD_DECISION: dict[str, Any] = {
    "id": "0192f7a0-0000-7000-8000-0000000dec01",
    "kind": "separate",
    "a": {"namespace": CUSTOMER[0], "value": CUSTOMER[1]},
    "b": {"namespace": OLD_EMAIL[0], "value": OLD_EMAIL[1]},
    "reason": "The old address looked like her sister's.",
    "author": "noa",
    "made_at": ago(days=200),
    "withdrawn": {"author": "noa", "reason": "Her sister has another one.", "at": ago(days=199)},
}

IDENTITY: dict[str, dict[str, Any]] = {
    DANA: {
        "identifiers": PROFILES[DANA]["identifiers"],
        "links": [
            link(CUSTOMER, OLD_EMAIL, "/crm/main", 700, "c-17"),
            link(CUSTOMER, EMAIL, "/email/support", 690, "e-204"),
            link(CUSTOMER, LOYALTY, "/store/loyalty", 420, "s-88"),
            link(CUSTOMER, PHONE, "/call/main", 610, "k-31"),
            link(PHONE, WHATSAPP, "/chat/whatsapp/main", 90, "w-5"),
            link(EMAIL, DEVICE, "/web/shop", 33, "p-9001", verified=False),
            link(EMAIL, PHONE, "/web/shop", 30, "p-9034", joins=False),
        ],
        "held": [
            held(("customer_id", "C-100777"), PHONE, "limit:customer_id", YOSSI),
            BOTH_AT_THE_OFFICE["a"],
        ],
        "held_total": 2,
        "decisions": [OLD_DECISION],
    },
    YOSSI: {"identifiers": PROFILES[YOSSI]["identifiers"], "links": [], "held": [], "held_total": 0, "decisions": []},
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

LONG_WAIT = pain("long_wait", "Long wait", "המתנה ארוכה")
HAD_TO_ASK = pain("had_to_ask", "Had to ask", "נאלץ לשאול")

SEGMENTS: dict[str, list[dict[str, Any]]] = {
    DANA: [
        {"key": "high_value", "title": {"en": "High value", "he": "לקוח חשוב"}},
        {"key": "detractor", "title": {"en": "Detractor", "he": "ממליץ נגד"}},
    ],
    YOSSI: [],
}
FAILING: dict[str, dict[str, Any]] = {
    "detractor": {
        "rule": "segments.detractor",
        "times": 1_203,
        "reason": "ValueError: no such overload: string > int",
        "last_at": "2026-10-04T08:00:00Z",
    }
}

JOURNEYS: dict[str, list[dict[str, Any]]] = {
    DANA: [
        journey(
            "insurance_refund",
            "overdue",
            [
                step("submitted", days=11),
                step("approved", days=6),
                step("waiting", days=6),
                step("chasing", days=2),
                step("waiting", days=1),
                step("chasing", hours=5),
            ],
            [LONG_WAIT, HAD_TO_ASK, LONG_WAIT, HAD_TO_ASK],
            7.5,
        ),
        journey(
            "customer_lifecycle",
            "active",
            [step("awareness", days=700), step("purchase", days=690), step("support", days=6)],
            [],
            2,
        ),
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

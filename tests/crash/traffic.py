# ruff: noqa: RUF001 -- Hebrew names are meant
"""Interactions of invented customers in the mixes that hurt: shared, merging, late, repeated, junk."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec

from services.runtime.log import Message

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 20
PER_CUSTOMER = 8
STRONGEST_FIRST = ("customer_id", "loyalty_id", "email", "phone", "handle:whatsapp", "device")
GIVEN = ("דנה", "יוסי", "Maya", "Noam", "שירה", "Omar", "Lea", "אורי", "Tamar", "Amit")
FAMILY = ("כהן", "Levi", "Mizrahi", "פרץ", "Haddad", "Friedman", "ביטון", "Azulay")
KINDS = (
    ("web", "page.viewed"), ("web", "product.viewed"), ("web", "cart.updated"), ("web", "checkout.started"),
    ("store", "order.placed"), ("store", "store.visited"), ("call", "call.ended"), ("call", "call.abandoned"),
    ("chat", "chat.message.received"), ("email", "email.opened"), ("email", "email.received"),
    ("survey", "survey.answered"), ("web", "self_service.failed"),
)  # fmt: skip

Identifiers = list[tuple[str, str]]


def traffic(number: int, seed: int) -> list[Message]:
    """About `number` messages, the same for the same seed, in an order that owes nothing to their times."""
    rng = random.Random(seed)
    customers = [_customer(rng, n) for n in range(max(10, number // PER_CUSTOMER))]
    events = [_event(rng, n, customers) for n in range(number)]
    repeated = rng.sample(events, number // 20)
    messages = [_message(event) for event in [*events, *repeated]]
    messages += [_message(_rewritten(event)) for event in rng.sample(events, number // 100)]
    rng.shuffle(messages)
    return messages


def _customer(rng: random.Random, n: int) -> dict[str, Any]:
    household = n // 3
    own: Identifiers = [
        ("email", f"person{n}@example.com"),
        ("phone", f"+97254{n:07d}"),
        ("handle:whatsapp", f"97254{n:07d}"),
        *(("device", f"device-{n}-{d}") for d in range(rng.randint(1, 3))),
    ]
    if rng.random() < 0.7:
        own.append(("customer_id", f"C{n:07d}"))
    if rng.random() < 0.3:
        own.append(("loyalty_id", f"L{n:07d}"))
    if rng.random() < 0.2:
        own.append(("email", f"other.{n}@example.org"))
    if rng.random() < 0.15:
        own.append(("phone", f"+97236{household:06d}"))
    if rng.random() < 0.05:
        own.append(("device", f"kiosk-{n % 3}-in-the-lobby"))
    return {"identifiers": own, "name": f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}", "conversation": f"talk-{n}"}


def _event(rng: random.Random, n: int, customers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    customer = rng.choice(customers)
    channel, kind = rng.choice(KINDS)
    time = BEGIN + timedelta(seconds=rng.randrange(DAYS * 86_400))
    own: Identifiers = customer["identifiers"]
    shown = rng.sample(own, min(len(own), rng.choice((1, 1, 2, 2, 3))))
    if rng.random() < 0.01:
        shown = [*shown, rng.choice(customers)["identifiers"][1]]
    if rng.random() < 0.02:
        shown = [("email", "unknown")]
    data: dict[str, Any] = {
        "channel": channel,
        "direction": rng.choice(("inbound", "outbound")),
        "identifiers": [_identifier(rng, each) for each in shown],
        "measures": {"wait_seconds": rng.randrange(300), "handle_seconds": rng.randrange(900)},
        "text": "שלום, מה המצב? 👋",
    }
    if rng.random() < 0.3:
        data["traits"] = {"name": customer["name"], "language": rng.choice(("he", "en"))}
    if channel == "chat":
        data["conversation"] = customer["conversation"]
    return {
        "specversion": "1.0",
        "id": f"e{n}",
        "source": f"/{channel}/example/{n % 2}",
        "type": kind,
        "time": time.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }


def _identifier(rng: random.Random, identifier: tuple[str, str]) -> dict[str, str]:
    namespace, value = identifier
    return {
        "namespace": namespace,
        "value": value,
        "assurance": "claimed" if rng.random() < 0.1 else "verified",
    }


def _rewritten(event: dict[str, Any]) -> dict[str, Any]:
    """The same id said again with another text: the first one counts."""
    return {**event, "data": {**event["data"], "text": "said again, otherwise"}}


def _message(event: dict[str, Any]) -> Message:
    return Message(_key(event), msgspec.json.encode(event))


def _key(event: dict[str, Any]) -> bytes:
    strongest = min(event["data"]["identifiers"], key=lambda each: STRONGEST_FIRST.index(each["namespace"]))
    return blake2b(f"{strongest['namespace']}\n{strongest['value']}".encode(), digest_size=16).digest()


def identities(messages: Sequence[Message]) -> Iterator[tuple[str, str]]:
    """`(source, id)` of each message."""
    for message in messages:
        event = msgspec.json.decode(message.value)
        yield event["source"], event["id"]

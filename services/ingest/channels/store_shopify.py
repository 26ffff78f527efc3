"""Shopify: orders, refunds, checkouts and customer records.

Shopify's customer number is verified. E-mail and phone of a customer record are verified where Shopify has
`verified_email`; what was typed at a checkout is claimed, unless it is the verified one. Shipping addresses name
whoever receives the parcel, and identify nobody. A site that puts its visitor id into the cart's attributes links
the visit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from schemas.interaction import Interaction
from services.ingest.channel import Delivery, Parsed, Source, each, event
from services.ingest.payload import (
    CLAIMED,
    VERIFIED,
    Payload,
    consents,
    digest,
    first,
    identifier,
    identifiers,
    key,
    money,
    raw,
    short,
    traits,
    unique,
)
from services.ingest.signatures import hmac_base64, raw_bytes, require_any
from services.ingest.strict_json import require_sound
from services.ingest.times import iso


class _Kind(NamedTuple):
    type: str
    times: tuple[str, ...]
    direction: str = "inbound"


TOPICS = {
    "orders/create": _Kind("order.placed", ("processed_at", "created_at")),
    "orders/updated": _Kind("order.updated", ("updated_at",)),
    "orders/edited": _Kind("order.updated", ("updated_at", "created_at")),
    "orders/cancelled": _Kind("order.cancelled", ("cancelled_at", "updated_at")),
    "orders/fulfilled": _Kind("order.fulfilled", ("updated_at",), "outbound"),
    "orders/partially_fulfilled": _Kind("order.fulfilled", ("updated_at",), "outbound"),
    "orders/paid": _Kind("payment.received", ("updated_at",)),
    "refunds/create": _Kind("order.refunded", ("processed_at", "created_at"), "outbound"),
    "carts/create": _Kind("cart.updated", ("created_at",)),
    "carts/update": _Kind("cart.updated", ("updated_at",)),
    "checkouts/create": _Kind("checkout.started", ("created_at",)),
    "checkouts/update": _Kind("checkout.step.completed", ("updated_at",)),
    "customers/create": _Kind("store.customer.updated", ("created_at", "updated_at")),
    "customers/update": _Kind("store.customer.updated", ("updated_at",)),
    "customers/enable": _Kind("store.customer.updated", ("updated_at",)),
    "customers/disable": _Kind("store.customer.updated", ("updated_at",)),
}
"""Shopify's topic to our type, the fields that tell its time, best first, and whose deed it was."""

_UNKNOWN = _Kind("store.unknown", ("updated_at", "created_at"))
_CONSENTS = {"marketing.email": "email_marketing_consent", "marketing.sms": "sms_marketing_consent"}
_CONSENT_STATES = {"subscribed": True, "unsubscribed": False}
_VISITOR_ATTRIBUTES = frozenset({"anonymousid", "anonymous_id", "ajs_anonymous_id", "rudder_anonymous_id"})


def verify(delivery: Delivery, secrets: Sequence[bytes], now: datetime) -> None:  # noqa: ARG001 -- no time in this scheme
    """`X-Shopify-Hmac-Sha256`: HMAC-SHA256 of the raw body with the app's secret, in base64."""
    given = raw_bytes(_header(delivery, "hmac-sha256") or "")
    require_any(given, [hmac_base64(secret, delivery.body, "sha256") for secret in secrets])


def parse(delivery: Delivery, source: Source, now: datetime) -> Parsed:
    """One interaction of one webhook call."""
    return each([require_sound(delivery.json)], lambda item: _interaction(Payload(item), delivery, source, now))


def _interaction(record: Payload, delivery: Delivery, source: Source, now: datetime) -> Interaction:
    topic = (_header(delivery, "topic") or "").lower()
    kind = TOPICS.get(topic, _UNKNOWN)
    is_customer = kind.type == "store.customer.updated"
    return event(
        source,
        id=_id(record, topic, delivery),
        type=kind.type,
        time=_time(record, kind, delivery, now),
        direction=kind.direction,
        name=short(topic),
        conversation=_conversation(record, topic),
        identifiers=_identifiers(record, record if is_customer else record.object("customer"), is_customer=is_customer),
        traits=_traits(record if is_customer else record.object("customer"), record),
        consents=_consents(record) if is_customer else None,
        agent=short(record.text("user_id")),
        queue=short(record.text("location_id")),
        outcome=key(first((record.text("financial_status"), record.text("cancel_reason")))),
        campaign=short(next((c.text("code") for c in record.objects("discount_codes")), None)),
        money=_money(record, topic),
        revision=_revision(record),
        raw=raw(record.value),
    )


def _id(record: Payload, topic: str, delivery: Delivery) -> str:
    """The event id, which is the same for every subscription and retry; else what the record says of its version."""
    event_id = _header(delivery, "event-id")
    if event_id:
        return unique(event_id)
    number = first((record.text("id"), record.text("token")))
    return unique(f"{topic}:{number}:{record.text('updated_at') or digest(record.value)}")


def _time(record: Payload, kind: _Kind, delivery: Delivery, now: datetime) -> datetime:
    for field in kind.times:
        if written := record.text(field):
            return iso(written, field)
    triggered = _header(delivery, "triggered-at")
    return iso(triggered, "X-Shopify-Triggered-At") if triggered else now


def _revision(record: Payload) -> datetime | None:
    written = record.text("updated_at")
    return iso(written, "updated_at") if written else None


def _conversation(record: Payload, topic: str) -> str | None:
    """What belongs to one order shares a conversation: a refund names nobody but its order."""
    order = record.text("id" if topic.startswith("orders/") else "order_id")
    token = record.text("token")
    return short(f"order:{order}" if order else token)


def _identifiers(record: Payload, customer: Payload, *, is_customer: bool) -> list[dict[str, str]]:
    assurance = VERIFIED if customer.true("verified_email") else CLAIMED
    typed = [] if is_customer else [("email", record.text("email")), ("phone", record.text("phone"))]
    billing = record.object("billing_address")
    return identifiers(
        identifier("handle:shopify", customer.text("id"), VERIFIED),
        identifier("email", customer.text("email"), assurance),
        identifier("phone", customer.text("phone"), assurance),
        *(identifier(namespace, value, CLAIMED) for namespace, value in typed),
        identifier("phone", billing.text("phone"), CLAIMED),
        *(identifier("device", visitor, VERIFIED) for visitor in _visitors(record)),
    )


def _visitors(record: Payload) -> list[str | None]:
    attributes = record.objects("note_attributes")
    return [a.text("value") for a in attributes if (a.text("name") or "").lower().lstrip("_") in _VISITOR_ATTRIBUTES]


def _traits(customer: Payload, record: Payload) -> dict[str, Any]:
    names = (customer.text("first_name"), customer.text("last_name"))
    return traits(
        {
            "first_name": names[0],
            "last_name": names[1],
            "name": " ".join(name for name in names if name),
            "language": first((record.text("customer_locale"), customer.text("locale"))),
            "tags": customer.text("tags"),
        }
    )


def _consents(record: Payload) -> list[dict[str, Any]] | None:
    """Shopify's marketing consents; states that are neither yes nor no (`not_subscribed`, `pending`, …) say nothing."""
    found: list[dict[str, Any]] = []
    for purpose, field in _CONSENTS.items():
        asked = record.object(field)
        granted = _CONSENT_STATES.get(asked.text("state") or "")
        if granted is not None:
            said_at = asked.text("consent_updated_at")
            at = iso(said_at, f"{field}.consent_updated_at") if said_at else None
            found += consents({purpose: granted}, at=at, method=key(asked.text("opt_in_level"))) or []
    return found or None


def _money(record: Payload, topic: str) -> dict[str, str] | None:
    if topic != "refunds/create":
        return money(record.number("total_price"), record.text("currency"))
    transactions = record.objects("transactions")
    total = sum(transaction.number("amount") or 0.0 for transaction in transactions)
    return money(total or None, next((transaction.text("currency") for transaction in transactions), None))


def _header(delivery: Delivery, name: str) -> str | None:
    # Shopify's newer event subscriptions send the same headers without "X-".
    return delivery.headers.get(f"x-shopify-{name}") or delivery.headers.get(f"shopify-{name}")

"""The Segment wire format, as the client libraries of Segment and RudderStack send it.

The user id is verified: the site knows who is logged in. The anonymous id is a device, and verified. An e-mail address
or a phone number in the traits is verified together with a user id, and claimed without one. A group's traits are those
of a company and never the person's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

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
    money,
    raw,
    short,
    traits,
)
from services.ingest.signatures import key_hash, presented_key, require_any
from services.ingest.strict_json import flaw
from services.ingest.times import iso
from services.runtime.errors import Rejected

CALL_TYPES = {
    "identify": "web.identified",
    "page": "page.viewed",
    "screen": "screen.viewed",
    "group": "web.grouped",
    "alias": "web.aliased",
    "track": "web.event.tracked",
}
EVENT_TYPES = {
    "products searched": "product.searched",
    "product viewed": "product.viewed",
    "product clicked": "product.viewed",
    "product added": "cart.updated",
    "product removed": "cart.updated",
    "cart viewed": "cart.updated",
    "checkout started": "checkout.started",
    "checkout step completed": "checkout.step.completed",
    "payment info entered": "checkout.step.completed",
    "order completed": "order.placed",
    "order updated": "order.updated",
    "order cancelled": "order.cancelled",
    "order refunded": "order.refunded",
    "campaign clicked": "campaign.responded",
    "segment consent preference updated": "consent.changed",
}
"""Segment's e-commerce events to our types; all others are `web.event.tracked` with their name."""

TRAIT_NAMES = {
    "firstName": "first_name",
    "lastName": "last_name",
    "birthday": "birth_date",
    "createdAt": "created_at",
    "locale": "language",
}
SMALLEST_CORRECTION = timedelta(seconds=5)
"""A client's clock is corrected only beyond this: less is the time on the way, and would shuffle its events."""

MAX_MESSAGE_ID = 200
_AMOUNTS = ("total", "revenue", "value")
_CONSENT_EVENT = "segment consent preference updated"
_APP_CALLS = frozenset({"screen"})


def verify(delivery: Delivery, secrets: Sequence[bytes], now: datetime) -> None:  # noqa: ARG001 -- no time in this scheme
    """A write key in the headers, or else as `writeKey` in the body; `secrets` are hashes of the valid ones."""
    given = presented_key(delivery.headers) or _key_in_body(delivery)
    require_any(key_hash(given) if given else b"", secrets)


def parse(delivery: Delivery, source: Source, now: datetime) -> Parsed:
    """The interactions of a batch, or of a single call; `type` in the query names the kind of a single one."""
    body = Payload(delivery.json.value)
    shared = body.object("context").value
    skew = _skew(body.text("sentAt"), now)

    def convert(item: Any) -> Interaction:
        found = None if delivery.json.sound else flaw(item)
        if found:
            raise Rejected(found.error, field=found.field)
        if not isinstance(item, dict):
            raise Rejected("must be an object")
        return _interaction(Payload(item), shared, source, skew, now)

    return each(_items(body, delivery), convert)


def _items(body: Payload, delivery: Delivery) -> list[Any]:
    if "batch" not in body.value:
        kind = delivery.query.get("type") or body.text("type")
        return [{**body.value, "type": kind, "writeKey": None}]
    if not isinstance(body.value["batch"], list):
        raise Rejected("must be a list", field="batch")
    return body.value["batch"]


def _interaction(call: Payload, shared: dict[str, Any], source: Source, skew: timedelta, now: datetime) -> Interaction:
    kind = (call.text("type") or "").lower()
    context = Payload({**shared, **call.object("context").value}, call.at("context"))
    properties = call.object("properties").value
    person = {**context.object("traits").value, **({} if kind == "group" else call.object("traits").value)}
    type_ = _type(kind, call)
    return event(
        source,
        id=_id(call),
        type=type_,
        time=_time(call, now) + skew,
        **_channel(kind, call),
        direction="inbound",
        name=short(first((call.text("event"), call.text("name")))),
        identifiers=_identifiers(call, kind, Payload(person)),
        traits=traits({TRAIT_NAMES.get(name, name): value for name, value in person.items()}),
        consents=_consents(call, context),
        campaign=short(context.object("campaign").text("name")),
        money=_money(properties),
        properties=_properties(call, context, properties, kind),
        raw=raw(call.value) if type_ == "web.unknown" else None,
    )


def _type(kind: str, call: Payload) -> str:
    if kind == "track":
        return EVENT_TYPES.get((call.text("event") or "").lower(), CALL_TYPES["track"])
    return CALL_TYPES.get(kind, "web.unknown")


def _channel(kind: str, call: Payload) -> dict[str, str]:
    return {"channel": "app"} if kind in _APP_CALLS or call.text("channel") == "mobile" else {}


def _id(call: Payload) -> str:
    """The client's message id; a call without one is known by what it says. Raises Rejected."""
    message_id = call.text("messageId")
    if message_id and len(message_id) > MAX_MESSAGE_ID:
        raise Rejected(f"may have {MAX_MESSAGE_ID} characters", field="messageId")
    return message_id or digest(call.value)


def _time(call: Payload, now: datetime) -> datetime:
    for field in ("originalTimestamp", "timestamp"):
        if written := call.text(field):
            return iso(written, field)
    return now


def _skew(sent_at: str | None, now: datetime) -> timedelta:
    """How far the client's clock is behind ours: what it says now, against what we say (Segment's correction)."""
    try:
        skew = now - iso(sent_at, "sentAt")
    except Rejected:
        return timedelta()
    return skew if abs(skew) >= SMALLEST_CORRECTION else timedelta()


def _identifiers(call: Payload, kind: str, person: Payload) -> list[dict[str, str]]:
    user = call.text("userId")
    assurance = VERIFIED if user else CLAIMED
    return identifiers(
        identifier("customer_id", user, VERIFIED),
        identifier("email", user, VERIFIED) if user and "@" in user else None,
        identifier("email", person.text("email"), assurance),
        identifier("phone", person.text("phone"), assurance),
        identifier("device", call.text("anonymousId"), VERIFIED),
        identifier("device", call.text("previousId"), VERIFIED) if kind == "alias" else None,
    )


def _properties(call: Payload, context: Payload, properties: dict[str, Any], kind: str) -> dict[str, Any] | None:
    added = {
        "category": call.text("category"),
        "page": context.value.get("page"),
        "group_id": call.text("groupId"),
        "group_traits": call.object("traits").value or None if kind == "group" else None,
    }
    return {**properties, **{name: value for name, value in added.items() if value is not None}} or None


def _consents(call: Payload, context: Payload) -> list[dict[str, Any]] | None:
    """The categories of a consent banner, when the visitor changed them; other calls only repeat how they stand."""
    if (call.text("event") or "").lower() != _CONSENT_EVENT:
        return None
    categories = context.object("consent").object("categoryPreferences").value
    return consents({name: granted for name, granted in categories.items() if isinstance(granted, bool)})


def _money(properties: dict[str, Any]) -> dict[str, str] | None:
    values = Payload(properties)
    amounts = (values.number(name) for name in _AMOUNTS)
    return money(next((amount for amount in amounts if amount is not None), None), values.text("currency"))


def _key_in_body(delivery: Delivery) -> bytes | None:
    value = delivery.json.value
    given = value.get("writeKey") if isinstance(value, dict) else None
    return given.encode(errors="replace") if isinstance(given, str) else None

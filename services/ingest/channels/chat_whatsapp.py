"""WhatsApp Cloud API: messages, their delivery, calls, and customers who change their number.

The phone number and WhatsApp's own id of a customer are verified: WhatsApp checked them. The profile name is what
customers call themselves. Messages that the organisation wrote in its own app (echoes) count as sent.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from schemas.interaction import Interaction
from services.ingest.channel import Delivery, Parsed, Source, each, event
from services.ingest.payload import (
    VERIFIED,
    Payload,
    digest,
    first,
    identifier,
    identifiers,
    key,
    present,
    raw,
    short,
    text,
    unique,
)
from services.ingest.signatures import hmac_hex, raw_bytes, require_any
from services.ingest.strict_json import require_sound
from services.ingest.times import epoch_seconds

STATUS_TYPES = {
    "sent": "chat.message.sent",
    "delivered": "chat.message.delivered",
    "read": "chat.message.read",
    "played": "chat.message.read",
    "failed": "chat.message.failed",
}
MESSAGE_TYPES = {
    **dict.fromkeys(
        (
            "text",
            "image",
            "video",
            "audio",
            "document",
            "sticker",
            "location",
            "contacts",
            "reaction",
            "interactive",
            "button",
            "order",
            "poll",
        ),
        "chat.message.received",
    ),
    "request_welcome": "chat.conversation.started",
}
SYSTEM_TYPES = {
    "user_changed_number": "chat.identity.changed",
    "customer_changed_number": "chat.identity.changed",
    "user_changed_user_id": "chat.identity.changed",
    "customer_identity_changed": "chat.identity.changed",
}
CALL_TYPES = {"connect": "call.started", "terminate": "call.ended"}


class _Item(NamedTuple):
    convert: Callable[["_Item", Source, datetime], Interaction]
    payload: Payload
    change: Payload


def verify(delivery: Delivery, secrets: Sequence[bytes], now: datetime) -> None:  # noqa: ARG001 -- no time in this scheme
    """`X-Hub-Signature-256`: HMAC-SHA256 of the raw body with the app secret."""
    given = raw_bytes(delivery.headers.get("x-hub-signature-256", ""))
    require_any(given, [b"sha256=" + hmac_hex(secret, delivery.body, "sha256") for secret in secrets])


def parse(delivery: Delivery, source: Source, now: datetime) -> Parsed:
    """The interactions of all messages, statuses and calls in all changes."""
    return each(_items(Payload(require_sound(delivery.json))), lambda item: item.convert(item, source, now))


def _items(body: Payload) -> Iterator[_Item]:
    for entry in body.objects("entry"):
        for change in entry.objects("changes"):
            found = [
                _Item(convert, payload, change)
                for name, convert in _LISTS.items()
                for payload in change.object("value").objects(name)
            ]
            yield from found or [_Item(_unknown, change, change)]


def _message(item: _Item, source: Source, now: datetime) -> Interaction:  # noqa: ARG001 -- its time is in it
    message = item.payload
    contact = _contact(item)
    system = message.object("system")
    return event(
        source,
        id=unique(message.required("id")),
        type=_message_type(message, system),
        time=epoch_seconds(message.text("timestamp"), message.at("timestamp")),
        direction="inbound",
        name=short(first((system.text("type"), message.text("type")))),
        conversation=_conversation(item, first((message.text("from"), contact.text("wa_id"), contact.text("user_id")))),
        identifiers=identifiers(
            _phone(message.text("from")),
            _phone(system.text("wa_id") or system.text("new_wa_id")),
            _phone(contact.text("wa_id")) if not message.text("from") else None,
            _handle(first((message.text("from_user_id"), contact.text("user_id")))),
            _handle(system.text("user_id")),
        ),
        traits=present(name=short(contact.object("profile").text("name"))) or {},
        campaign=short(
            first((message.object("referral").text("headline"), message.object("referral").text("source_id")))
        ),
        text=text(_written(message)),
        raw=raw(message.value),
    )


def _status(item: _Item, source: Source, now: datetime) -> Interaction:  # noqa: ARG001 -- its time is in it
    status = item.payload
    kind = (status.text("status") or "").lower()
    grouped = status.text("recipient_type") == "group"
    contact = _contact(item)
    phone = status.text("recipient_participant_id" if grouped else "recipient_id")
    user = first(
        (status.text("recipient_participant_user_id"), status.text("recipient_user_id"), contact.text("user_id"))
    )
    return event(
        source,
        id=unique(f"{status.required('id')}:{kind or 'status'}"),
        type=STATUS_TYPES.get(kind, "chat.unknown"),
        time=epoch_seconds(status.text("timestamp"), status.at("timestamp")),
        direction="outbound",
        name=short(kind),
        conversation=_conversation(item, first((phone, user))),
        identifiers=identifiers(_phone(phone), _handle(user)),
        outcome=key(kind),
        reason=key(next((error.text("code") for error in status.objects("errors")), None)),
        raw=raw(status.value),
    )


def _echo(item: _Item, source: Source, now: datetime) -> Interaction:  # noqa: ARG001 -- its time is in it
    message = item.payload
    return event(
        source,
        id=unique(message.required("id")),
        type="chat.message.sent",
        time=epoch_seconds(message.text("timestamp"), message.at("timestamp")),
        direction="outbound",
        name=short(message.text("type")),
        conversation=_conversation(item, message.text("to")),
        identifiers=identifiers(_phone(message.text("to"))),
        text=text(_written(message)),
        raw=raw(message.value),
    )


def _call(item: _Item, source: Source, now: datetime) -> Interaction:  # noqa: ARG001 -- its time is in it
    call = item.payload
    inbound = call.text("direction") != "BUSINESS_INITIATED"
    customer = call.text("from" if inbound else "to")
    kind = (call.text("event") or "").lower()
    seconds = call.number("duration")
    return event(
        source,
        id=unique(f"{call.required('id')}:{kind or 'call'}"),
        type=CALL_TYPES.get(kind, "call.unknown"),
        channel="call",
        time=epoch_seconds(call.text("timestamp"), call.at("timestamp")),
        direction="inbound" if inbound else "outbound",
        name=short(kind),
        conversation=short(call.text("id")),
        identifiers=identifiers(_phone(customer)),
        measures=present(handle_seconds=seconds if seconds is None else min(seconds, 31_536_000)),
        outcome=key(call.text("status")),
        raw=raw(call.value),
    )


def _unknown(item: _Item, source: Source, now: datetime) -> Interaction:
    return event(
        source,
        id=digest(item.change.value),
        type="chat.unknown",
        time=now,
        name=short(item.change.text("field")),
        raw=raw(item.change.value),
    )


_LISTS: dict[str, Callable[[_Item, Source, datetime], Interaction]] = {
    "messages": _message,
    "statuses": _status,
    "message_echoes": _echo,
    "calls": _call,
}


def _message_type(message: Payload, system: Payload) -> str:
    kind = message.text("type") or ""
    if kind == "system":
        return SYSTEM_TYPES.get(system.text("type") or "", "chat.unknown")
    return MESSAGE_TYPES.get(kind, "chat.unknown")


def _written(message: Payload) -> str | None:
    interactive = message.object("interactive")
    return first(
        (
            message.object("text").text("body"),
            message.object("button").text("text"),
            interactive.object("button_reply").text("title"),
            interactive.object("list_reply").text("title"),
            message.object("reaction").text("emoji"),
            message.object(message.text("type") or "text").text("caption"),
        )
    )


def _contact(item: _Item) -> Payload:
    contacts = item.change.object("value").objects("contacts")
    known = {item.payload.text(name) for name in ("from", "from_user_id", "recipient_id", "recipient_user_id")} - {None}
    for contact in contacts:
        if known & {contact.text("wa_id"), contact.text("user_id")}:
            return contact
    return contacts[0] if len(contacts) == 1 and not known else Payload({})


def _conversation(item: _Item, customer: str | None) -> str | None:
    ours = item.change.object("value").object("metadata").text("phone_number_id")
    return short(f"{ours or 'whatsapp'}:{customer}") if customer else None


def _phone(digits: str | None) -> dict[str, str] | None:
    plain = (digits or "").removeprefix("+")
    return identifier("phone", f"+{plain}", VERIFIED) if plain.isdecimal() else None


def _handle(user_id: str | None) -> dict[str, str] | None:
    return identifier("handle:whatsapp", user_id, VERIFIED)

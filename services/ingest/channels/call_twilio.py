"""Twilio Voice: call status callbacks.

The number of the other side is verified: the carrier delivers it, and signs it where STIR/SHAKEN is in use; it is only
claimed where the carrier says that this signature failed. A child leg (`<Dial>`) rings an agent, so neither of its
ends is taken for the customer: it joins its parent call by `conversation`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit

from schemas.interaction import Interaction
from services.ingest.channel import Delivery, Parsed, Source, each, event
from services.ingest.payload import (
    CLAIMED,
    VERIFIED,
    Payload,
    identifier,
    identifiers,
    key,
    present,
    raw,
    short,
    unique,
)
from services.ingest.signatures import hmac_base64, raw_bytes, require_any
from services.ingest.strict_json import require_sound
from services.ingest.times import rfc_2822
from services.runtime.errors import Rejected, Unauthenticated

CALL_TYPES = {
    "queued": "call.started",
    "initiated": "call.started",
    "ringing": "call.rang",
    "in-progress": "call.answered",
    "completed": "call.ended",
    "busy": "call.ended",
    "failed": "call.ended",
    "no-answer": "call.abandoned",
    "canceled": "call.abandoned",
}
LEG_TYPES = {
    "queued": "call.leg.started",
    "initiated": "call.leg.started",
    "ringing": "call.leg.rang",
    "in-progress": "call.transferred",
    "completed": "call.leg.ended",
    "busy": "call.leg.failed",
    "failed": "call.leg.failed",
    "no-answer": "call.leg.failed",
    "canceled": "call.leg.failed",
}
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""What Twilio shows for ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE: the words on a phone's keys."""

_ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_DEFAULT_PORTS = {"https": 443, "http": 80}
_FORM = "application/x-www-form-urlencoded"


def verify(delivery: Delivery, secrets: Sequence[bytes], now: datetime) -> None:  # noqa: ARG001 -- no time in this scheme
    """`X-Twilio-Signature`: HMAC of the public URL and the sorted form, or of the URL with the body's hash in it."""
    algorithm = _algorithm(delivery.headers.get("x-twilio-webhooks-signature-settings", ""))
    signed = "".join(f"{name}{value}" for name, value in sorted(set(_signed_form(delivery))))
    require_any(
        raw_bytes(delivery.headers.get("x-twilio-signature", "")),
        [
            hmac_base64(secret, (url + signed).encode(errors="surrogateescape"), algorithm)
            for secret in secrets
            for url in _with_and_without_port(urlsplit(delivery.url))
        ],
    )


def parse(delivery: Delivery, source: Source, now: datetime) -> Parsed:
    """One interaction of one callback."""
    if _is_form(delivery):
        fields = dict(parse_qsl(delivery.body.decode(errors="replace"), keep_blank_values=True))
    else:
        fields = require_sound(delivery.json)
    return each([fields], lambda item: _interaction(Payload(item), source, now))


def _interaction(call: Payload, source: Source, now: datetime) -> Interaction:
    sid = call.required("CallSid")
    parent = call.text("ParentCallSid")
    status = (call.text("CallStatus") or "").lower()
    inbound = (call.text("Direction") or "inbound").lower() == "inbound"
    seconds = call.number("CallDuration")
    return event(
        source,
        id=unique(f"{sid}:{call.text('SequenceNumber') or status or 'event'}"),
        type=_type(status, is_leg=parent is not None, inbound=inbound),
        time=_time(call, now),
        direction="inbound" if inbound else "outbound",
        name=short(status),
        conversation=short(parent or sid),
        identifiers=[] if parent else _customer(call, inbound=inbound),
        traits=present(name=short(call.text("CallerName"))) or {} if inbound and not parent else {},
        agent=_agent(call, inbound=inbound) if parent or not inbound else None,
        measures=present(handle_seconds=seconds if seconds is None else min(seconds, 31_536_000)),
        outcome=key(status),
        raw=raw(call.value),
    )


def _type(status: str, *, is_leg: bool, inbound: bool) -> str:
    known = (LEG_TYPES if is_leg else CALL_TYPES).get(status, "call.unknown")
    return "call.ended" if known == "call.abandoned" and not inbound else known


def _time(call: Payload, now: datetime) -> datetime:
    written = call.text("Timestamp")
    return rfc_2822(written, "Timestamp") if written else now


def _customer(call: Payload, *, inbound: bool) -> list[dict[str, str]]:
    address = call.text("From" if inbound else "To") or ""
    scheme, _, rest = address.partition(":")
    if scheme == "client":
        return identifiers(identifier("handle:twilio", rest, VERIFIED))
    if scheme == "sip":
        return identifiers(identifier("handle:sip", rest, CLAIMED))
    if address in WITHHELD or not any(character.isdigit() for character in address):
        return []
    failed = inbound and "failed" in (call.text("StirVerstat") or "").lower()
    return identifiers(identifier("phone", address, CLAIMED if failed else VERIFIED))


def _agent(call: Payload, *, inbound: bool) -> str | None:
    address = call.text("To" if call.text("ParentCallSid") or inbound else "From") or ""
    return short(address.partition(":")[2]) if address.startswith(("client:", "sip:")) else None


def _algorithm(settings: str) -> str:
    parts = dict(part.strip().partition("=")[::2] for part in settings.split(","))
    name = parts.get("algorithm", "").strip().upper() or "HMAC_SHA1"
    if name not in _ALGORITHMS:
        raise Unauthenticated("the signature's algorithm is not known")
    return _ALGORITHMS[name]


def _signed_form(delivery: Delivery) -> list[tuple[str, str]]:
    if _is_form(delivery):
        return parse_qsl(delivery.body.decode(errors="replace"), keep_blank_values=True)
    announced = parse_qs(urlsplit(delivery.url).query).get("bodySHA256", [""])[0]
    require_any(announced.lower().encode(errors="replace"), [sha256(delivery.body).hexdigest().encode()])
    return []


def _is_form(delivery: Delivery) -> bool:
    return delivery.headers.get("content-type", _FORM).partition(";")[0].strip().lower() == _FORM


def _with_and_without_port(url: SplitResult) -> Iterator[str]:
    # Twilio signs the URL with its port on some calls and without it on others.
    try:
        port: Any = url.port
    except ValueError as error:
        raise Rejected("the URL has no valid port", field="url") from error
    host = url.netloc.rpartition(":")[0] if port else url.netloc
    yield url._replace(netloc=host).geturl()
    yield url._replace(netloc=f"{host}:{port or _DEFAULT_PORTS.get(url.scheme, 80)}").geturl()

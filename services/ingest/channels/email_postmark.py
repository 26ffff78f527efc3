"""Postmark: inbound e-mail, and what became of e-mail that was sent.

The From address of an e-mail is claimed: anybody can write it. It is verified where Postmark's own check says that the
author's domain signed it (DKIM), or that the envelope's domain is the author's and may use that server (SPF).
Automatic replies and bounces are kept, and identify nobody.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr

from schemas.interaction import Assurance, Interaction
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
    present,
    raw,
    short,
    text,
    unique,
)
from services.ingest.signatures import basic_auth, require_any
from services.ingest.strict_json import require_sound
from services.ingest.times import iso, rfc_2822

RECORD_TYPES = {
    "Delivery": ("email.delivered", "DeliveredAt", "outbound"),
    "Open": ("email.opened", "ReceivedAt", "inbound"),
    "Click": ("email.clicked", "ReceivedAt", "inbound"),
    "Bounce": ("email.bounced", "BouncedAt", "outbound"),
    "SpamComplaint": ("email.complained", "BouncedAt", "inbound"),
    "SubscriptionChange": ("email.unsubscribed", "ChangedAt", "inbound"),
}
"""Postmark's record type to ours, the field that tells the time, and whose deed it was."""

_REFUSALS = frozenset({"ManualSuppression", "SpamComplaint"})
"""Why sending is suppressed, where the recipient wanted it; the other reason is that the address bounces."""
ANONYMOUS_RECORDS = frozenset({"Bounce"})
_AUTOMATIC_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_TRUSTED_HOPS = 2  # Postmark's own headers stand before the second Received line; what follows came with the e-mail
_BULKY = frozenset({"HtmlBody", "RawEmail"})


def verify(delivery: Delivery, secrets: Sequence[bytes], now: datetime) -> None:  # noqa: ARG001 -- no time in this scheme
    """HTTP Basic from the webhook's URL: a secret is the password, or `user:password`."""
    user, password = basic_auth(delivery.headers.get("authorization", "")) or (b"", b"")
    expected = [secret if b":" in secret else user + b":" + secret for secret in secrets]
    require_any(user + b":" + password, expected)


def parse(delivery: Delivery, source: Source, now: datetime) -> Parsed:
    """One interaction of one webhook call."""
    return each([require_sound(delivery.json)], lambda item: _interaction(Payload(item), source, now))


def _interaction(record: Payload, source: Source, now: datetime) -> Interaction:
    kind = record.text("RecordType") or "Inbound"
    if kind == "Inbound" and ("FromFull" in record.value or "From" in record.value):
        return _inbound(record, source, now)
    return _record(record, kind, source, now)


def _inbound(mail: Payload, source: Source, now: datetime) -> Interaction:
    sender = mail.object("FromFull")
    headers = _headers(mail)
    address = first((sender.text("Email"), parseaddr(mail.text("From") or "")[1]))
    automatic = _is_automatic(headers, address)
    return event(
        source,
        id=unique(mail.required("MessageID")),
        type="email.unknown" if automatic else "email.received",
        time=_sent_at(mail, now),
        direction="inbound",
        name="auto_reply" if automatic else None,
        conversation=_thread(mail, headers),
        identifiers=[] if automatic else identifiers(identifier("email", address, _assurance(headers, address or ""))),
        traits=present(name=short(sender.text("Name"))) or {} if not automatic else {},
        queue=short(mail.text("OriginalRecipient")),
        text=text("\n\n".join(part for part in (mail.text("Subject"), _body(mail)) if part)),
        raw=raw(_without_bulk(mail)),
    )


def _record(record: Payload, kind: str, source: Source, now: datetime) -> Interaction:
    type_, time_field, direction = RECORD_TYPES.get(kind, ("email.unknown", None, None))
    if kind == "SubscriptionChange" and not record.true("SuppressSending"):
        type_ = "email.unknown"
    message = record.text("MessageID")
    address = first((record.text("Recipient"), record.text("Email")))
    written = record.text(time_field) if time_field else None
    moment = iso(written, time_field or "") if written else now
    return event(
        source,
        id=_record_id(record, kind, written),
        type=type_,
        time=moment,
        direction=direction,
        name=short(kind),
        conversation=short(message),
        identifiers=[] if kind in ANONYMOUS_RECORDS else identifiers(identifier("email", address, CLAIMED)),
        consents=consents({"email": False}) if _is_refusal(record, kind) else None,
        outcome=key(record.text("Type")),
        campaign=short(record.text("Tag")),
        raw=raw(_without_bulk(record)),
    )


def _is_refusal(record: Payload, kind: str) -> bool:
    """Whether the recipient wants no more e-mail. That an address was reactivated is the sender's word, not theirs."""
    if kind == "SubscriptionChange":
        by_recipient = record.true("SuppressSending") and record.text("Origin") == "Recipient"
        return by_recipient and record.text("SuppressionReason") in _REFUSALS
    return kind == "SpamComplaint"


def _record_id(record: Payload, kind: str, written: str | None) -> str:
    numbers = [number for number in (record.text("ID"), record.text("MessageID")) if number]
    return unique(":".join([kind, *(numbers or [digest(record.value)]), *([written] if written else [])]))


def _sent_at(mail: Payload, now: datetime) -> datetime:
    # The only date is the sender's own clock: one that is ahead of ours is wrong, one that is missing is now.
    written = mail.text("Date")
    return min(rfc_2822(written, "Date"), now) if written else now


def _headers(mail: Payload) -> list[tuple[str, str]]:
    named = ((h.text("Name"), h.text("Value")) for h in mail.objects("Headers"))
    return [(name.lower(), value or "") for name, value in named if name]


def _header(headers: list[tuple[str, str]], name: str) -> str:
    return next((value for key_, value in headers if key_ == name), "")


def _is_automatic(headers: list[tuple[str, str]], address: str | None) -> bool:
    """Replies that no person wrote (RFC 3834), mailing lists, and bounces (empty envelope sender)."""
    return (
        _header(headers, "auto-submitted").lower() not in {"", "no"}
        or any(name in {"x-autoreply", "x-autorespond", "x-auto-reply"} for name, _ in headers)
        or _header(headers, "precedence").lower() in _AUTOMATIC_PRECEDENCE
        or _header(headers, "return-path") == "<>"
        or (address or "").lower().startswith(("mailer-daemon@", "postmaster@"))
    )


def _assurance(headers: list[tuple[str, str]], address: str) -> Assurance:
    trusted = _postmarks_own(headers)
    domain = address.rpartition("@")[2].lower()
    tests = {test.strip().upper() for test in _once(trusted, "x-spam-tests").replace(" ", ",").split(",")}
    spf = "SPF_PASS" in tests or _once(trusted, "received-spf").lower().startswith("pass")
    envelope = parseaddr(_once(trusted, "return-path"))[1].rpartition("@")[2].lower()
    return VERIFIED if domain and ("DKIM_VALID_AU" in tests or (spf and envelope == domain)) else CLAIMED


def _postmarks_own(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    hops = [place for place, (name, _) in enumerate(headers) if name == "received"]
    return headers[: hops[_TRUSTED_HOPS - 1]] if len(hops) >= _TRUSTED_HOPS else headers


def _once(headers: list[tuple[str, str]], name: str) -> str:
    # A header that is there twice was forged once: then neither counts.
    values = [value for key_, value in headers if key_ == name]
    return values[0] if len(values) == 1 else ""


def _thread(mail: Payload, headers: list[tuple[str, str]]) -> str | None:
    references = _header(headers, "references").split()
    return short(
        first(
            (
                mail.text("MailboxHash"),
                references[0] if references else None,
                _header(headers, "in-reply-to"),
                _header(headers, "message-id"),
            )
        )
    )


def _body(mail: Payload) -> str | None:
    return first((mail.text("StrippedTextReply"), mail.text("TextBody")))


def _without_bulk(record: Payload) -> dict[str, object]:
    kept = {name: value for name, value in record.value.items() if name not in _BULKY}
    if "Attachments" in kept:
        kept["Attachments"] = [
            {name: value for name, value in attachment.value.items() if name != "Content"}
            for attachment in record.objects("Attachments")
        ]
    return kept

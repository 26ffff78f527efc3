"""A tolerant reader of interactions off the log: only what the profile step needs, decoded fast.

The log holds what `schemas.interaction` validated at the edge; msgspec checks the types again and ignores the rest.
"""

from datetime import datetime
from hashlib import blake2b
from typing import Annotated

import msgspec

from services.runtime.errors import Invalid

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=31_536_000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
TraitName = Annotated[str, msgspec.Meta(max_length=100)]
LAST_YEAR = 9999
ESCAPED_NUL = b"\\u0000"


class WireIdentifier(msgspec.Struct, frozen=True, gc=False):
    """One identifier as stated."""

    namespace: str
    value: str
    assurance: str = "verified"


class WireMeasures(msgspec.Struct, frozen=True, gc=False):
    """The measures that figures sum up."""

    wait_seconds: Seconds | None = None
    handle_seconds: Seconds | None = None
    transfers: Count | None = None


class WireConsent(msgspec.Struct, frozen=True, gc=False):
    """A use of data that was allowed or refused; `at` is the event's time if it is not said."""

    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    granted: bool
    at: Moment | None = None
    method: Name | None = None
    wording: Name | None = None


class WireData(msgspec.Struct, frozen=True, gc=False):
    """The parts of an interaction that identity, traits and figures read."""

    channel: Name
    identifiers: list[WireIdentifier] = []
    traits: dict[TraitName, msgspec.Raw] = {}
    measures: WireMeasures | None = None
    conversation: Name | None = None
    revision: Moment | None = None
    consents: list[WireConsent] = []


class WireEnvelope(msgspec.Struct, frozen=True, gc=False):
    """The CloudEvents envelope with ingest's extension attributes."""

    id: Name
    source: Name
    type: str
    time: Moment
    data: msgspec.Raw
    region: str | None = None
    trust: Count = 0
    trustclaims: bool = False


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """One decoded interaction; `digest` tells two contents under one `key` apart, `body` is the event as it came."""

    key: tuple[str, str]
    envelope: WireEnvelope
    data: WireData
    digest: bytes
    body: bytes


_envelope = msgspec.json.Decoder(WireEnvelope)
_data = msgspec.json.Decoder(WireData)


def decode(value: bytes) -> Incoming:
    """Reads one record. Raises Invalid when it is no interaction, or one that cannot be stored."""
    try:
        envelope = _envelope.decode(value)
        raw = bytes(envelope.data)
        key = (envelope.source, envelope.id)
        incoming = Incoming(key, envelope, _data.decode(raw), blake2b(raw, digest_size=8).digest(), value)
        value.decode()  # parts that were skipped over may be no UTF-8, which would surface much later
        _check_moments(incoming)
        if ESCAPED_NUL in value:
            _check_names(incoming)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"not an interaction: {error}") from error
    return incoming


def _check_moments(incoming: Incoming) -> None:
    if not 1 < incoming.envelope.time.year < LAST_YEAR:
        raise Invalid("time: lies at the end of the calendar")
    revision = incoming.data.revision
    if revision is not None and not 1 < revision.year < LAST_YEAR:
        raise Invalid("data.revision: lies at the end of the calendar")
    for consent in incoming.data.consents:
        if consent.at is not None and not 1 < consent.at.year < LAST_YEAR:
            raise Invalid("data.consents.at: lies at the end of the calendar")


def _check_names(incoming: Incoming) -> None:
    envelope, data = incoming.envelope, incoming.data
    if "\0" in "".join((envelope.id, envelope.source, data.channel, data.conversation or "", *data.traits)):
        raise Invalid("data: a name holds a NUL character")
    for consent in data.consents:
        if "\0" in "".join((consent.purpose, consent.method or "", consent.wording or "")):
            raise Invalid("data.consents: a name holds a NUL character")


class SlimInteraction(msgspec.Struct, gc=False):
    """An interaction without what was said and without the vendor's payload."""

    id: str
    source: str
    type: str
    time: datetime
    data: msgspec.Raw | dict[str, msgspec.Raw]
    specversion: str = "1.0"


_slim = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_LEFT_OUT = ("text", "raw")


def without_content(incoming: Incoming) -> SlimInteraction:
    """The interaction without what was said and without the vendor's payload, for readers that need neither."""
    envelope = incoming.envelope
    return SlimInteraction(envelope.id, envelope.source, envelope.type, envelope.time, _slimmed(envelope.data))


def _slimmed(data: msgspec.Raw) -> msgspec.Raw | dict[str, msgspec.Raw]:
    raw = bytes(data)
    if b'"text"' not in raw and b'"raw"' not in raw:
        return data
    fields = _slim(raw)
    for name in _LEFT_OUT:
        fields.pop(name, None)
    return fields

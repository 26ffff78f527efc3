"""A tolerant reader of interactions off the log: only what the profile step needs, decoded fast.

The log holds what `schemas.interaction` validated at the edge; msgspec checks the types again and ignores the rest.
"""

from datetime import datetime
from hashlib import blake2b

import msgspec

from services.runtime.errors import Invalid


class WireIdentifier(msgspec.Struct, frozen=True):
    """One identifier as stated."""

    namespace: str
    value: str
    assurance: str = "verified"


class WireMeasures(msgspec.Struct, frozen=True):
    """The measures that figures sum up."""

    wait_seconds: float | None = None
    handle_seconds: float | None = None
    transfers: int | None = None


class WireData(msgspec.Struct, frozen=True):
    """The parts of an interaction that identity, traits and figures read."""

    channel: str
    identifiers: list[WireIdentifier] = []
    traits: dict[str, msgspec.Raw] = {}
    measures: WireMeasures | None = None
    conversation: str | None = None


class WireEnvelope(msgspec.Struct, frozen=True):
    """The CloudEvents envelope with ingest's extension attributes."""

    id: str
    source: str
    type: str
    time: datetime
    data: msgspec.Raw
    region: str | None = None
    trust: int = 0
    trustclaims: bool = False


class Incoming(msgspec.Struct, frozen=True):
    """One decoded interaction; `digest` tells two contents under one id apart, `body` is the event as it came."""

    envelope: WireEnvelope
    data: WireData
    digest: bytes
    body: bytes

    @property
    def key(self) -> tuple[str, str]:
        """The deduplication key."""
        return self.envelope.source, self.envelope.id


_envelope = msgspec.json.Decoder(WireEnvelope)
_data = msgspec.json.Decoder(WireData)


def decode(value: bytes) -> Incoming:
    """Reads one record. Raises Invalid when it is no interaction."""
    try:
        envelope = _envelope.decode(value)
        if envelope.time.tzinfo is None:
            raise Invalid("time: has no offset from UTC")
        raw = bytes(envelope.data)
        return Incoming(envelope, _data.decode(raw), blake2b(raw, digest_size=8).digest(), value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"not an interaction: {error}") from error


class _SlimEnvelope(msgspec.Struct):
    id: str
    source: str
    type: str
    time: datetime
    data: dict[str, msgspec.Raw]
    specversion: str = "1.0"


_slim = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LEFT_OUT = ("text", "raw")


def without_content(incoming: Incoming) -> _SlimEnvelope:
    """The interaction without what was said and without the vendor's payload, for readers that need neither."""
    envelope = incoming.envelope
    data = _slim.decode(envelope.data)
    for name in _LEFT_OUT:
        data.pop(name, None)
    return _SlimEnvelope(envelope.id, envelope.source, envelope.type, envelope.time, data)

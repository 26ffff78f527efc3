"""Invented interactions of which only what they state of identity matters."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from tests.bench.traffic import START

Identifiers = Sequence[tuple[str, str]]

_encode = msgspec.json.Encoder().encode


def stating(name: str, seconds: float, identifiers: Identifiers, traits: Mapping[str, str] | None = None) -> bytes:
    """A call that ended so many seconds after the start of time, naming these as verified."""
    data = {
        "channel": "call",
        "identifiers": [{"namespace": namespace, "value": value} for namespace, value in identifiers],
        **({"traits": traits} if traits else {}),
    }
    return _encode(
        {
            "specversion": "1.0",
            "id": name,
            "source": "/bench/main",
            "type": "call.ended",
            "time": (START + timedelta(seconds=seconds)).isoformat(),
            "data": data,
        }
    )

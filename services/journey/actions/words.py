"""The words of consent in an interaction, as far as they count here.

Journeys know no more of identifiers than what interactions say. So an allowance counts if every identifier beside it
was vouched for; the profile service, which knows as which one it was said, may count more. A refusal always counts.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.journey.actions.port import Word


class _Identifier(msgspec.Struct):
    assurance: str = "verified"


class _Consent(msgspec.Struct):
    purpose: str
    granted: bool
    at: datetime | None = None


class _Data(msgspec.Struct):
    identifiers: list[_Identifier] = []
    consents: list[_Consent] | None = None


_decode = msgspec.json.Decoder(_Data).decode


def words(identifier: int, time: datetime, body: bytes) -> Iterator[Word]:
    """What an interaction that hangs on `identifier` says."""
    data = _decode(body)
    vouched_for = all(one.assurance == "verified" for one in data.identifiers)
    for consent in data.consents or ():
        if vouched_for or not consent.granted:
            yield Word(consent.at or time, not consent.granted, identifier, consent.purpose.casefold())

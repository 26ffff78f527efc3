"""From an identifier as people write it to the one that is stored."""

from services.profile.domain.normalise import Normaliser
from services.profile.domain.sighting import Key
from services.profile.reading.views import LookupRequest
from services.runtime.errors import NotFound, Rejected


def normal_key(normaliser: Normaliser, asked: LookupRequest, within: str = "") -> Key:
    """The identifier in normal form. Raises Rejected or NotFound with the field, which lies `within` another."""
    normal, reason = normaliser.normalise(asked.namespace, asked.value, asked.region)
    if reason == "namespace":
        raise Rejected(f"there is no namespace {asked.namespace!r}", field=f"{within}namespace")
    if normal is None:
        raise NotFound(f"this {asked.namespace} could not mean anybody: {reason}", field=f"{within}value")
    return Key(asked.namespace, normal)

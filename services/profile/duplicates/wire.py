"""A tolerant reader of what the profile service says: whose features may have changed."""

import re
from typing import NamedTuple

import msgspec

from services.profile.domain.matching.stated import TRAITS
from services.runtime.errors import Invalid

ATTACHED = "profile.interaction.attached"
MOVED = "profile.identifiers.moved"
WITHDRAWN = "profile.interaction.withdrawn"
ERASED = "profile.erased"


class _Belonging(msgspec.Struct, frozen=True):
    profile_id: str
    identifier: int = 0
    version: int = 0
    previous: str | None = None


class _Identifier(msgspec.Struct, frozen=True):
    namespace: str
    value: str


class _Data(msgspec.Struct, frozen=True):
    identifiers: list[_Identifier] = []
    traits: dict[str, msgspec.Raw] = {}


class _Interaction(msgspec.Struct, frozen=True):
    data: _Data


class _Attached(msgspec.Struct, frozen=True):
    anchor: _Belonging
    interaction: _Interaction
    placed: int = 0


class _Moved(msgspec.Struct, frozen=True):
    moves: list[_Belonging]


class _Erased(msgspec.Struct, frozen=True):
    profile_ids: list[str]


class _Envelope(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw


class Touched(NamedTuple):
    """Profiles to look at again, and hashes of what is stated about them: identifiers, and traits.

    Of a move there are none: it is like no other; nor of what `corrects` something, since it takes away.
    """

    profiles: frozenset[str]
    identifiers: frozenset[int] = frozenset()
    traits: frozenset[int] = frozenset()
    corrects: bool = False


_LABEL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_envelope = msgspec.json.Decoder(_Envelope).decode
_attached = msgspec.json.Decoder(_Attached).decode
_belonging = msgspec.json.Decoder(_Belonging).decode
_erased = msgspec.json.Decoder(_Erased).decode
_moved = msgspec.json.Decoder(_Moved).decode

NOTHING = Touched(frozenset())


def decode(value: bytes) -> Touched:
    """Whom one record is about. Raises Invalid when it is no event of the profile service."""
    try:
        envelope = _envelope(value)
        if envelope.type == ATTACHED:
            return _of_attached(_attached(envelope.data))
        if envelope.type == WITHDRAWN:
            return _corrected(_belonging(envelope.data).profile_id)
        if envelope.type == ERASED:
            return _corrected(*_erased(envelope.data).profile_ids)
        return _of_moved(_moved(envelope.data)) if envelope.type == MOVED else NOTHING
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"not an event of the profile service: {type(error).__name__}") from error


def _of_attached(attached: _Attached) -> Touched:
    if attached.placed:
        return _corrected(attached.anchor.profile_id)
    anchor, data = attached.anchor, attached.interaction.data
    place = (anchor.profile_id, anchor.identifier, anchor.version)
    traits = [hash((anchor.profile_id, name, bytes(value))) for name, value in data.traits.items() if name in TRAITS]
    return Touched(
        frozenset((_label(anchor.profile_id),)),
        frozenset([hash((place, one.namespace, one.value)) for one in data.identifiers]),
        frozenset(traits),
    )


def _corrected(*labels: str) -> Touched:
    return Touched(frozenset(map(_label, labels)), corrects=True)


def _of_moved(moved: _Moved) -> Touched:
    labels = {label for move in moved.moves for label in (move.profile_id, move.previous) if label}
    return Touched(frozenset(map(_label, labels)))


def _label(profile_id: str) -> str:
    if not _LABEL.fullmatch(profile_id):
        raise Invalid("a profile id is a UUID in lower case")
    return profile_id

"""A tolerant reader of what the profile service says: whose features may have changed."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from services.profile.domain.matching.stated import TRAITS
from services.runtime.errors import Invalid


class _Belonging(msgspec.Struct, frozen=True, gc=False):
    profile_id: str
    identifier: int = 0
    version: int = 0
    previous: str | None = None


class _Identifier(msgspec.Struct, frozen=True, gc=False):
    namespace: str
    value: str


class _Data(msgspec.Struct, frozen=True):
    identifiers: list[_Identifier] = []
    traits: dict[str, msgspec.Raw] = {}


class _Interaction(msgspec.Struct, frozen=True):
    data: _Data


class _AttachedData(msgspec.Struct, frozen=True, gc=False):
    anchor: _Belonging
    interaction: _Interaction
    placed: int = 0


class _MovedData(msgspec.Struct, frozen=True):
    moves: list[_Belonging]


class _ErasedData(msgspec.Struct, frozen=True):
    profile_ids: list[str]


class _Attached(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="profile.interaction.attached"):
    data: _AttachedData


class _Moved(msgspec.Struct, frozen=True, tag_field="type", tag="profile.identifiers.moved"):
    data: _MovedData


class _Withdrawn(msgspec.Struct, frozen=True, tag_field="type", tag="profile.interaction.withdrawn"):
    data: _Belonging


class _Erased(msgspec.Struct, frozen=True, tag_field="type", tag="profile.erased"):
    data: _ErasedData


class _Envelope(msgspec.Struct, frozen=True):
    type: str


_Event = _Attached | _Moved | _Withdrawn | _Erased
_KNOWN = frozenset(one.__struct_config__.tag for one in (_Attached, _Moved, _Withdrawn, _Erased))


class Touched(NamedTuple):
    """Profiles to look at again, and hashes of what is stated about them: identifiers, and traits.

    `place` is a hash of where they are stated: at which identifier, in which of its belongings. Of a move nothing is
    stated: it is like no other; nor of what `corrects` something, since it takes away.
    """

    profiles: frozenset[str]
    identifiers: Sequence[int] = ()
    traits: Sequence[int] = ()
    place: int = 0
    corrects: bool = False


_LABEL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_event = msgspec.json.Decoder(_Event).decode
_envelope = msgspec.json.Decoder(_Envelope).decode

NOTHING = Touched(frozenset())


def decode(value: bytes) -> Touched:
    """Whom one record is about. Raises Invalid when it is no event of the profile service."""
    try:
        return _touched(_event(value))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if _is_of_another_kind(value):
            return NOTHING
        raise Invalid(f"not an event of the profile service: {type(error).__name__}") from error


def _touched(event: _Event) -> Touched:
    if isinstance(event, _Attached):
        return _of_attached(event.data)
    if isinstance(event, _Moved):
        return _of_moved(event.data)
    return _corrected(event.data.profile_id) if isinstance(event, _Withdrawn) else _corrected(*event.data.profile_ids)


def _is_of_another_kind(value: bytes) -> bool:
    try:
        return _envelope(value).type not in _KNOWN
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def _of_attached(attached: _AttachedData) -> Touched:
    anchor, data = attached.anchor, attached.interaction.data
    profile = anchor.profile_id
    if attached.placed:
        return _corrected(profile)
    return Touched(
        frozenset((_label(profile),)),
        [hash((one.namespace, one.value)) for one in data.identifiers],
        [hash((name, bytes(value))) for name, value in data.traits.items() if name in TRAITS],
        hash((anchor.identifier, anchor.version)),
    )


def _corrected(*labels: str) -> Touched:
    return Touched(frozenset(map(_label, labels)), corrects=True)


def _of_moved(moved: _MovedData) -> Touched:
    labels = {label for move in moved.moves for label in (move.profile_id, move.previous) if label}
    return Touched(frozenset(map(_label, labels)))


@lru_cache(maxsize=65_536)
def _label(profile_id: str) -> str:
    if not _LABEL.fullmatch(profile_id):
        raise Invalid("a profile id is a UUID in lower case")
    return profile_id

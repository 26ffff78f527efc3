"""A tolerant reader of what the profile service says, decoded fast; and the writer of what the journey service says."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from schemas.golden_record import Pin, Trait
from schemas.trait_rules import TraitPolicy
from services.journey.domain.model import Interaction, Kind, Position, Vouching
from services.journey.domain.profile_traits import Pinned, as_text
from services.journey.store import NOBODY, Owner, StatedPolicy, StoredInteraction, StoredPin
from services.runtime.errors import Invalid

ATTACHED = "profile.interaction.attached"
WITHDRAWN = "profile.interaction.withdrawn"
MOVED = "profile.identifiers.moved"
ERASED = "profile.erased"
PINNED = "profile.trait.pinned"
UNPINNED = "profile.trait.unpinned"
POLICY = "profile.policy.stated"
OURS = frozenset({ATTACHED, WITHDRAWN, MOVED, ERASED, PINNED, UNPINNED, POLICY})
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the time of what was withdrawn, which nobody reads."""


class _Belonging(msgspec.Struct, frozen=True, gc=False):
    identifier: int
    profile_id: str
    version: int
    previous: str | None = None
    follows: int | None = None


class _Interaction(msgspec.Struct, frozen=True, gc=False):
    id: str
    source: str
    type: str
    time: datetime
    data: msgspec.Raw


class _Attached(msgspec.Struct, frozen=True, gc=False):
    anchor: _Belonging
    interaction: _Interaction
    placed: int = 0
    number: int = 0
    trust: int = 0
    verified: bool | None = None


class _AttachedEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=ATTACHED):
    data: _Attached


class _Withdrawn(msgspec.Struct, frozen=True, gc=False):
    source: str
    id: str
    placed: int
    number: int = 0


class _WithdrawnEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=WITHDRAWN):
    data: _Withdrawn


class _Moved(msgspec.Struct, frozen=True, gc=False):
    moves: list[_Belonging]


class _MovedEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=MOVED):
    data: _Moved


class _Voided(msgspec.Struct, frozen=True, gc=False):
    identifier: int
    version: int


class _Erased(msgspec.Struct, frozen=True, gc=False):
    profile_ids: list[str]
    identifiers: list[_Voided]


class _ErasedEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=ERASED):
    data: _Erased


class _Pinned(msgspec.Struct, frozen=True, gc=False):
    anchor: _Belonging
    pin: UUID
    made_at: datetime
    trait: str
    value: Any
    source: str
    interaction: str
    observed_at: datetime
    verified: bool
    trust: int = 0


class _PinnedEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=PINNED):
    data: _Pinned


class _Unpinned(msgspec.Struct, frozen=True, gc=False):
    anchor: _Belonging
    pin: UUID


class _UnpinnedEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=UNPINNED):
    data: _Unpinned


class _Policy(msgspec.Struct, frozen=True, gc=False):
    version: int
    traits: dict[str, Any]


class _PolicyEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=POLICY):
    data: _Policy


class _OtherEvent(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """One message: where identifiers belong, who had them before, and the interaction that it places, if any.

    An id that one of them left answers with whoever has the identifier that it `follows`. An interaction is `told` as
    it is stored and as rules see it. Who is `erased`, a `pin` and a `policy` are told in messages of their own.
    """

    owners: Mapping[int, Owner]
    previous: Mapping[int, str] = {}
    follows: Mapping[str, int] = {}
    told: tuple[StoredInteraction, Interaction] | None = None
    erased: frozenset[str] = frozenset()
    pin: StoredPin | None = None
    policy: StatedPolicy | None = None


_LABEL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_event = msgspec.json.Decoder(
    _AttachedEvent | _WithdrawnEvent | _MovedEvent | _ErasedEvent | _PinnedEvent | _UnpinnedEvent | _PolicyEvent
).decode
_other = msgspec.json.Decoder(_OtherEvent).decode
_data = msgspec.json.Decoder(dict[str, Any]).decode


def decode(value: bytes) -> Incoming | None:
    """Reads one record; None for an event that journeys do not depend on. Raises Invalid when it is none at all."""
    try:
        event = _event(value)
        if isinstance(event, _AttachedEvent):
            return _of_attached(event.data)
        return _READ[type(event)](event.data)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        if _is_other(value):
            return None
        raise Invalid(f"not an event of the profile service: {type(error).__name__}") from error


def _is_other(value: bytes) -> bool:
    try:
        return _other(value).type not in OURS
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def _of_attached(attached: _Attached) -> Incoming:
    interaction, anchor = attached.interaction, attached.anchor
    body = bytes(interaction.data)
    data = _data(body)
    stored = StoredInteraction(
        interaction.source,
        interaction.id,
        anchor.identifier,
        _utc(interaction.time),
        interaction.type,
        data.get("channel"),
        attached.placed,
        body,
        anchor.version,
        attached.number,
        attached.trust,
        attached.verified,
    )
    return Incoming({anchor.identifier: _owner(anchor)}, told=(stored, _seen(stored, data)))


def _of_withdrawn(gone: _Withdrawn) -> Incoming:
    nobodys = StoredInteraction(
        gone.source, gone.id, anchor=None, time=_NEVER, type="", channel=None, placed=0, body=b"{}", version=0, number=0
    )
    stored = nobodys._replace(placed=gone.placed, number=gone.number)
    return Incoming({}, told=(stored, as_seen(stored)))


def _of_moved(moved: _Moved) -> Incoming:
    owners: dict[int, Owner] = {}
    for move in moved.moves:
        owners[move.identifier] = max(owners.get(move.identifier, _owner(move)), _owner(move), key=_version)
    previous = {move.identifier: _label(move.previous) for move in moved.moves if move.previous}
    follows = {_label(move.previous): move.follows for move in moved.moves if move.previous and move.follows}
    return Incoming(owners, previous, follows)


def _of_erased(erased: _Erased) -> Incoming:
    owners = {one.identifier: Owner(NOBODY, one.version, one.version) for one in erased.identifiers}
    return Incoming(owners, erased=frozenset(map(_label, erased.profile_ids)))


def _of_pinned(pinned: _Pinned) -> Incoming:
    observed_at = _utc(pinned.observed_at)
    trait = Trait(pinned.trust, pinned.verified, observed_at, pinned.interaction, pinned.source, as_text(pinned.value))
    # Who chose it and why is kept by the profile service.
    pin = Pin(_utc(pinned.made_at), str(pinned.pin), "", "", trait)
    return _of_pin(pinned.anchor, pinned.pin, Pinned(pinned.anchor.identifier, pinned.trait, pin))


def _of_unpinned(unpinned: _Unpinned) -> Incoming:
    return _of_pin(unpinned.anchor, unpinned.pin, None)


def _of_pin(anchor: _Belonging, pin: UUID, pinned: Pinned | None) -> Incoming:
    stored = StoredPin(str(pin), anchor.identifier, anchor.version, pinned)
    return Incoming({anchor.identifier: _owner(anchor)}, pin=stored)


def _of_policy(policy: _Policy) -> Incoming:
    traits = {name: TraitPolicy.model_validate(stated) for name, stated in policy.traits.items()}
    return Incoming({}, policy=StatedPolicy(policy.version, traits))


_READ: Mapping[type, Callable[[Any], Incoming]] = {
    _WithdrawnEvent: _of_withdrawn,
    _MovedEvent: _of_moved,
    _ErasedEvent: _of_erased,
    _PinnedEvent: _of_pinned,
    _UnpinnedEvent: _of_unpinned,
    _PolicyEvent: _of_policy,
}


def _owner(belonging: _Belonging) -> Owner:
    return Owner(_label(belonging.profile_id), belonging.version)


def _label(profile_id: str) -> str:
    if not _LABEL.fullmatch(profile_id):
        raise Invalid("a profile id is a UUID in lower case")
    return profile_id


def _version(owner: Owner) -> int:
    return owner.version


def _utc(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise Invalid("time: has no offset from UTC")
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def as_seen(stored: StoredInteraction) -> Interaction:
    """The interaction as rules see it: amounts are numbers, and the envelope stands beside the data."""
    return _seen(stored, _data(stored.body))


def _seen(stored: StoredInteraction, fields: dict[str, Any]) -> Interaction:
    money, reason = fields.get("money"), fields.get("reason")
    if isinstance(money, dict) and isinstance(money.get("amount"), str):
        fields["money"] = {**money, "amount": float(money["amount"])}
    fields["type"], fields["time"], fields["source"], fields["id"] = stored.type, stored.time, stored.source, stored.id
    kind = Kind(stored.type, stored.channel, reason if isinstance(reason, str) else None)
    vouching = _vouching(stored, fields) if fields.get("traits") else None
    return Interaction(Position(stored.time, stored.source, stored.id), kind, fields, vouching)


def _vouching(stored: StoredInteraction, fields: Mapping[str, Any]) -> Vouching | None:
    """What was told of it; before that was told, what the identifiers beside the traits say."""
    if stored.anchor is None:
        return None
    verified = stored.verified
    if verified is None:
        verified = any(one.get("assurance") == "verified" for one in fields.get("identifiers") or ())
    return Vouching(stored.anchor, stored.trust, verified)

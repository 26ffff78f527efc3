"""A tolerant reader of what the profile service says, decoded fast; and the writer of what the journey service says."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from services.journey.domain.model import Interaction, Position
from services.journey.store import Owner, StoredInteraction
from services.runtime.errors import Invalid

ATTACHED = "profile.interaction.attached"
WITHDRAWN = "profile.interaction.withdrawn"
MOVED = "profile.identifiers.moved"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the time of what was withdrawn, which nobody reads."""


class _Belonging(msgspec.Struct, frozen=True):
    identifier: int
    profile_id: str
    version: int
    previous: str | None = None


class _Interaction(msgspec.Struct, frozen=True):
    id: str
    source: str
    type: str
    time: datetime
    data: msgspec.Raw


class _Attached(msgspec.Struct, frozen=True):
    anchor: _Belonging
    interaction: _Interaction
    placed: int = 0


class _Withdrawn(msgspec.Struct, frozen=True):
    source: str
    id: str
    placed: int


class _Moved(msgspec.Struct, frozen=True):
    moves: list[_Belonging]


class _Envelope(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw


class Incoming(msgspec.Struct, frozen=True):
    """One message: where identifiers belong, who had them before, and the interaction that it places, if any."""

    owners: Mapping[int, Owner]
    previous: Mapping[int, str]
    interaction: StoredInteraction | None = None


_LABEL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_envelope = msgspec.json.Decoder(_Envelope).decode
_attached = msgspec.json.Decoder(_Attached).decode
_withdrawn = msgspec.json.Decoder(_Withdrawn).decode
_moved = msgspec.json.Decoder(_Moved).decode
_data = msgspec.json.Decoder(dict[str, Any]).decode


def decode(value: bytes) -> Incoming | None:
    """Reads one record; None for an event that journeys do not depend on. Raises Invalid when it is none at all."""
    try:
        envelope = _envelope(value)
        if envelope.type == ATTACHED:
            return _of_attached(_attached(envelope.data))
        if envelope.type == WITHDRAWN:
            return _of_withdrawn(_withdrawn(envelope.data))
        return _of_moved(_moved(envelope.data)) if envelope.type == MOVED else None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise Invalid(f"not an event of the profile service: {type(error).__name__}") from error


def _of_attached(attached: _Attached) -> Incoming:
    interaction = attached.interaction
    if interaction.time.tzinfo is None:
        raise Invalid("time: has no offset from UTC")
    body = bytes(interaction.data)
    data = _data(body)
    stored = StoredInteraction(
        source=interaction.source,
        id=interaction.id,
        anchor=attached.anchor.identifier,
        time=interaction.time.astimezone(UTC),
        type=interaction.type,
        channel=data.get("channel"),
        placed=attached.placed,
        body=body,
    )
    return Incoming({attached.anchor.identifier: _owner(attached.anchor)}, {}, stored)


def _of_withdrawn(gone: _Withdrawn) -> Incoming:
    stored = StoredInteraction(
        gone.source, gone.id, anchor=None, time=_NEVER, type="", channel=None, placed=gone.placed, body=b"{}"
    )
    return Incoming({}, {}, stored)


def _of_moved(moved: _Moved) -> Incoming:
    owners: dict[int, Owner] = {}
    for move in moved.moves:
        owners[move.identifier] = max(owners.get(move.identifier, _owner(move)), _owner(move), key=_version)
    return Incoming(owners, {move.identifier: _label(move.previous) for move in moved.moves if move.previous})


def _owner(belonging: _Belonging) -> Owner:
    return Owner(_label(belonging.profile_id), belonging.version)


def _label(profile_id: str) -> str:
    if not _LABEL.fullmatch(profile_id):
        raise Invalid("a profile id is a UUID in lower case")
    return profile_id


def _version(owner: Owner) -> int:
    return owner.version


def as_seen(stored: StoredInteraction) -> Interaction:
    """The interaction as rules see it: amounts are numbers, and the envelope stands beside the data."""
    position = Position(stored.time, stored.source, stored.id)
    fields = _data(stored.body)
    money = fields.get("money")
    if isinstance(money, dict) and isinstance(money.get("amount"), str):
        fields["money"] = {**money, "amount": float(money["amount"])}
    fields.update(type=stored.type, time=stored.time, source=stored.source, id=stored.id)
    return Interaction(position, stored.type, stored.channel, fields)

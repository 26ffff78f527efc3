"""Cursors of lists of interactions: opaque to clients, a position to us."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import datetime

import msgspec

from services.journey.domain.model import Position
from services.runtime.errors import Rejected


def position_cursor(position: Position) -> str:
    """The cursor of a position."""
    return urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def read_position(cursor: str | None) -> Position | None:
    """The position that a cursor stands for; None of none. Raises Rejected."""
    if cursor is None:
        return None
    try:
        position = Position(
            *msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=tuple[datetime, str, str])
        )
    except (msgspec.DecodeError, Base64Error, ValueError) as error:
        raise Rejected("not a cursor of ours", field="cursor") from error
    if position.time.tzinfo is None or "\0" in position.source + position.id:
        raise Rejected("not a cursor of ours", field="cursor")
    return position

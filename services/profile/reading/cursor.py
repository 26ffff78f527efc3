"""Cursors: opaque to clients, a position to us."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from services.profile.reading.port import Place
from services.runtime.errors import Rejected

T = TypeVar("T")


def place_cursor(place: Place) -> str:
    """The cursor of a position in a timeline."""
    return pack([place.time.isoformat(), place.id])


def read_place(cursor: str | None) -> Place | None:
    """The position that a cursor stands for; None of none. Raises Rejected."""
    if cursor is None:
        return None
    time, number = unpack(cursor, tuple[datetime, int])
    if time.tzinfo is None:
        raise Rejected("not a cursor of ours", field="cursor")
    return Place(time, number)


def offset_cursor(offset: int) -> str:
    """The cursor of a position in a list of search results."""
    return pack([offset])


def read_offset(cursor: str | None) -> int:
    """The position that a cursor stands for; 0 of none. Raises Rejected."""
    if cursor is None:
        return 0
    (offset,) = unpack(cursor, tuple[int])
    if not 0 <= offset <= 10_000:  # noqa: PLR2004 -- nobody reads so far; a better question helps more
        raise Rejected("too far: ask more precisely", field="cursor")
    return offset


def pack(parts: Sequence[object]) -> str:
    """A position as a cursor."""
    return urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def unpack(cursor: str, shape: type[T]) -> T:
    """The position that a cursor stands for, in this shape. Raises Rejected."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=shape)
    except (msgspec.DecodeError, Base64Error, ValueError) as error:
        raise Rejected("not a cursor of ours", field="cursor") from error

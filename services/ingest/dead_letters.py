"""Dead letters: kept in a table, so that they can be looked at and played again.

A letter that cannot be read is kept all the same: to put it aside again would send it round for ever.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import ValidationError

from schemas.dead_letter import DeadLetter
from schemas.topics import TOPICS
from services.runtime.errors import NotFound, Rejected
from services.runtime.log import Message, Producer, Record

_UNREADABLE = "this dead letter itself cannot be read"


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter: where its message lay, who gave up on it and why, and its bytes."""

    id: str
    topic: str
    partition: int
    offset: int
    consumer: str
    error: str
    failed_at: datetime
    key: bytes | None
    value: bytes
    size_bytes: int = 0
    number: int = 0
    replayed_at: datetime | None = None
    replayed_by: str | None = None


class LetterStore(Protocol):
    """Where letters are kept. All methods raise Unavailable."""

    async def add(self, letters: Sequence[Letter]) -> None:
        """Keeps those that are new by id."""

    async def newest(self, limit: int, before: int | None) -> list[Letter]:
        """Up to `limit` letters, newest first, older than number `before`; sizes instead of values."""

    async def get(self, letter_id: str) -> Letter | None:
        """One letter with its bytes."""

    async def after(self, number: int, limit: int) -> list[Letter]:
        """Up to `limit` letters with their bytes, oldest first, newer than `number`."""

    async def remove(self, letter_ids: Sequence[str]) -> None:
        """Forgets letters."""

    async def remove_older(self, before: datetime, limit: int) -> int:
        """Forgets up to `limit` letters that were put aside before that moment; how many."""

    async def mark_replayed(self, letter_id: str, at: datetime, by: str) -> None:
        """Notes who played it again last, and when."""


def read_letter(record: Record, now: datetime) -> Letter:
    """The letter in `record`; one that cannot be read stands for itself."""
    try:
        letter = DeadLetter.model_validate_json(record.value)
        key = None if letter.data.key is None else b64decode(letter.data.key, validate=True)
        value = b64decode(letter.data.value, validate=True)
    except (ValidationError, ValueError):
        place = f"{record.topic}:{record.partition}:{record.offset}"
        return Letter(
            place, record.topic, record.partition, record.offset, "unknown", _UNREADABLE, now, record.key, record.value
        )
    data = letter.data
    return Letter(
        letter.id, data.topic, data.partition, data.offset, data.consumer, data.error, letter.time, key, value
    )


async def replay(letter_id: str, by: str, store: LetterStore, producer: Producer, now: datetime) -> Letter:
    """Sends the letter's message to its topic once more. Raises NotFound, Rejected or Unavailable."""
    letter = await store.get(letter_id)
    if letter is None:
        raise NotFound("there is no such dead letter")
    if letter.error == _UNREADABLE or letter.topic not in {topic.name for topic in TOPICS}:
        raise Rejected("this message has no topic to go back to", field="topic")
    await producer.send(letter.topic, [Message(letter.key, letter.value)])
    await store.mark_replayed(letter_id, now, by)
    return letter

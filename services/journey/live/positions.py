"""Positions in the log as one word, the id of a live event: `0.15-1.9-2.0-3.44` are the next offsets by partition."""

import re
from collections.abc import Mapping

from services.runtime.errors import Rejected

MAX_LENGTH = 2_000

_WORD = re.compile(r"\d{1,6}\.\d{1,18}(-\d{1,6}\.\d{1,18})*")


def written(positions: Mapping[int, int]) -> str:
    """The word for `positions`."""
    return "-".join(f"{partition}.{offset}" for partition, offset in sorted(positions.items()))


def read(word: str) -> dict[int, int]:
    """The positions that a word stands for. Raises Rejected."""
    if len(word) > MAX_LENGTH or not _WORD.fullmatch(word):
        raise Rejected("not an id of this stream; leave it out to start anew", field="Last-Event-ID")
    pairs = [part.split(".") for part in word.split("-")]
    return {int(partition): int(offset) for partition, offset in pairs}


def reaches(positions: Mapping[int, int], other: Mapping[int, int]) -> bool:
    """Whether `positions` lie nowhere before `other`."""
    return all(positions.get(partition, 0) >= offset for partition, offset in other.items())

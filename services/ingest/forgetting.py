"""Dead letters about people who are erased: those that are kept, and those that come later.

Who that is, another service knows.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from services.ingest.dead_letters import Letter, LetterStore

READ_AT_ONCE = 20
"""Letters in memory together: one may be as large as a message of the log."""

About = Callable[[bytes, datetime], bool]
"""Whether a message, put aside at that time, is about somebody. It computes, and is asked in another thread."""


class OfTheErased(Protocol):
    """Which messages are about people who were erased."""

    async def __call__(self, letters: Sequence[tuple[bytes, datetime]], /) -> Sequence[bool]:
        """Of each message, put aside at that time, whether it is. Waits for erasures under way. Raises Unavailable."""


async def nobody_erased(letters: Sequence[tuple[bytes, datetime]], /) -> Sequence[bool]:
    """Where the service that erases is not in this process."""
    return [False] * len(letters)


async def find_letters(store: LetterStore, about: About, *, forget: bool) -> int:
    """How many letters are about somebody; and forgets them. Raises Unavailable."""
    found = number = 0
    while page := await store.after(number, READ_AT_ONCE):
        theirs = await asyncio.to_thread(_about, page, about)
        if forget and theirs:
            await store.remove(theirs)
        found += len(theirs)
        number = page[-1].number
    return found


async def forget_the_erased(store: LetterStore, letters: Sequence[Letter], of_the_erased: OfTheErased) -> None:
    """Forgets those of these letters that are about people who were erased. Raises Unavailable.

    They are kept first, and looked at after that: an erasure under way finds what was kept before it began, and what
    is looked at when it is over is compared with what it left.
    """
    for place in range(0, len(letters), READ_AT_ONCE):
        those = letters[place : place + READ_AT_ONCE]
        erased = await of_the_erased([(letter.value, letter.failed_at) for letter in those])
        if gone := [letter.id for letter, theirs in zip(those, erased, strict=True) if theirs]:
            await store.remove(gone)


def _about(page: Sequence[Letter], about: About) -> list[str]:
    return [letter.id for letter in page if about(letter.value, letter.failed_at)]

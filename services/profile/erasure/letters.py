"""Messages that could not be processed, as an erasure asks for them: another service keeps them."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.tombstones import Engraver
from services.profile.erasure.said import Finder, said
from services.profile.store import LettersDue

About = Callable[[bytes, datetime], bool]
"""Whether a message, put aside at that time, is about somebody. It computes, and may be asked in another thread."""


class Letters(Protocol):
    """Dead letters, which another service keeps."""

    async def __call__(self, about: About, *, forget: bool) -> int:
        """How many are about somebody; and forgets them. Raises Unavailable."""


async def no_letters(about: About, *, forget: bool) -> int:  # noqa: ARG001
    """Where the service that keeps them is not in this process."""
    return 0


def about(due: LettersDue, engraver: Engraver, policy: IdentityPolicy) -> About:
    """Tells messages that name one of the erased identifiers, however it is written, or an interaction or id of theirs.

    So is one that names nobody in one of the conversations. What happened after the erasure is about somebody new,
    unless it names an interaction or an id.

    A telephone number may be written as it is dialled in one of the `due.regions`, or in the message's own.
    """
    finder, anywhere = Finder(policy), {None, *due.regions}

    def told(message: bytes, at: datetime) -> bool:
        words, stated, silent, region, time = said(message)
        if not due.marks.isdisjoint([engraver.interaction(*one) for one in stated]):
            return True
        if any(word.text in due.labels for word in words):
            return True
        if min(time or at, at) > due.until:
            return False
        if not due.marks.isdisjoint([engraver.conversation(*one) for one in silent]):
            return True
        return any(
            engraver.identifier(key) in due.marks for key in finder.keys(words, due.namespaces, [*anywhere | {region}])
        )

    return told

"""Messages that could not be processed, as an erasure asks for them: another service keeps them."""

from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.erasure.said import Finder, said

About = Callable[[bytes], bool]
"""Whether a message is about somebody. It computes, and may be asked in another thread."""


class Letters(Protocol):
    """Dead letters, which another service keeps."""

    async def __call__(self, about: About, *, forget: bool) -> int:
        """How many are about somebody; and forgets them. Raises Unavailable."""


async def no_letters(about: About, *, forget: bool) -> int:  # noqa: ARG001
    """Where the service that keeps them is not in this process."""
    return 0


def about(
    names: Collection[Key],
    interactions: Collection[tuple[str, str]],
    conversations: Collection[tuple[str, str]],
    labels: Iterable[str],
    regions: Iterable[str | None],
    policy: IdentityPolicy,
) -> About:
    """Tells messages that name one of these identifiers, however it is written, or one of the interactions or ids.

    So is one that names nobody in one of the conversations.

    A telephone number may be written as it is dialled in one of the `regions`, or in the message's own.
    """
    finder, ids = Finder(policy), frozenset(labels)
    namespaces = sorted({key.namespace for key in names})
    anywhere = frozenset({None, *regions})

    def told(message: bytes) -> bool:
        words, stated, silent, region, _ = said(message)
        if not (stated.isdisjoint(interactions) and silent.isdisjoint(conversations)):
            return True
        if any(word.text in ids for word in words):
            return True
        return any(key in names for key in finder.keys(words, namespaces, [*anywhere.union([region])]))

    return told

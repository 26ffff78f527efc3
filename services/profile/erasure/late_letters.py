"""Messages that are put aside after somebody was erased, and are about them: known by what the erasure left."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.tombstones import Engraver
from services.profile.erasure.erased import tombstones, with_key
from services.profile.erasure.said import Finder, Said, said
from services.profile.store import Store, Unit

ANY_OF_A_FAMILY = ":*"


class _Asked(NamedTuple):
    """What one message may be known by."""

    until: datetime
    interactions: frozenset[bytes]
    others: frozenset[bytes]
    labels: frozenset[str]


class LateLetters:
    """Compares messages with tombstones. Without an `engraver` nobody may have been erased yet."""

    def __init__(self, store: Store, policy: IdentityPolicy, engraver: Engraver | None) -> None:
        self._store = store
        self._policy = policy
        self._finder = Finder(policy)
        self._engraver = engraver

    async def of_the_erased(self, letters: Sequence[tuple[bytes, datetime]]) -> list[bool]:
        """Of each message, put aside at that time, whether it is about somebody erased. Waits for erasures under way.

        Raises Unavailable, also when it could not be told for want of the key.
        """
        return await self._store.run(lambda unit: self._compare(unit, letters))

    async def _compare(self, unit: Unit, letters: Sequence[tuple[bytes, datetime]]) -> list[bool]:
        if not await unit.any_erased():
            return [False] * len(letters)
        engraver = with_key(self._engraver)
        asked = await asyncio.to_thread(lambda: [self._asked(engraver, *one) for one in letters])
        marks = chain.from_iterable((*one.interactions, *one.others) for one in asked)
        engraved = await tombstones(unit, engraver, marks)
        buried = await unit.buried(set().union(*(one.labels for one in asked)))
        return [_known(one, engraved, buried) for one in asked]

    def _asked(self, engraver: Engraver, message: bytes, at: datetime) -> _Asked:
        told = said(message)
        keys = self._finder.keys(told.words, self._namespaces(told), list({None, told.region}))
        silent = [engraver.conversation(*one) for one in told.conversations]
        return _Asked(
            min(told.time or at, at),
            frozenset(engraver.interaction(*one) for one in told.interactions),
            frozenset((*map(engraver.identifier, keys), *silent)),
            frozenset(word.text for word in told.words if _is_id(word.text)),
        )

    def _namespaces(self, told: Said) -> list[str]:
        """Those that have a name, and those of a family that the message names itself."""
        named = {name for name in self._policy.namespaces if not name.endswith(ANY_OF_A_FAMILY)}
        stated = {word.text for word in told.words if ":" in word.text and self._policy.namespace(word.text)}
        return sorted(named | stated)


def _known(asked: _Asked, engraved: Mapping[bytes, datetime], buried: set[str]) -> bool:
    """As for interactions that come late: erased ones whenever, the others up to the moment of the erasure."""
    return (
        not asked.interactions.isdisjoint(engraved)
        or not asked.labels.isdisjoint(buried)
        or any(asked.until <= engraved[mark] for mark in asked.others if mark in engraved)
    )


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False

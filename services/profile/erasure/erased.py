"""What comes of the erased is kept out: interactions that were erased, and identifiers that were, up to that moment.

In a conversation in which nobody else was named that holds for whoever is not named.

A function of the interaction and of the tombstones, so that whatever is played again ends as it did before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.profile.domain.mention import without
from services.profile.domain.sighting import Key, Spotter
from services.profile.domain.tombstones import Engraver
from services.profile.store import ConversationKey, Unit
from services.profile.wire import Incoming, WireIdentifier, decode
from services.profile.work import Spotted
from services.runtime.errors import Unavailable

ERASED = "erased"

_read = msgspec.json.Decoder().decode
_write = msgspec.json.Encoder(order="deterministic").encode


class Watch:
    """Stands between what comes and the store. Without an `engraver` nothing may have been erased yet."""

    def __init__(self, spotter: Spotter, engraver: Engraver | None) -> None:
        self._spotter = spotter
        self._engraver = engraver

    async def sift(self, unit: Unit, batch: Sequence[Spotted]) -> Sequence[Spotted]:
        """What is left of a batch, without mentions of the erased; what is not gets its outcome.

        Raises Unavailable when tombstones were made with another key than ours.
        """
        if not batch or not await unit.any_erased():
            return batch
        engraver = with_key(self._engraver)
        engraved = await tombstones(unit, engraver, (mark for one in batch for mark in _marks(engraver, one)))
        return batch if len(engraved) == 1 else [one for one in batch if not self._falls(one, engraver, engraved)]

    def _falls(self, one: Spotted, engraver: Engraver, engraved: Mapping[bytes, datetime]) -> bool:
        """Whether it was erased, or hangs on who was; it loses what it mentions of others who were."""
        time = one.incoming.envelope.time
        gone = {key for key in one.sighting.keys if (at := engraved.get(engraver.identifier(key))) and time <= at}
        if engraver.interaction(*one.incoming.key) in engraved or (gone and one.sighting.keys[0] in gone):
            one.outcome = ERASED
            return True
        if (where := _conversation(one)) and (at := engraved.get(engraver.conversation(*where))) and time <= at:
            one.outcome = ERASED
            return True
        if gone:
            one.incoming = strike(one.incoming, gone, self._spotter)
            one.sighting = one.sighting.without(gone)
        return False


def with_key(engraver: Engraver | None) -> Engraver:
    """The maker of tombstones, now that there are some. Raises Unavailable where it is missing."""
    if engraver is None:
        raise Unavailable("people were erased, and KESHER_ERASURE_KEY is not set: nobody could tell who")
    return engraver


async def tombstones(unit: Unit, engraver: Engraver, marks: Iterable[bytes]) -> Mapping[bytes, datetime]:
    """Those of the marks that are tombstones, and the seal. Raises Unavailable when they were made with another key."""
    engraved = await unit.engraved([engraver.seal, *sorted(set(marks))])
    if engraver.seal not in engraved:
        raise Unavailable("KESHER_ERASURE_KEY is not the one that was in use when people were erased")
    return engraved


def _marks(engraver: Engraver, one: Spotted) -> list[bytes]:
    named = [engraver.interaction(*one.incoming.key), *map(engraver.identifier, one.sighting.keys)]
    return [*named, engraver.conversation(*where)] if (where := _conversation(one)) else named


def _conversation(one: Spotted) -> ConversationKey | None:
    """Where an interaction that names nobody belongs."""
    where = one.incoming.data.conversation
    return None if one.sighting.keys or where is None else (one.incoming.envelope.source, where)


def strike(incoming: Incoming, gone: set[Key], spotter: Spotter) -> Incoming:
    """The interaction without its mentions of these identifiers."""
    region = incoming.envelope.region
    namespaces = sorted({key.namespace for key in gone})

    def repeats(text: str) -> bool:
        return any(spotter.key(WireIdentifier(namespace, text), region) in gone for namespace in namespaces)

    def states(stated: Mapping[str, Any]) -> bool:
        return spotter.key(msgspec.convert(stated, WireIdentifier), region) in gone

    return decode(_write(without(_read(incoming.body), states, repeats)))

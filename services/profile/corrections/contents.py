"""Several contents under one interaction's id: the latest revision counts, and among equals the first on the log.

The others are kept beside it as variants, to be shown, never applied.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.profile.store import Changes, EventKey, Known
from services.profile.work import Spotted

DUPLICATE, STALE = "duplicate", "stale_revision"


def newest(batch: Sequence[Spotted]) -> dict[EventKey, Spotted]:
    """The content that counts of each interaction in a batch."""
    found = {one.incoming.key: one for one in batch}
    if len(found) == len(batch):
        return found
    found = {}
    for one in batch:
        other = found.setdefault(one.incoming.key, one)
        if other is not one and _known(other).replaced_by(one.incoming.data.revision):
            found[one.incoming.key] = one
    return found


def set_aside(
    batch: Iterable[Spotted], first: Mapping[EventKey, Spotted], known: Mapping[EventKey, Known], changes: Changes
) -> list[Spotted]:
    """Those contents of stored interactions that are newer than what is `known`.

    `first` is what counts in the batch. What counts for nothing gets its outcome, and is kept where it differs.
    """
    newer: list[Spotted] = []
    for one in batch:
        chosen, stored = first[one.incoming.key], known.get(one.incoming.key)
        replaces = stored is None or stored.replaced_by(chosen.incoming.data.revision)
        if one is not chosen or not replaces:
            _leave(one, _known(chosen, stored) if replaces or stored is None else stored, changes)
        elif stored is not None:
            newer.append(one)
    return newer


def _known(one: Spotted, stored: Known | None = None) -> Known:
    number = one.id if stored is None else stored.number
    return Known(number, one.incoming.data.revision, one.incoming.digest)


def _leave(one: Spotted, counts: Known, changes: Changes) -> None:
    one.outcome = STALE if _older(one.incoming.data.revision, counts.revision) else DUPLICATE
    if one.incoming.digest != counts.digest:
        changes.variants.append((counts.number, one.incoming.digest, one.incoming.body))


def _older(revision: datetime | None, than: datetime | None) -> bool:
    return revision is not None and than is not None and revision < than

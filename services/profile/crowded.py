"""What of a batch is about a crowd, as far as this process has heard: that goes last, and nobody else waits for it.

A crowd is a large raw component of several people (domain/crowd.py). It may have come or gone meanwhile: this only
tells which of two orders is the better one, and both end in the same.
"""

from collections.abc import Iterable, Sequence

from services.profile.domain.sighting import Key
from services.profile.work import Spotted


class Crowded:
    """Identifiers that stand in crowds."""

    def __init__(self) -> None:
        self._keys: frozenset[Key] = frozenset()

    def hear(self, keys: Iterable[Key]) -> None:
        """These are all that is known of now."""
        self._keys = frozenset(keys)

    def apart(self, batch: Sequence[Spotted]) -> list[Sequence[Spotted]]:
        """The batch in parts, whatever is about crowds last. What has one id keeps its order."""
        if not self._keys:
            return [batch]
        others: list[Spotted] = []
        crowded: dict[tuple[str, str], list[Spotted]] = {}
        for one in batch:
            key = one.incoming.key
            if key in crowded or not self._keys.isdisjoint(one.sighting.keys):
                crowded.setdefault(key, []).append(one)
            else:
                others.append(one)
        parts = others, [one for those in crowded.values() for one in those]
        return [part for part in parts if part] or [batch]

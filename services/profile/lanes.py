"""Parts of a batch that share no customer, so that they can be applied at once without waiting for one another.

What is remembered of customers here may be old or missing. Then parts do meet, and the database's locks make one wait
for the other: lanes are about speed and about nothing else.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.profile.domain.sighting import Key
from services.profile.work import Spotted

LANES = 2
MOST_LEFT_OVER = 4
"""A batch is not split when more than one in so many of its interactions would connect the parts."""
REMEMBERED = 400_000


class Split(NamedTuple):
    """Parts that can be applied at once, and interactions that connect them, to be applied later."""

    parts: Sequence[list[Spotted]]
    left_over: list[Spotted]


class Lanes:
    """Splits one worker's batches. Identifiers that were seen together count as one customer's."""

    def __init__(self) -> None:
        self._joined: dict[Key, Key] = {}
        self._shared: set[Key] = set()

    def learn_shared(self, keys: Iterable[Key]) -> None:
        """Takes note of identifiers that are nobody's own: who they are seen with is no one customer."""
        self._shared.update(keys)

    def split(self, batch: Sequence[Spotted]) -> Split:
        """Parts of about equal size."""
        if len(self._joined) + len(self._shared) > REMEMBERED:
            self._joined.clear()
            self._shared.clear()
        lane_of: dict[Key, int] = {}
        parts: list[list[Spotted]] = [[] for _ in range(LANES)]
        left_over: list[Spotted] = []
        for one in batch:
            customers = self._customers(one)
            lanes = {lane_of[customer] for customer in customers if customer in lane_of}
            if len(lanes) > 1:
                left_over.append(one)
                continue
            part = lanes.pop() if lanes else _shortest(parts)
            parts[part].append(one)
            for customer in customers:
                lane_of[customer] = part
            for customer in customers[1:]:
                if customer != customers[0]:
                    self._joined[customer] = customers[0]
        if len(left_over) * MOST_LEFT_OVER > len(batch):
            return Split([list(batch)], [])
        return Split([part for part in parts if part], left_over)

    def _customers(self, one: Spotted) -> list[Key]:
        joined, shared = self._joined, self._shared
        return [
            self._customer(key) if key in joined else key
            for key in one.sighting.keys[: one.sighting.verified]
            if key not in shared
        ]

    def _customer(self, key: Key) -> Key:
        """The end of the way from a joined key, which is short from now on for all who stand along it."""
        joined = self._joined
        way: list[Key] = []
        while key in joined:
            way.append(key)
            key = joined[key]
        for passed in way[:-1]:
            joined[passed] = key
        return key


def _shortest(parts: Sequence[list[Spotted]]) -> int:
    sizes = list(map(len, parts))
    return sizes.index(min(sizes))

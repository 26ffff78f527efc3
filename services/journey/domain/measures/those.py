"""Which journeys a count is of. What is counted and what a count opens to are told by the same rule."""

from collections.abc import Set as AbstractSet
from typing import NamedTuple


class Those(NamedTuple):
    """Journeys that visited any of some stages and none of others; of one stage or status, if it is named."""

    any_of: frozenset[str]
    none_of: frozenset[str] = frozenset()
    stage: str | None = None
    status: str | None = None

    def hold(self, visited: AbstractSet[str], stage: str, status: str) -> bool:
        """Whether a journey that visited these stages, and is or ended in this one, is one of them."""
        return (
            not self.any_of.isdisjoint(visited)
            and self.none_of.isdisjoint(visited)
            and self.stage in {None, stage}
            and self.status in {None, status}
        )

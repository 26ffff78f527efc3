"""Disjoint sets: union by size, with path halving and the members of each set at hand."""

from collections.abc import Iterable, Sequence


class UnionFind:
    """Sets of integers that can only grow together."""

    def __init__(self, items: Iterable[int]) -> None:
        self._parent = {item: item for item in items}
        self._members = {item: [item] for item in self._parent}

    def root(self, item: int) -> int:
        """The one that stands for the item's set."""
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, one: int, other: int) -> tuple[int, int]:
        """Makes one set of two: the root kept and the root gone; alike if they were one already."""
        kept, gone = self.root(one), self.root(other)
        if kept == gone:
            return kept, gone
        if len(self._members[kept]) < len(self._members[gone]):
            kept, gone = gone, kept
        self._parent[gone] = kept
        self._members[kept] += self._members.pop(gone)
        return kept, gone

    def members(self, item: int) -> Sequence[int]:
        """The members of the item's set."""
        return self._members[self.root(item)]

    def groups(self) -> list[frozenset[int]]:
        """All sets."""
        return [frozenset(members) for members in self._members.values()]

"""The tree that made a person one: of all bonds between identifiers, those that rule 4 joined by."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.domain.union import UnionFind


class Bond(NamedTuple):
    """What holds two identifiers of one person together: a link, or a steward's confirmation (then `since` is None)."""

    a: Key
    b: Key
    since: datetime | None


def tree(bonds: Sequence[Bond], policy: IdentityPolicy) -> list[int]:
    """The places of the bonds that joined, in the order in which rule 4 takes them; the others agreed with them."""
    numbers = {key: number for number, key in enumerate(sorted({end for bond in bonds for end in bond[:2]}))}
    union = UnionFind(numbers.values())
    joined = []
    for place in sorted(range(len(bonds)), key=lambda place: _rank(bonds[place], policy)):
        kept, gone = union.join(numbers[bonds[place].a], numbers[bonds[place].b])
        if kept != gone:
            joined.append(place)
    return joined


def path(bonds: Sequence[Bond], joined: Iterable[int], start: Key, end: Key) -> list[int]:
    """The places of the tree's bonds that lead from one identifier to another; none if nothing does."""
    edges = list(joined)
    reached: dict[Key, list[int]] = {start: []}
    frontier = [start]
    while frontier and end not in reached:
        here = frontier.pop()
        for place in edges:
            ends = bonds[place][:2]
            if here in ends:
                there = ends[1] if ends[0] == here else ends[0]
                if there not in reached:
                    reached[there] = [*reached[here], place]
                    frontier.append(there)
    return reached.get(end, [])


def _rank(bond: Bond, policy: IdentityPolicy) -> tuple[object, ...]:
    a, b = sorted(bond[:2])
    strengths = sorted((policy.strength(a.namespace), policy.strength(b.namespace)), reverse=True)
    return (bond.since is not None, *strengths, bond.since or 0, a, b)

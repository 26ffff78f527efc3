"""Crowds: large raw components of several people, of whom only those are read whom new evidence is about.

Rule 4 takes links in one order, and whether a link joins depends on nothing but the two clusters at its ends. So let
these people, everybody around them with whom they have a link, and nobody else be resolved by that rule. If everybody
around ends as they were, no link of theirs joined anything: at each moment they were what they had been without these
people, and so was whatever lies beyond them. Then the whole crowd would have been resolved to the same.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from services.profile.domain.resolve import Decisions, Resolution


class Part(NamedTuple):
    """What was read of crowds: the crowd that each identifier stands in, and the people around, each whole.

    Everybody else in it is there with all verified links, and whoever is at their other ends is there too, or shared.
    """

    crowd_of: Mapping[int, int]
    around: Iterable[frozenset[int]]


def stands_for_all(part: Part, nodes: AbstractSet[int], resolution: Resolution, decisions: Decisions) -> bool:
    """Whether resolving `nodes`, of which this part is, says of it what resolving the whole crowds would.

    In doubt it does not: where somebody in it is shared from now on, a decision reaches out of what was read, or crowds
    come together.
    """
    return (
        resolution.shared.isdisjoint(part.crowd_of)
        and set(part.around).issubset(resolution.clusters)
        and all(p in nodes for p in _met_by(decisions, part.crowd_of))
        and all(len(crowds_in(members, part.crowd_of)) <= 1 for members in resolution.components)
    )


def crowds_in(members: Iterable[int], crowd_of: Mapping[int, int]) -> set[int]:
    """The crowds in which these stand."""
    return {crowd_of[member] for member in members if member in crowd_of}


def _met_by(decisions: Decisions, those: Mapping[int, int]) -> Iterable[int]:
    """Both ends of every decision about one of those."""
    return {end for p in decisions.confirmed | decisions.separated if not those.keys().isdisjoint(p) for end in p}

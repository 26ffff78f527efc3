"""Rule 7: profile ids are labels. Each label is founded on one identifier, and answers for ever with where that one is.

So an old id needs no redirect: it names its founder, and the founder's profile is the live one, in one step. A
cluster keeps the label that most of its identifiers carry already, so a merge moves the smaller side.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key


class Label(NamedTuple):
    """A profile id and the identifier that it was founded on."""

    profile: str
    founder: int


class Labelled(Protocol):
    """What carries a label."""

    @property
    def profile(self) -> str:
        """The profile id."""

    @property
    def founder(self) -> int:
        """The identifier that it was founded on."""


def choose_label(
    cluster: frozenset[int], carried: Mapping[int, Labelled], retired: Iterable[Label] = ()
) -> Label | None:
    """The label of a cluster, among those founded in it; None if there is none and a new one must be made.

    `carried` is what identifiers carry now. `retired` are older labels: after a split they come back to life.
    """
    found = [carried[member] for member in cluster if member in carried]
    if not found:
        return None  # a cluster of new identifiers: the usual case, and no label is founded there
    if found[0].founder in cluster and len({one.profile for one in found}) == 1:
        return Label(found[0].profile, found[0].founder)
    votes = Counter([Label(one.profile, one.founder) for one in found])
    live = [label for label in votes if label.founder in cluster]
    if live:
        return min(live, key=lambda label: (-votes[label], label.profile))
    return min((label for label in retired if label.founder in cluster), default=None)


def choose_founder(cluster: frozenset[int], keys: Mapping[int, Key], policy: IdentityPolicy) -> int:
    """The identifier that a new label is founded on: the strongest one."""
    if len(cluster) == 1:
        return next(iter(cluster))
    return min(cluster, key=lambda member: (policy.strength(keys[member].namespace), keys[member]))


def choose_component(members: frozenset[int], current: Mapping[int, int]) -> int:
    """The member that stands for a raw component: the one that stands for most of it already, else the first."""
    found = [current[member] for member in members if member in current]
    standing = members.intersection(found)
    if len(standing) <= 1:
        return min(standing or members)
    votes = Counter([chosen for chosen in found if chosen in standing])
    return min(votes, key=lambda representative: (-votes[representative], representative))

"""Large raw components that are one person beyond doubt: what joins them is resolved without reading them whole.

Every constraint of rule 4 is closed under subsets. So where all that would come together keeps every one of them, all
of it is one person, whatever the order of the links: counts and claims say enough. What is not that plain is read
whole and resolved like anything else.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from services.profile.domain.claims import NO_CLAIMS, Claim
from services.profile.domain.resolve import Knowledge, Pair, all_agree
from services.profile.domain.union import UnionFind

MOST_CLAIMS = 50
"""A component with more sets of claims is read whole: comparing all with all would cost more."""


class Large(NamedTuple):
    """A raw component that is one person: how many of each namespace its identifiers are, and what they claim.

    None of them is shared or has a verified link to one that is, and no decision speaks of any. Each set of claims is
    there once; one that an identifier added to later stands beside what it claimed before.
    """

    namespaces: Mapping[str, int]
    claims: frozenset[frozenset[Claim]]

    @property
    def size(self) -> int:
        """How many identifiers it has."""
        return sum(self.namespaces.values())


class Growth(NamedTuple):
    """A large component, by the identifier that stands for it, with all that joins it.

    `members` are those that were read: what joins, and of the component itself what the batch names.
    """

    component: int
    members: frozenset[int]
    grown: Large


class Around(NamedTuple):
    """What new evidence touches: where identifiers stand, which components are large, and what is new.

    `standing` has the component of everything that was read, `bonds` are the verified links that are new or changed,
    `apart` are identifiers that keep their component from being plain: shared ones and ends of decisions, and
    `claimed` those that claim something new.
    """

    standing: Mapping[int, int]
    large: Mapping[int, Large]
    new: AbstractSet[int]
    bonds: Collection[Pair]
    apart: AbstractSet[int]
    claimed: AbstractSet[int]


def growths(around: Around, known: Knowledge) -> list[Growth]:
    """What each large component becomes that needs not be read whole.

    Of several that come together the largest stays; the others do not, since their members move.
    """
    return [growth for group in _groups(around) if (growth := _growth(group, around, known))]


def summary(members: Iterable[int], known: Knowledge) -> Large | None:
    """What is to be known of a plain component; None of one whose members claim too many things."""
    members = list(members)
    claims = frozenset(frozenset(those) for member in members if (those := known.claims.get(member)))
    if len(claims) > MOST_CLAIMS:
        return None
    return Large(Counter(known.keys[member].namespace for member in members), claims)


def _groups(around: Around) -> Iterator[frozenset[int]]:
    """What was read and comes together with a large component; what is bound to something apart is left out."""
    nodes = around.standing.keys() | around.new | {end for p in around.bonds for end in p}
    union = UnionFind(nodes)
    first: dict[int, int] = {}
    for node, component in around.standing.items():
        union.join(first.setdefault(component, node), node)
    for a, b in around.bonds:
        union.join(a, b)
    roots = {union.root(first[component]) for component in around.large if component in first}
    for root in roots:
        group = frozenset(union.members(root))
        if group.isdisjoint(around.apart):
            yield group


def _growth(group: frozenset[int], around: Around, known: Knowledge) -> Growth | None:
    of_group = {around.standing[node] for node in group if node in around.standing}
    large = {component: around.large[component] for component in of_group if component in around.large}
    joining = {node for node in group if around.standing.get(node) not in large}
    claims = [known.claims.get(node, NO_CLAIMS) for node in joining | (group & around.claimed)]
    claims += [those for one in large.values() for those in one.claims]
    every = frozenset(frozenset(those) for those in claims if those)
    namespaces = Counter(known.keys[node].namespace for node in joining)
    for one in large.values():
        namespaces.update(one.namespaces)
    if len(every) > MOST_CLAIMS or not all_agree(namespaces, claims, known.policy):
        return None
    kept = max(large, key=lambda component: (large[component].size, -component))
    return Growth(kept, group, Large(namespaces, every))

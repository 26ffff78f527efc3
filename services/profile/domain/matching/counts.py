"""Counts that are kept elsewhere: which of them weigh vectors, and frequencies made of no more than those."""

from collections import Counter
from collections.abc import Iterable, Mapping

from services.profile.domain.matching.frequencies import Frequencies, joint_field, joint_value, values_of
from services.profile.domain.matching.model import WIDER
from services.profile.domain.matching.person import Person
from services.profile.domain.matching.vector import EMAIL, PHONE, Level, Vector

Counted = tuple[str, str]
"""A field, or two together, and its value; with `TOTAL` how often the field is known at all."""

TOTAL = ""
LEAST_KNOWN = 500
_OWN = frozenset({EMAIL, PHONE})
"""Hardly two people have the same: the totals will do, and spare a row for each."""


def counts_of(person: Person) -> Counter[Counted]:
    """What one person adds to the counts."""
    counts: Counter[Counted] = Counter()
    for field, value in values_of(person):
        counts[field, TOTAL] += 1
        if field not in _OWN:
            counts[field, value] += 1
    return counts


def needed(vectors: Iterable[Vector]) -> set[Counted]:
    """The counts that the weights of these vectors depend on."""
    wanted: set[Counted] = set()
    for vector in vectors:
        exact = {evidence.field: evidence.value for evidence in vector if evidence.level is Level.EXACT}
        for field, value in exact.items():
            wanted |= {(field, TOTAL), (field, value)}
            for other in WIDER.get(field, ()):
                if other in exact:
                    wanted.add((joint_field(other, field), joint_value(exact[other], value)))
    return wanted


def frequencies(counts: Mapping[Counted, int]) -> Frequencies:
    """Frequencies that answer as if they had all counts, where only these are asked for.

    A field that few are known by is counted as if `LEAST_KNOWN` were, the others with values of their own: among
    three people a name is no common one because two of them have it.
    """
    made = Frequencies()
    rest: Counter[str] = Counter()
    for (field, value), times in counts.items():
        if value == TOTAL:
            rest[field] += max(times, LEAST_KNOWN)
        else:
            made.change(field, value, times)
            rest[field] -= times
    for field, times in rest.items():
        made.change(field, TOTAL, times)
    return made

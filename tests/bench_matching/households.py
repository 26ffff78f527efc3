"""Households of pseudopeople's census that share a telephone, each member with e-mail addresses of their own.

Each member is seen twice, with slips of their own each time. What is asked: that different people are kept apart and
one person's two records together.
"""

import contextlib
import io
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from services.profile.domain.matching import Level, person
from services.profile.domain.matching.likeness import compare_birth_date
from services.profile.domain.names import Agreement, compare_given, given_names_conflict
from tests.bench_matching.datasets import iso_date, rows

SEEDS = (20_261, 20_262)
MOST_MEMBERS = 12  # more than that share an institution, not a telephone

_SAY_LITTLE = frozenset({Agreement.UNKNOWN, Agreement.INITIAL})
_SLIPS = frozenset({Level.EXACT, Level.TYPO, Level.SWAPPED})


class Statement(NamedTuple):
    """What one record states. `who` is the truth."""

    who: str
    email: str
    phone: str
    given: str
    family: str
    birth_date: str


Resolver = Callable[[Sequence[Statement]], Sequence[frozenset[int]]]
"""The partition of one household's statements, by their positions, into people."""


class Kept(NamedTuple):
    """Shares of 0 to 1, and of how many pairs."""

    apart: float
    together: float
    different_pairs: int
    same_pairs: int


def households(emails_per_member: int = 1) -> list[list[Statement]]:
    """All households of two or more; with two e-mail addresses each, only the telephone joins a member's records."""
    members: defaultdict[str, list[Statement]] = defaultdict(list)
    for round_number, seed in enumerate(SEEDS):
        for household, statement in _census(seed, round_number % emails_per_member):
            members[household].append(statement)
    return [found for found in members.values() if 2 <= len({one.who for one in found}) <= MOST_MEMBERS]


def kept(homes: Sequence[Sequence[Statement]], resolve: Resolver) -> Kept:
    """How well a resolver keeps people apart and records together."""
    apart = together = different = same = 0
    for home in homes:
        group = {position: number for number, positions in enumerate(resolve(home)) for position in positions}
        for one, other in combinations(range(len(home)), 2):
            joined = group[one] == group[other]
            if home[one].who == home[other].who:
                same, together = same + 1, together + joined
            else:
                different, apart = different + 1, apart + (not joined)
    return Kept(apart / different, together / same, different, same)


def kept_by_pairs(homes: Sequence[Sequence[Statement]], conflict: Callable[[Statement, Statement], bool]) -> Kept:
    """The same for a rule on two statements alone."""
    apart = together = different = same = 0
    for home in homes:
        for one, other in combinations(home, 2):
            if one.who == other.who:
                same, together = same + 1, together + (not conflict(one, other))
            else:
                different, apart = different + 1, apart + conflict(one, other)
    return Kept(apart / different, together / same, different, same)


def by_names(one: Statement, other: Statement) -> bool:
    """Given names that nothing explains."""
    return given_names_conflict(one.given, other.given)


def by_names_or_dates(one: Statement, other: Statement) -> bool:
    """Or birth dates that are not alike to the digit."""
    return by_names(one, other) or bool(one.birth_date and other.birth_date and one.birth_date != other.birth_date)


def by_names_or_far_dates(one: Statement, other: Statement) -> bool:
    """Or birth dates further apart than a slip or day for month."""
    return by_names(one, other) or _far(one, other)


def by_names_else_dates(one: Statement, other: Statement) -> bool:
    """Or birth dates that far apart where the names agree on no more than a letter, or one is missing."""
    names = compare_given(one.given, other.given)
    return names is Agreement.DIFFERENT or (names in _SAY_LITTLE and _far(one, other))


RULES: Mapping[str, Callable[[Statement, Statement], bool]] = {
    "names": by_names,
    "names or dates": by_names_or_dates,
    "names or far dates": by_names_or_far_dates,
    "names, else far dates": by_names_else_dates,
}


def _far(one: Statement, other: Statement) -> bool:
    if not one.birth_date or not other.birth_date:
        return False
    return compare_birth_date(one.birth_date, other.birth_date) not in _SLIPS


def _census(seed: int, address: int) -> Iterator[tuple[str, Statement]]:
    import pseudopeople

    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        frame = pseudopeople.generate_decennial_census(seed=seed, year=2020)
    for _, row in rows(frame):
        one = person(given=row["first_name"], family=row["last_name"], birth_date=iso_date(row["date_of_birth"]))
        who, household = row["simulant_id"], row["household_id"]
        yield (
            household,
            Statement(
                who=who,
                email=f"{who}.{address}@mail.example",
                phone=f"+1206{int(household.rpartition('_')[2]) % 10_000_000:07}",
                given=one.given,
                family=one.family,
                birth_date=one.birth_date,
            ),
        )

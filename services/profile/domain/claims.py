"""Person claims: the given names and birth dates that interactions state about their strongest identifier (rule 4).

Claims of one person may differ in spelling, script and nickname. What none of these explains keeps two people apart who
share a telephone, also where neither ever gives a customer number.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import combinations, product
from typing import Literal, NamedTuple

from services.profile.domain.names import given_names_conflict, split_name

GIVEN, BORN = "given", "born"
NAMES_DIFFER, BIRTH_DATES_DIFFER = "names_differ", "birth_dates_differ"

_GIVEN_TRAITS = ("first_name", "given_name", "firstName")
_FULL_TRAITS = ("name", "full_name", "display_name")
_BORN_TRAITS = ("birth_date", "birthdate", "date_of_birth", "birthday")
CLAIM_TRAITS = frozenset((*_GIVEN_TRAITS, *_FULL_TRAITS, *_BORN_TRAITS))
"""Traits that make claims."""

_LONGEST = 100
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:$|T)")
_NOBODY_BORN = "1900-01-01"
"""What systems store for a date that they do not know."""

Conflict = Literal["names_differ", "birth_dates_differ"]


class Claim(NamedTuple):
    """`given` with a name, or `born` with an ISO date."""

    kind: str
    value: str


NO_CLAIMS: frozenset[Claim] = frozenset()
MOST_TOLD = 16
"""More names and birth dates than these, stated where one identifier logs in on one device, are several people's."""


def claims_of(traits: Mapping[str, object]) -> frozenset[Claim]:
    """What traits claim; a given name that stands alone outweighs a full name to be taken apart."""
    given = _texts(traits, _GIVEN_TRAITS) or [split_name(full).given for full in _texts(traits, _FULL_TRAITS)]
    born = [day for text in _texts(traits, _BORN_TRAITS) if (day := _day(text))]
    names = (Claim(GIVEN, name.strip().casefold()[:_LONGEST]) for name in given if name.strip())
    return frozenset((*names, *(Claim(BORN, day) for day in born)))


def too_many(claims: AbstractSet[Claim]) -> bool:
    """Whether these are more than one person may have stated where one identifier logged in on one device."""
    return len(claims) > MOST_TOLD


def least(claims: AbstractSet[Claim]) -> frozenset[Claim]:
    """As many of these as tell that they are too many: the first ones in the order of kind and value.

    Of a union it gives what it gives of the union of what it gives, so it does not matter what came first.
    """
    return frozenset(sorted(claims)[: MOST_TOLD + 1]) if too_many(claims) else frozenset(claims)


def conflict(one: AbstractSet[Claim], other: AbstractSet[Claim]) -> Conflict | None:
    """Why claims about one identifier and claims about another cannot be about one person; None if they can.

    A matter of pairs, so what holds of two sets holds of all their parts: resolution rests on that.
    """
    if not one or not other:
        return None
    if any(a.kind == b.kind == BORN and a.value != b.value for a, b in product(one, other)):
        return "birth_dates_differ"
    if any(a.kind == b.kind == GIVEN and _names_conflict(a.value, b.value) for a, b in product(one, other)):
        return "names_differ"
    return None


def agree(claims: Iterable[AbstractSet[Claim]]) -> bool:
    """Whether no two of these identifiers' claims are in conflict."""
    made = [frozenset(each) for each in claims if each]
    if len(made) <= 1:
        return True
    stated = Counter(made)
    if len(stated) == 1 and len(made[0]) == 1:
        return True
    twice = (one for one, times in stated.items() if times > 1)
    return not any(conflict(one, other) for one, other in combinations(stated, 2)) and not any(
        conflict(one, one) for one in twice
    )


def _names_conflict(one: str, other: str) -> bool:
    return one != other and given_names_conflict(one, other)


def _texts(traits: Mapping[str, object], names: Iterable[str]) -> list[str]:
    stated = (traits.get(name) for name in names)
    return [text.replace("\0", "") for text in stated if isinstance(text, str)]


def _day(text: str) -> str | None:
    found = _DATE.match(text.strip())
    if found is None:
        return None
    try:
        day = date(*map(int, found.groups())).isoformat()
    except ValueError:
        return None
    return None if day == _NOBODY_BORN else day

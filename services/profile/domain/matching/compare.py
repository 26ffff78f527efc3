"""Two people compared, field by field."""

from collections.abc import Callable
from functools import lru_cache

from services.profile.domain.matching.likeness import (
    alike,
    compare_birth_date,
    compare_code,
    compare_emails,
    compare_phones,
    compare_text,
    typo,
)
from services.profile.domain.matching.person import CACHE, Person
from services.profile.domain.matching.vector import (
    BIRTH_DATE,
    CITY,
    EMAIL,
    FAMILY,
    GIVEN,
    HOUSE,
    ID_PREFIX,
    MIDDLE,
    PHONE,
    POSTCODE,
    REGION,
    STREET,
    UNIT,
    Evidence,
    Level,
    Vector,
)
from services.profile.domain.names import Agreement, compare_family, compare_given

_FAR = frozenset({Level.DIFFERENT, Level.ALIKE, Level.INITIAL})

_Likeness = Callable[[str, str], Level | None]
_AS_LEVEL: dict[Agreement, Level | None] = {
    Agreement.EXACT: Level.EXACT,
    Agreement.SPELLING: Level.SPELLING,
    Agreement.NICKNAME: Level.NICKNAME,
    Agreement.TYPO: Level.TYPO,
    Agreement.INITIAL: Level.INITIAL,
    Agreement.UNKNOWN: None,
}


def compare(a: Person, b: Person) -> Vector:
    """The evidence of every field that both know. Symmetric: neither comes first."""
    found = [*_names(a.given, a.family, a.middle, b.given, b.family, b.middle)]
    _field(BIRTH_DATE, a.birth_date, b.birth_date, compare_birth_date, found)
    if a.street or a.unit or a.house or a.city or a.postcode or a.region:
        _address(a, b, found)
    if a.emails and b.emails:
        found.append(Evidence(EMAIL, *compare_emails(a.emails, b.emails)))
    if a.phones and b.phones:
        found.append(Evidence(PHONE, *compare_phones(a.phones, b.phones)))
    if a.exact and b.exact:
        others = dict(b.exact)
        for name, value in a.exact:
            if name in others:
                _field(ID_PREFIX + name, value, others[name], compare_code, found)
    return tuple(found)


def _field(field: str, a: str, b: str, how: _Likeness, found: list[Evidence]) -> None:
    if not a or not b:
        return
    if a == b:
        found.append(Evidence(field, Level.EXACT, a))
    elif level := how(a, b):
        found.append(Evidence(field, level, min(a, b) if level is Level.EXACT else ""))


@lru_cache(maxsize=CACHE)
def _names(given: str, family: str, middle: str, *theirs: str) -> tuple[Evidence, ...]:
    """Kept: those who are compared share names, and so do many others who are."""
    found: list[Evidence] = []
    other_given, other_family, other_middle = theirs
    _field(GIVEN, given, other_given, _given, found)
    _field(FAMILY, family, other_family, _family, found)
    if _crossed(found, (given, family), (other_given, other_family)):
        found = [Evidence(GIVEN, Level.SWAPPED)]
    _field(MIDDLE, middle, other_middle, _given, found)
    return tuple(found)


def _given(a: str, b: str) -> Level | None:
    return _level(compare_given(a, b), a, b)


def _family(a: str, b: str) -> Level | None:
    return _level(compare_family(a, b), a, b)


def _level(agreement: Agreement, a: str, b: str) -> Level | None:
    """Two names that are known to be different may be a slip all the same, though it is less likely."""
    if agreement is Agreement.DIFFERENT:
        return Level.ALIKE if typo(a, b) or alike(a, b) else Level.DIFFERENT
    return _AS_LEVEL[agreement]


def _address(a: Person, b: Person, found: list[Evidence]) -> None:
    start = len(found)
    _field(STREET, a.street, b.street, compare_text, found)
    _field(UNIT, a.unit, b.unit, compare_text, found)
    if _crossed(found[start:], (a.street, a.unit), (b.street, b.unit)):
        found[start:] = [Evidence(STREET, Level.SWAPPED)]
    _field(HOUSE, a.house, b.house, compare_code, found)
    _field(CITY, a.city, b.city, compare_text, found)
    _field(POSTCODE, a.postcode, b.postcode, compare_code, found)
    _field(REGION, a.region, b.region, compare_code, found)


def _crossed(straight: list[Evidence], a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Whether two fields were written into one another's place, such as given and family name."""
    if any(evidence.level not in _FAR for evidence in straight):
        return False
    across = [(one, other) for one, other in ((a[0], b[1]), (a[1], b[0])) if one and other]
    return bool(across) and all(one == other or typo(one, other) for one, other in across)

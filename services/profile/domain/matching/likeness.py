"""How nearly two values of one kind agree. Each function takes two known values in normal form."""

from rapidfuzz.distance import OSA, JaroWinkler

from services.profile.domain.matching.vector import Level

_SHORTEST_WITH_TYPO = 3
_SHORTEST_WITH_TWO = 8
_SHORTEST_PART = 4
_ALIKE = 0.84
_NATIONAL_DIGITS = 7
_DATE = 10


def typo(a: str, b: str) -> bool:
    """One slip apart (a letter more, less, other, or two in turn); two slips in a long word."""
    shorter = min(len(a), len(b))
    if shorter < _SHORTEST_WITH_TYPO:
        return False
    most = 2 if shorter >= _SHORTEST_WITH_TWO else 1
    return OSA.distance(a, b, score_cutoff=most) <= most


def alike(a: str, b: str) -> bool:
    """More than a slip apart, but hardly by chance."""
    return JaroWinkler.similarity(a, b, score_cutoff=_ALIKE) > 0


def compare_text(a: str, b: str) -> Level:
    """Words, such as a street or a town."""
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
        return Level.EXACT
    if typo(a, b):
        return Level.TYPO
    if part_of(a, b):
        return Level.PART
    return Level.ALIKE if alike(a, b) else Level.DIFFERENT


def part_of(a: str, b: str) -> bool:
    """Whether one holds the other's words and more."""
    if min(len(a), len(b)) < _SHORTEST_PART:
        return False
    words, others = set(a.split()), set(b.split())
    return words <= others or others <= words


def compare_code(a: str, b: str) -> Level:
    """A number or code, such as a house number, a postal code or an identity number."""
    if a == b:
        return Level.EXACT
    return Level.TYPO if typo(a, b) else Level.DIFFERENT


def compare_birth_date(a: str, b: str) -> Level:
    """ISO dates: `TYPO` one digit off or two in turn, `SWAPPED` day for month, `PART` one of year, month, day off."""
    if a == b:
        return Level.EXACT
    if len(a) != _DATE or len(b) != _DATE:
        return Level.TYPO if typo(a, b) else Level.DIFFERENT
    if a[:4] == b[:4] and a[5:7] == b[8:] and a[8:] == b[5:7]:
        return Level.SWAPPED
    if OSA.distance(a, b, score_cutoff=1) <= 1:
        return Level.TYPO
    agreeing = (a[:4] == b[:4]) + (a[5:7] == b[5:7]) + (a[8:] == b[8:])
    return Level.PART if agreeing >= 2 else Level.DIFFERENT  # noqa: PLR2004


def compare_emails(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[Level, str]:
    """The best of all pairs: `TYPO` a slip anywhere, `PART` the same name at another provider."""
    shared = set(a).intersection(b)
    if shared:
        return Level.EXACT, min(shared)
    best = Level.DIFFERENT
    for one in a:
        for other in b:
            if typo(one, other):
                return Level.TYPO, ""
            if one.partition("@")[0] == other.partition("@")[0]:
                best = Level.PART
    return best, ""


def compare_phones(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[Level, str]:
    """The best of all pairs, as digits: `TYPO` a slip, `PART` the same but for the area or country."""
    shared = set(a).intersection(b)
    if shared:
        return Level.EXACT, min(shared)
    best = Level.DIFFERENT
    for one in a:
        for other in b:
            if one[-_NATIONAL_DIGITS:] == other[-_NATIONAL_DIGITS:]:
                return Level.PART, ""
            if OSA.distance(one, other, score_cutoff=1) <= 1:
                best = Level.TYPO
    return best, ""

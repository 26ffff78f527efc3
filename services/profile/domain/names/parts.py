"""The parts of a display name."""

from functools import lru_cache
from typing import NamedTuple

from services.profile.domain.names.lexicon import family_known, given_meaning
from services.profile.domain.names.normal import words

# They belong to the family name that follows: Ben David, Abu Hatzira, Van der Berg.
_PREFIXES = frozenset(
    [
        "ben",
        "bar",
        "bat",
        "bint",
        "bin",
        "ibn",
        "abu",
        "abou",
        "al",
        "el",
        "a",
        "de",
        "da",
        "di",
        "du",
        "dos",
        "della",
        "der",
        "den",
        "van",
        "von",
        "la",
        "le",
        "ha",
        "st",
        "saint",
        "בנ",
        "בר",
        "בת",
        "אבו",
        "אל",
        "אבנ",
        "ה",
        "דה",
        "די",
        "ואנ",
        "פונ",
    ]
)
# Of these, the ones that people leave out.
_PARTICLES = frozenset(
    [
        "al",
        "el",
        "de",
        "da",
        "di",
        "du",
        "dos",
        "della",
        "der",
        "den",
        "van",
        "von",
        "la",
        "le",
        "ha",
        "אל",
        "ה",
        "דה",
        "די",
        "ואנ",
        "פונ",
    ]
)

# The first half of a given name, and none by itself.
_OPENING = frozenset({"bat", "בת", "abd", "abed", "עבד", "abdul", "abdel"})


class Name(NamedTuple):
    """Both in normal form, without titles; empty where unknown."""

    given: str
    family: str


@lru_cache(maxsize=65_536)
def split_name(full: str) -> Name:
    """A display name as given and family name: `Moshe Cohen`, `Cohen, Moshe`, `כהן משה`.

    Without a comma the family name is taken to come last, with its prefixes, unless only the other order makes names
    that are known. A single word is a given name.
    """
    family, comma, given = full.partition(",")
    if comma and words(given) and words(family):
        return Name(" ".join(words(given)), " ".join(words(family)))
    found = words(full)
    if len(found) <= 1:
        return Name(" ".join(found), "")
    start = _family_start(found)
    if _family_first(found):
        return Name(" ".join(found[1:]), found[0])
    return Name(" ".join(found[:start]), " ".join(found[start:]))


@lru_cache(maxsize=65_536)
def given_words(text: str) -> tuple[str, ...]:
    """The words of a given name in normal form, one that only opens a name (Bat Sheva) run together with the next."""
    found = words(text)
    if len(found) > 1 and found[0] in _OPENING:
        return (found[0] + found[1], *found[2:])
    return found


@lru_cache(maxsize=65_536)
def family_core(found: tuple[str, ...]) -> str:
    """A family name's words run together, without the particles that people leave out."""
    kept = [word for word in found[:-1] if word not in _PARTICLES]
    return "".join((*kept, found[-1]))


@lru_cache(maxsize=65_536)
def patronymic(found: tuple[str, ...]) -> str:
    """What follows ben in a family name, whether or not they are run together; empty where it does not begin so."""
    joined = "".join(found)
    for opening in ("ben", "בנ"):
        rest = joined.removeprefix(opening)
        if rest != joined and len(rest) >= len("ben"):
            return rest
    return ""


def _family_start(found: tuple[str, ...]) -> int:
    start = len(found) - 1
    while start > 1 and found[start - 1] in _PREFIXES:
        start -= 1
    return start


def _family_first(found: tuple[str, ...]) -> bool:
    first, last = found[0], found[-1]
    return bool(family_known(first)) and not given_meaning(first).known and given_meaning(last).known

"""Keys under which names that may be one person's meet, whatever their script."""

import re
from functools import lru_cache

from services.profile.domain.names.lexicon import given_meaning
from services.profile.domain.names.normal import words
from services.profile.domain.names.parts import Name, family_core
from services.profile.domain.names.voice import initials, readings, script

_DOUBLED = re.compile(r"(.)\1+")
_COARSE = str.maketrans({"x": "k", "h": "k", "S": "s", "c": "s", "z": "s", "C": "s", "J": "g"})


@lru_cache(maxsize=65_536)
def block_keys(name: Name) -> frozenset[str]:
    """The keys of a name: the consonants of its family name, each with a first sound that its given name may have.

    Two names with no key in common need not be compared. A name without a family name, or a family name without a given
    one, has keys of its own kind. Junk has none.
    """
    family = _consonants(family_core(words(name.family))) if words(name.family) else frozenset()
    given = words(name.given)
    if not family:
        return frozenset(f"g:{sound}" for sound in _consonants(given[0])) if given else frozenset()
    firsts = _first_sounds(given[0]) if given else frozenset("?")
    return frozenset(f"f:{sound}/{first}" for sound in family for first in firsts)


def _first_sounds(given: str) -> frozenset[str]:
    """Also those of the names that `given` is a nickname of: Bob meets Robert."""
    meaning = given_meaning(given)
    kin = [given, *sorted(meaning.names), *sorted(meaning.short_for)]
    return frozenset(sound.translate(_COARSE) for word in kin for sound in initials(word))


def _consonants(word: str) -> frozenset[str]:
    if not script(word):
        return frozenset({word})
    return frozenset(_DOUBLED.sub(r"\1", consonants.translate(_COARSE)) for consonants in readings(word))

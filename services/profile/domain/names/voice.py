"""What one word of a name may sound like, in whichever script it is written."""

import re
from functools import lru_cache

from services.profile.domain.names.hearing import across, within_hebrew, within_latin
from services.profile.domain.names.hebrew import hebrew_readings
from services.profile.domain.names.latin import latin_readings
from services.profile.domain.names.sounds import Reading

_HEBREW = re.compile(r"[א-ת]+")
_LATIN = re.compile(r"[a-z]+")


@lru_cache(maxsize=65_536)
def script(word: str) -> str:
    """`hebrew`, `latin`, or the empty string for any other script or a mixture."""
    if _LATIN.fullmatch(word):
        return "latin"
    return "hebrew" if _HEBREW.fullmatch(word) else ""


@lru_cache(maxsize=65_536)
def readings(word: str) -> dict[str, tuple[Reading, ...]]:
    """The readings of one word in normal form by their consonants; none in a script without rules."""
    written_in = script(word)
    if not written_in:
        return {}
    found: dict[str, list[Reading]] = {}
    for reading in sorted(hebrew_readings(word) if written_in == "hebrew" else latin_readings(word)):
        found.setdefault(reading.consonants, []).append(reading)
    return {consonants: tuple(those) for consonants, those in found.items()}


def sound_alike(one: str, other: str, *, strict: bool = False) -> bool:
    """Whether two words in normal form can be spellings of one spoken name; `strict` for words known to be names of
    different people, which must then agree in every vowel written in the same script.
    """
    mine, theirs = readings(one), readings(other)
    if mine.keys().isdisjoint(theirs.keys()):
        return False
    for consonants in mine.keys() & theirs.keys():
        for a in mine[consonants]:
            for b in theirs[consonants]:
                if _heard_as_one(one, a, other, b, strict=strict):
                    return True
    return False


def _heard_as_one(one: str, a: Reading, other: str, b: Reading, *, strict: bool) -> bool:
    if script(one) == script(other):
        if script(one) == "latin":
            return within_latin(a, b, strict=strict)
        return within_hebrew(a, b, letters=max(len(one), len(other)), strict=strict)
    return across(a, b) if script(one) == "hebrew" else across(b, a)


@lru_cache(maxsize=65_536)
def initials(word: str) -> frozenset[str]:
    """The sounds that a word may begin with: a consonant's class, or `I`, `O`, `A` for vowels (a weak letter: any)."""
    return frozenset(sound for those in readings(word).values() for reading in those for sound in _opening(reading))


def _opening(reading: Reading) -> str:
    opening = reading.slots[0]
    if not opening:
        return reading.consonants[:1]
    return {"W": "AIO", "E": "AI", "U": "O", "Y": "I"}.get(opening[0], opening[0])

"""What a Latin spelling may sound like, in the romanisations that people use for Hebrew, Yiddish, Arabic and Russian
names as well as in plain English.
"""

import re
from functools import lru_cache

from services.profile.domain.names.sounds import Builder, Reading

_VOWELS = {"a": "A", "e": "E", "i": "I", "o": "O", "u": "U", "y": "I"}
_SLAVIC_ENDING = re.compile(r"[vw]i(?:tsch|tch|tz|ts|ch|cz|cs|c|z)$")
_BEFORE_CONSONANT = re.compile(r"(?:sch|sh|sz)(?=[bdfgkmnprtvwz])")
_DEVOICED_ENDING = re.compile(r"(?<=[aeiou])ff?$")
_FRENCH_OPENING = re.compile(r"^ou(?=[aeiy])")

# Longest first. The empty class is a letter that need not be heard.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "tsch": ("c",),
    "sch": ("S", "sk"),
    "tch": ("c", "tx"),
    "tzh": ("C", "Cx"),
    "tsh": ("tS", "Cx", "c"),
    "sh": ("S",),
    "sz": ("S", "s"),
    "ch": ("x", "k", "c"),
    "kh": ("x", "k"),
    "gh": ("g", ""),
    "ph": ("p",),
    "th": ("t",),
    "tz": ("C",),
    "ts": ("C",),
    "cz": ("C", "c"),
    "zh": ("z", "J", "Cx"),
    "dj": ("J",),
    "dg": ("J", "dg"),
    "ck": ("k",),
    "qu": ("k", "kb"),
    "b": ("b",),
    "c": ("k",),
    "d": ("d",),
    "f": ("p",),
    "g": ("g",),
    "k": ("k",),
    "l": ("l",),
    "m": ("m",),
    "n": ("n",),
    "p": ("p",),
    "q": ("k",),
    "r": ("r",),
    "ss": ("s",),
    "s": ("s", "z"),
    "t": ("t",),
    "v": ("b",),
    "w": ("b",),
    "x": ("ks",),
    "zz": ("z", "C"),
    "z": ("z", "C"),
}
_LONGEST = 4


@lru_cache(maxsize=65_536)
def latin_readings(word: str) -> frozenset[Reading]:
    """Every reading of one Latin word in normal form."""
    variants = {_SLAVIC_ENDING.sub("vits", word), _BEFORE_CONSONANT.sub("s", word), _FRENCH_OPENING.sub("v", word)}
    variants.add(_DEVOICED_ENDING.sub("v", word))
    variants |= {variant.removesuffix("hu") for variant in variants if variant.endswith("yahu")}
    return frozenset().union(*(_read(variant) for variant in sorted(variants)))


def _read(word: str) -> frozenset[Reading]:
    built = Builder(doubled_sound_once=True)
    place = 0
    while place < len(word):
        letter = word[place]
        if letter == "h":
            _aspirate(built, word, place)
            place += 1
        elif letter == "j":
            built.vowel_or_consonant("I", "J")
            place += 1
        elif letter in _VOWELS:
            place += _vowels(built, word, place)
        else:
            place += _consonant(built, word, place)
    return built.readings()


def _aspirate(built: Builder, word: str, place: int) -> None:
    if place == 0:
        built.consonant("h", "x")
    elif word[place - 1] in _VOWELS and word[place + 1 : place + 2] in _VOWELS:
        built.vowel_or_consonant("H", "x")
    else:
        built.consonant("", "x")


def _vowels(built: Builder, word: str, place: int) -> int:
    pair = word[place : place + 2]
    if pair == "ee":
        built.vowel("I")
        return 2
    if pair in {"oo", "ou"}:
        built.vowel("U")
        return 2
    built.vowel(_VOWELS[word[place]])
    return 1


def _consonant(built: Builder, word: str, place: int) -> int:
    following = word[place + 1 : place + 2]
    if word[place] == "c" and following in {"e", "i", "y"}:
        built.consonant("s", "C")
        return 1
    if word[place] == "s" and place == 0 and following not in {"h", "c", "z"}:
        built.consonant("s", "C")
        return 1
    if word[place] == "g" and following in {"e", "i", "y"}:
        built.consonant("g", "J")
        return 1
    if word.startswith("gu", place) and word[place + 2 : place + 3] in {"e", "i", "y"}:
        built.consonant("g")
        return 2
    for length in range(_LONGEST, 0, -1):
        spelling = word[place : place + length]
        if len(spelling) == length and spelling in _SPELLINGS:
            built.consonant(*_SPELLINGS[spelling])
            return length
    return 1

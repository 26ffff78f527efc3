# ruff: noqa: RUF001 -- Hebrew is meant
"""Nicknames that follow a rule: Gal and Gali, Dan and Danny, שירה and שירי or שירוש."""

import re

from services.profile.domain.names.voice import script, sound_alike

_LATIN_ENDING = re.compile(r"(?:i|y|ie)$")
_HEBREW_ENDING = re.compile(r"(?:י|וש)$")
_CLOSING = frozenset("iyeיש")
_SHORTEST = 2  # letters of the name itself


def diminutive(one: str, other: str) -> bool:
    """Whether one of two words in normal form is the other with the ending -i, in Hebrew also -ush, for a closing -a or
    for nothing.
    """
    return (other[-1] in _CLOSING and _shortens(one, other)) or (one[-1] in _CLOSING and _shortens(other, one))


def _shortens(full: str, short: str) -> bool:
    if len(full) < _SHORTEST or (short[0] != full[0] and script(short) == script(full)):
        return False
    if script(short) == "hebrew":
        stem = _HEBREW_ENDING.sub("", short)
        return stem != short and (_same(full, stem) or _same(full, stem + "ה"))
    return script(short) == "latin" and _LATIN_ENDING.search(short) is not None and _latin_shortens(full, short)


def _latin_shortens(full: str, short: str) -> bool:
    if script(full) == "hebrew":
        return sound_alike(full.removesuffix("ה") + "י", short)
    stem = _LATIN_ENDING.sub("", short)
    if full in {stem, stem[:-1]} or (script(full) == script(stem) and sound_alike(full, stem, strict=True)):
        return True
    return short.endswith("i") and full in {stem + "a", stem + "ah"}


def _same(full: str, stem: str) -> bool:
    return len(stem) >= _SHORTEST and (full == stem or (script(full) == "latin" and sound_alike(full, stem)))

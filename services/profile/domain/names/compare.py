"""How far two given names, or two family names, agree."""

from enum import StrEnum
from functools import lru_cache
from itertools import permutations

from services.profile.domain.names.diminutives import diminutive
from services.profile.domain.names.edits import gendered, slip
from services.profile.domain.names.lexicon import Meaning, are_two_names, family_known, given_meaning
from services.profile.domain.names.normal import words
from services.profile.domain.names.parts import family_core, given_words, patronymic
from services.profile.domain.names.voice import initials, readings, script, sound_alike

_SHORT_FORM = 3  # letters: Alex for Alexander
_MOST_WORDS = 4  # of one given name; what follows is not looked at


class Agreement(StrEnum):
    """The best explanation of a difference between two names, from none needed to none found."""

    EXACT = "exact"
    SPELLING = "spelling"
    """The same name in another spelling or another script."""
    NICKNAME = "nickname"
    """A nickname, a shortened form, or one of several given names left out."""
    TYPO = "typo"
    INITIAL = "initial"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    """One is missing or no name, or the scripts are such that nothing can be said."""


_WEAKEST_FIRST = (
    Agreement.DIFFERENT,
    Agreement.UNKNOWN,
    Agreement.INITIAL,
    Agreement.TYPO,
    Agreement.NICKNAME,
    Agreement.SPELLING,
    Agreement.EXACT,
)
_RANK = {agreement: rank for rank, agreement in enumerate(_WEAKEST_FIRST)}


def compare_given(a: str, b: str) -> Agreement:
    """How far two given names agree; symmetric, not transitive. Case, points and titles do not matter."""
    return _given(a, b) if a <= b else _given(b, a)


def compare_family(a: str, b: str) -> Agreement:
    """How far two family names agree; symmetric, not transitive. The particles al, el, de, van, ha do not matter."""
    return _family(a, b) if a <= b else _family(b, a)


def given_names_conflict(a: str, b: str) -> bool:
    """Whether no nickname, spelling, script, initial or typo explains the difference of two given names. What is
    missing or junk conflicts with nothing.

    Symmetric, and a function of the two names alone. Not transitive: Alex agrees with Alexander and with Alexandra, who
    conflict. Whether a set of names holds a conflict is a matter of all its pairs, never of one representative.
    """
    return compare_given(a, b) is Agreement.DIFFERENT


@lru_cache(maxsize=262_144)
def _given(a: str, b: str) -> Agreement:
    one, other = given_words(a), given_words(b)
    if not one or not other:
        return Agreement.UNKNOWN
    if one == other:
        return Agreement.EXACT
    if len(one) == len(other) == 1:
        return _given_word(one[0], other[0])
    joined = _given_word("".join(one), "".join(other))
    return max(_given_words(one[:_MOST_WORDS], other[:_MOST_WORDS]), _at_least_typo(joined), key=_RANK.__getitem__)


def _at_least_typo(joined: Agreement) -> Agreement:
    """Words run together agree as a whole (Batsheva, Bat Sheva) or not at all."""
    if joined is Agreement.EXACT:
        return Agreement.SPELLING
    return joined if joined in {Agreement.SPELLING, Agreement.TYPO} else Agreement.DIFFERENT


def _given_words(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement:
    """Each word of the name with fewer words finds its own in the other; the weakest of them counts."""
    fewer, more = sorted((one, other), key=len)
    best = max(
        (
            _weakest([_given_word(*pair) for pair in zip(fewer, order, strict=True)])
            for order in permutations(more, len(fewer))
        ),
        key=_RANK.__getitem__,
    )
    explained = Agreement.SPELLING if len(fewer) == len(more) else Agreement.NICKNAME
    return min(best, explained, key=_RANK.__getitem__)


def _weakest(agreements: list[Agreement]) -> Agreement:
    return min(agreements, key=_RANK.__getitem__)


@lru_cache(maxsize=262_144)
def _given_word(a: str, b: str) -> Agreement:
    if a == b:
        return Agreement.EXACT
    if len(a) == 1 or len(b) == 1:
        return _initial(a, b)
    if not _comparable(a, b):
        return Agreement.UNKNOWN
    return Agreement.DIFFERENT if are_two_names(a, b) else _given_full(a, b)


def _given_full(a: str, b: str) -> Agreement:
    mine, theirs = given_meaning(a), given_meaning(b)
    listed = _listed(mine, theirs)
    if listed is not Agreement.DIFFERENT:
        return listed
    if diminutive(a, b):
        return Agreement.NICKNAME
    both_known = mine.known and theirs.known
    if sound_alike(a, b, strict=both_known) and (script(a) != script(b) or not gendered(a, b)):
        return Agreement.SPELLING
    return Agreement.DIFFERENT if both_known else _unlisted(a, b, one_known=mine.known or theirs.known)


def _listed(mine: Meaning, theirs: Meaning) -> Agreement:
    if not mine.names.isdisjoint(theirs.names):
        return Agreement.SPELLING
    if (
        mine.names.isdisjoint(theirs.short_for)
        and mine.short_for.isdisjoint(theirs.names)
        and mine.short_for.isdisjoint(theirs.short_for)
    ):
        return Agreement.DIFFERENT
    return Agreement.NICKNAME


def _unlisted(a: str, b: str, *, one_known: bool) -> Agreement:
    """At least one is no name that we know, so it may be a slip or a short form of the other."""
    if slip(a, b, likely=one_known):
        return Agreement.TYPO
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) >= _SHORT_FORM and longer.startswith(shorter) and not gendered(a, b):
        return Agreement.NICKNAME
    return Agreement.DIFFERENT


def _initial(a: str, b: str) -> Agreement:
    if not _comparable(a, b):
        return Agreement.UNKNOWN
    return Agreement.INITIAL if a[0] == b[0] or initials(a) & initials(b) else Agreement.DIFFERENT


def _comparable(a: str, b: str) -> bool:
    """Whether rules exist for the scripts of both, or both are in one script."""
    if readings(a) and readings(b):
        return True
    return not script(a) and not script(b)


@lru_cache(maxsize=262_144)
def _family(a: str, b: str) -> Agreement:
    one, other = words(a), words(b)
    if not one or not other:
        return Agreement.UNKNOWN
    if one == other:
        return Agreement.EXACT
    ways = [_family_word("".join(one), "".join(other)), _family_word(family_core(one), family_core(other))]
    if patronymic(one) and patronymic(other):
        ways.append(_family_word(patronymic(one), patronymic(other)))
    if len(one) == len(other):
        ways.append(_weakest([_family_word(*pair) for pair in zip(one, other, strict=True)]))
    return max(map(_no_longer_exact, ways), key=_RANK.__getitem__)


def _no_longer_exact(agreement: Agreement) -> Agreement:
    return Agreement.SPELLING if agreement is Agreement.EXACT else agreement


@lru_cache(maxsize=262_144)
def _family_word(a: str, b: str) -> Agreement:
    if a == b:
        return Agreement.EXACT
    if len(a) == 1 or len(b) == 1:
        return _initial(a, b)
    if not _comparable(a, b):
        return Agreement.UNKNOWN
    mine, theirs = family_known(a), family_known(b)
    if mine & theirs or sound_alike(a, b, strict=bool(mine and theirs)):
        return Agreement.SPELLING
    if slip(a, b) and not (mine and theirs):
        return Agreement.TYPO
    return Agreement.DIFFERENT

"""Slips of the keyboard."""

from rapidfuzz.distance import OSA

_ONE_EDIT_FROM = 4  # letters; in a shorter name one letter makes another name
_TWO_EDITS_FROM = 8
_TWO_LIKELY_EDITS_FROM = 6

# Endings that make another person's name of a name: Lior and Liora, Mario and Maria, יהודה and יהודית.
_GENDERED = frozenset({("", "a"), ("", "ah"), ("", "ה"), ("", "ית"), ("", "it"), ("o", "a"), ("ה", "ית"), ("", "e")})


def slip(one: str, other: str, *, likely: bool = False) -> bool:
    """Whether two words in normal form are a few edits apart (a transposition is one), and not by an ending that tells
    a woman's name from a man's. `likely`: one of them is a name and the other is none, as slips make them.
    """
    shorter = min(len(one), len(other))
    if shorter < _ONE_EDIT_FROM or (shorter == _ONE_EDIT_FROM and _vowelless(one) and sorted(one) != sorted(other)):
        return False
    allowed = 2 if shorter >= (_TWO_LIKELY_EDITS_FROM if likely else _TWO_EDITS_FROM) else 1
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed and not gendered(one, other)


def gendered(one: str, other: str) -> bool:
    """Whether two words differ by a gendered ending alone."""
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    endings = one[shared:], other[shared:]
    return endings in _GENDERED or endings[::-1] in _GENDERED


def _vowelless(word: str) -> bool:
    """Hebrew: four letters are a whole name, and one of them changed makes another; two transposed do not."""
    return "א" <= word[0] <= "ת"

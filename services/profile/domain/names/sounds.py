"""How a written name may sound, in a form that Hebrew and Latin letters share.

A *reading* is a row of consonants and the vowels between them: `slots[i]` is what is written before consonant `i`, the
last slot what is written at the end. Consonants are classes (b also stands for v and w, p for f, C for ts, S for sh,
x for the guttural ch, J for the j of jam, c for the ch of chair). What fills a slot depends on the script:

- Latin: `A E I O U`, in order, none twice in a row (y and a vowel's j are `I`), and `H` for an h between vowels.
- Hebrew: `I` for yod, `Y` for two, `O` for vav as a vowel, `W` for a weak letter (alef, ayin, he), in order.
"""

from typing import NamedTuple


class Reading(NamedTuple):
    consonants: str
    slots: tuple[str, ...]


_Part = tuple[str, tuple[str, ...], str]  # consonants, the slots before them, the vowels since the last


class Builder:
    """Grows every reading of a name together: each letter may multiply them, up to `LIMIT`."""

    LIMIT = 16

    def __init__(self, *, doubled_sound_once: bool) -> None:
        self._doubled_sound_once = doubled_sound_once
        self._partial: list[_Part] = [("", (), "")]

    def consonant(self, *classes: str) -> None:
        """One of `classes` comes next, each a run of sounds; the empty one stands for a letter that is not heard."""
        self._partial = [self._longer(part, sounds) for part in self._partial for sounds in classes][: self.LIMIT]

    def _longer(self, part: _Part, sounds: str) -> _Part:
        consonants, slots, vowels = part
        for sound in sounds:
            if not (self._doubled_sound_once and consonants.endswith(sound) and not vowels):
                consonants, slots, vowels = consonants + sound, (*slots, vowels), ""
        return consonants, slots, vowels

    def vowel(self, mark: str) -> None:
        self._partial = [
            (consonants, slots, vowels if vowels.endswith(mark) else vowels + mark)
            for consonants, slots, vowels in self._partial
        ]

    def vowel_or_consonant(self, mark: str, sound: str) -> None:
        before = self._partial
        self.vowel(mark)
        as_vowel, self._partial = self._partial, before
        self.consonant(sound)
        self._partial = [*as_vowel, *self._partial][: self.LIMIT]

    def readings(self) -> frozenset[Reading]:
        return frozenset(Reading(consonants, (*slots, vowels)) for consonants, slots, vowels in self._partial)

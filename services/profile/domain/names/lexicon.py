"""Which known given names a written word may stand for, as the name itself or as a nickname of it."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from nicknames import name_triplets

from services.profile.domain.names.common_names import COMMON_FAMILY, COMMON_GIVEN, FAMILY_NAMES, TWO_NAMES
from services.profile.domain.names.given_names import GIVEN_NAMES
from services.profile.domain.names.normal import normal_form
from services.profile.domain.names.voice import readings, script, sound_alike


class Meaning(NamedTuple):
    """Labels of names: `names` that the word spells, `short_for` those that it is a nickname of.

    `known`: the word is listed, or romanises one that is; a slip of the keyboard that only sounds like a name is not.
    """

    names: frozenset[str]
    short_for: frozenset[str]
    known: bool


class _Table:
    """Words with the labels they stand for, found by spelling and by sound."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {}
        self.short_for: dict[str, set[str]] = {}
        self._by_sound: dict[tuple[str, str], list[str]] = {}

    def add_name(self, word: str, label: str) -> None:
        self.names.setdefault(word, set()).add(label)

    def add_nickname(self, word: str, label: str) -> None:
        self.short_for.setdefault(word, set()).add(label)

    def index(self) -> None:
        for word in sorted(self.names.keys() | self.short_for.keys()):
            for consonants in readings(word):
                self._by_sound.setdefault((script(word), consonants), []).append(word)

    def spelled(self, word: str) -> bool:
        return word in self.names or word in self.short_for

    def heard(self, word: str, written_in: str) -> list[str]:
        """The table's words in the script `written_in` that sound like `word`."""
        near = {found for consonants in readings(word) for found in self._by_sound.get((written_in, consonants), ())}
        return sorted(found for found in near if sound_alike(word, found) and not are_two_names(word, found))


@lru_cache(maxsize=65_536)
def given_meaning(word: str) -> Meaning:
    """What a word in normal form means as a given name."""
    return _meaning(_given_table(), word)


@lru_cache(maxsize=65_536)
def family_known(word: str) -> frozenset[str]:
    """The common family names that a word in normal form may spell."""
    return _meaning(_family_table(), word).names


def are_two_names(one: str, other: str) -> bool:
    """Whether two words in normal form are listed as names of two people, however alike."""
    return other in _two_names().get(one, ())


@lru_cache(maxsize=1)
def _two_names() -> dict[str, set[str]]:
    apart: dict[str, set[str]] = {}
    for one, other in (pair.split() for pair in TWO_NAMES):
        apart.setdefault(one, set()).add(other)
        apart.setdefault(other, set()).add(one)
    return apart


def _meaning(table: _Table, word: str) -> Meaning:
    across = _across(table, word)
    near = across or ([] if table.spelled(word) else _meant(table, table.heard(word, script(word))))
    spellings = {word, *near}
    names = _labels(table.names, spellings)
    known = table.spelled(word) or (bool(across) and script(word) == "latin")
    return Meaning(names, _labels(table.short_for, spellings) - names, known)


def _across(table: _Table, word: str) -> list[str]:
    """Words of the table in the other script that `word` may stand for.

    Latin letters are always looked up: Dana is in the English table, and is דנה as well.
    """
    if script(word) == "latin":
        return _meant(table, table.heard(word, "hebrew"))
    return [] if table.spelled(word) else _meant(table, table.heard(word, "latin"))


def _meant(table: _Table, heard: list[str]) -> list[str]:
    """Where a name is heard, what sounds like it and is only ever a nickname is not meant: Zvi is צבי, and not זאבי."""
    return [word for word in heard if word in table.names] or heard


def _labels(of: dict[str, set[str]], spellings: Iterable[str]) -> frozenset[str]:
    return frozenset(label for spelling in spellings for label in of.get(spelling, ()))


@lru_cache(maxsize=1)
def _given_table() -> _Table:
    table = _Table()
    for word in normal_form(COMMON_GIVEN).split():
        table.add_name(word, word)
    for forms, short in GIVEN_NAMES:
        _add_row(table, normal_form(forms).split(), normal_form(short).split())
    _add_english(table)
    table.index()
    return table


def _add_row(table: _Table, forms: list[str], short: list[str]) -> None:
    for form in forms:
        table.add_name(form, forms[0])
    for nickname in short:
        table.add_nickname(nickname, forms[0])


def _add_english(table: _Table) -> None:
    for full, _, nickname in name_triplets():
        if are_two_names(full, nickname):
            continue
        table.add_name(full, full)
        for label in sorted(table.names[full]):
            table.add_nickname(nickname, label)


@lru_cache(maxsize=1)
def _family_table() -> _Table:
    table = _Table()
    for word in normal_form(COMMON_FAMILY).split():
        table.add_name(word, word)
    for forms in FAMILY_NAMES:
        _add_row(table, forms.split(), [])
    table.index()
    return table

"""Which records are compared at all: those that share a blocking key whose block is small enough."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator
from functools import lru_cache
from itertools import product
from typing import Generic, TypeVar

from services.profile.domain.matching.person import CACHE, Person
from services.profile.domain.names import Name, block_keys

MOST_IN_BLOCK = 50

_SHORTEST_ID = 5
_PHONE_DIGITS = 8
_DATE = 10
_ANY_FAMILY = "x"
_SKELETON = 3
_VOWELS = re.compile("[aeiouyh ]")
_DOUBLE = re.compile(r"(.)\1+")

Id = TypeVar("Id", bound=Hashable)


def blocking_keys(person: Person) -> frozenset[str]:
    """Keys, of which two records of one person share at least one however a few of their values are spoilt.

    Each key joins values that are seldom spoilt together, and is rare enough to keep blocks small.
    """
    keys = [f"e|{email}" for email in person.emails]
    keys += [f"p|{phone[-_PHONE_DIGITS:]}" for phone in person.phones]
    keys += [f"i|{name}|{value}" for name, value in person.exact if len(value) >= _SHORTEST_ID]
    given, family = _given_sounds(person.given), _family_sounds(person.family)
    keys += ["n|{}|{}".format(*sorted(pair)) for pair in product(given, family)]
    if person.birth_date:
        keys += _birth_keys(person.birth_date, given, family)
    if person.postcode or (person.house and person.street):
        keys += _place_keys(person, given, family)
    return frozenset(keys)


@lru_cache(maxsize=CACHE)
def _given_sounds(given: str) -> frozenset[str]:
    return frozenset(key[2:] for key in block_keys(Name(given, "")))


@lru_cache(maxsize=CACHE)
def _nickname_firsts(given: str) -> frozenset[str]:
    """First letters of all names that the given name may stand for."""
    return frozenset(key.partition("/")[2] for key in block_keys(Name(given, _ANY_FAMILY)))


def _firsts(sounds: frozenset[str]) -> frozenset[str]:
    return frozenset(sound[:1] for sound in sounds)


@lru_cache(maxsize=CACHE)
def _family_sounds(family: str) -> frozenset[str]:
    return frozenset(key[2:].partition("/")[0] for key in block_keys(Name("", family)))


def _birth_keys(date: str, given: frozenset[str], family: frozenset[str]) -> Iterator[str]:
    sounds = given | family
    for first in _firsts(sounds):
        yield f"d|{date}|{first}"
    if len(date) == _DATE:
        for sound in sounds:
            yield f"m|{date[5:]}|{sound}"
        for sound, first in product(family, _firsts(given)):
            yield f"y|{date[:4]}|{sound}|{first}"


def _place_keys(person: Person, given: frozenset[str], family: frozenset[str]) -> Iterator[str]:
    street = _skeleton(person.street)
    if person.house and street:
        yield f"a|{person.house}|{street}|{person.postcode}"
        for first in _firsts(given | family):
            yield f"h|{person.house}|{street}|{first}"
    if person.postcode:
        for sound, first in product(family, _nickname_firsts(person.given) if given else ()):
            yield f"z|{person.postcode}|{sound}|{first}"
        if person.birth_date:
            yield f"b|{person.postcode}|{person.birth_date[:4]}"


@lru_cache(maxsize=CACHE)
def _skeleton(street: str) -> str:
    """The first consonants, each once in a row: what is left of a street's name however it is written."""
    consonants = _VOWELS.sub("", street)
    return _DOUBLE.sub(r"\1", consonants)[:_SKELETON] or street


class Blocks(Generic[Id]):
    """Who shares which key. What it answers is a function of the set of entries, not of their order.

    A block with more than `most` members is dropped for everybody, those who came first too: what so many share
    tells nobody apart. It comes back when it shrinks.
    """

    def __init__(self, most: int = MOST_IN_BLOCK) -> None:
        self._most = most
        self._members: defaultdict[str, set[Id]] = defaultdict(set)
        self._keys: dict[Id, frozenset[str]] = {}

    def put(self, entry: Id, keys: frozenset[str]) -> list[frozenset[Id]]:
        """Enters or changes an entry; without keys it is gone.

        Returns the blocks that are small enough again, whose members are to be compared with one another.
        """
        before = self._keys.pop(entry, frozenset())
        revived = [block for key in sorted(before - keys) if (block := self._leave(entry, key))]
        for key in keys - before:
            self._members[key].add(entry)
        if keys:
            self._keys[entry] = keys
        return revived

    def candidates(self, entry: Id) -> set[Id]:
        """Who is to be compared with it."""
        found: set[Id] = set()
        for key in self._keys.get(entry, frozenset()):
            members = self._members[key]
            if len(members) <= self._most:
                found |= members
        return found - {entry}

    def paired(self, one: Id, other: Id) -> bool:
        """Whether two entries still share a block that is small enough."""
        shared = self._keys.get(one, frozenset()) & self._keys.get(other, frozenset())
        return any(len(self._members[key]) <= self._most for key in shared)

    def _leave(self, entry: Id, key: str) -> frozenset[Id]:
        members = self._members[key]
        members.discard(entry)
        if not members:
            del self._members[key]
        return frozenset(members) if len(members) == self._most else frozenset()

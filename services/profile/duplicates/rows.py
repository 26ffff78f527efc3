"""People and pairs as they are stored."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from services.profile.domain.matching.blocking import blocking_keys
from services.profile.domain.matching.defaults import Chances, Rates
from services.profile.domain.matching.person import Person
from services.profile.domain.matching.vector import Evidence, Level, Vector

RULES = 1
"""Grows when features, keys or levels are made otherwise: then everybody is taken in anew."""

Ends = tuple[str, str]
"""Two profiles, the lesser id first."""


class Stored(NamedTuple):
    """A person as stored. `holds` counts identifiers by namespace; `keys` are hashes, in order; `stated` is a digest
    of what all this is made of.
    """

    person: Person
    holds: Mapping[str, int]
    keys: tuple[int, ...]
    stated: int = 0


class Learnt(NamedTuple):
    """A model without frequencies, which are counted all the time."""

    chances: Mapping[str, Chances]
    rates: Rates


_encode = msgspec.json.Encoder().encode
_person = msgspec.json.Decoder(Person).decode
_holds = msgspec.json.Decoder(dict[str, int]).decode
_vector = msgspec.json.Decoder(list[tuple[str, Level, str]]).decode
_learnt = msgspec.json.Decoder(tuple[dict[str, tuple[dict[Level, float], ...]], Rates]).decode


def stored(person: Person, holds: Mapping[str, int], stated: int) -> Stored:
    """A person with the keys that they are found under."""
    return Stored(person, holds, tuple(sorted(map(hashed, blocking_keys(person)))), stated)


def hashed(key: str) -> int:
    """A text as 64 bits: short in an index, and nobody's data."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def ends(one: str, other: str) -> Ends:
    """Two profiles in their order."""
    return (one, other) if one < other else (other, one)


def text(value: Any) -> str:
    """As JSON."""
    return _encode(value).decode()


def read_person(features: str) -> Person:
    """What `text` made of a person."""
    return _person(features)


def read_stored(features: str, holds: str, keys: Sequence[int], stated: int) -> Stored:
    """What `text` made of a person's parts."""
    return Stored(_person(features), read_holds(holds), tuple(keys), stated)


def read_holds(holds: str) -> Mapping[str, int]:
    """What `text` made of the counts of identifiers."""
    return _holds(holds)


def read_vector(vector: str) -> Vector:
    """What `text` made of a vector."""
    return tuple([Evidence(*one) for one in _vector(vector)])


def read_learnt(learnt: str) -> Learnt:
    """What `text` made of a model."""
    chances, rates = _learnt(learnt)
    return Learnt({name: Chances(*three) for name, three in chances.items()}, rates)

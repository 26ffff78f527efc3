"""The model: chances of levels, frequencies of values and rates of matches, and the weights that follow.

Fellegi and Sunter (1969) weigh a field by log2(m/u), m and u being the chances of what is seen among the same person's
records and among two people's. Two things are known to break that sum, and are part of the model here:

- two people of one home agree on address and family name as one person does, so that only the rest speaks;
- who has moved differs in street, town and postal code at once, which is one thing that happened and not three.

So a pair is one of four: the same person or not, of the same home or not. Home fields depend on the home alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple

from services.profile.domain.matching.defaults import DEFAULT_RATES, Chances, Rates, default_chances
from services.profile.domain.matching.frequencies import Frequencies
from services.profile.domain.matching.vector import CITY, HOME_FIELDS, POSTCODE, REGION, Evidence, Level, Vector

_LEAST = 1e-7


class Bits(NamedTuple):
    """What one piece of evidence says, in bits, against two strangers: for the same and for two of one home."""

    same: float
    kin: float


class Sums(NamedTuple):
    """Bits added up: of personal fields for the same person and for two of one home, and of home fields."""

    person: float
    kin: float
    home: float


@dataclass(frozen=True)
class Model:
    """Weighs vectors. Made of a snapshot: the same people give the same model, whatever order they came in."""

    frequencies: Frequencies
    chances: Mapping[str, Chances] = field(default_factory=dict)
    rates: Rates = DEFAULT_RATES

    def chances_of(self, name: str) -> Chances:
        """A field's chances, learnt or assumed."""
        return self.chances.get(name) or default_chances(name)

    def sums(self, vector: Vector) -> Sums:
        """The bits of a pair, by group."""
        return added_up(vector, self.bits(vector))

    def bits(self, vector: Vector) -> list[Bits]:
        """The bits of each piece of evidence."""
        exact = {evidence.field: evidence.value for evidence in vector if evidence.level is Level.EXACT}
        return [
            bits_of(self.chances_of(evidence.field), evidence.level, self.chance(evidence, exact))
            for evidence in vector
        ]

    def chance(self, evidence: Evidence, exact: Mapping[str, str]) -> float:
        """The chance that strangers show this evidence; `exact` is on what else the pair agrees."""
        if evidence.level is not Level.EXACT:
            return max(self.chances_of(evidence.field).stranger.get(evidence.level, 0.0), _LEAST)
        for place in WIDER.get(evidence.field, ()):
            if place in exact:
                return self.frequencies.given_that(evidence.field, evidence.value, place, exact[place])
        total = self.frequencies.total(evidence.field)
        if not total:
            return self.chances_of(evidence.field).stranger[Level.EXACT]
        return max(self.frequencies.count(evidence.field, evidence.value), 1) / total


def added_up(vector: Vector, bits: Iterable[Bits]) -> Sums:
    """A pair's bits by group."""
    person = kin = home = 0.0
    for evidence, each in zip(vector, bits, strict=True):
        if evidence.field in HOME_FIELDS:
            home += each.same
        else:
            person += each.same
            kin += each.kin
    return Sums(person, kin, home)


def bits_of(chances: Chances, level: Level, chance: float) -> Bits:
    """The bits of one level that strangers show with the given chance."""
    same = max(chances.same.get(level, 0.0), _LEAST)
    kin = chances.kin.get(level, 0.0) + (chance if level is Level.EXACT else 0.0)
    return Bits(log2(same / chance), log2(max(kin, _LEAST) / chance))


WIDER: Mapping[str, Iterable[str]] = {CITY: (POSTCODE,), REGION: (POSTCODE, CITY)}
"""Of which fields what agrees says little, once these agree."""

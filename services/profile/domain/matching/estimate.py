"""The chances and rates learnt from the data itself, without labels, by expectation maximisation."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from typing import NamedTuple

from services.profile.domain.matching.defaults import (
    DEFAULT_RATES,
    KIN_FIELDS,
    Chances,
    Levels,
    Rates,
    default_chances,
    kin_by_chance,
)
from services.profile.domain.matching.frequencies import Frequencies
from services.profile.domain.matching.model import Model, Sums, bits_of
from services.profile.domain.matching.score import likelihoods
from services.profile.domain.matching.vector import HOME_FIELDS, Level, Vector

ITERATIONS = 15

_SAME_PRIOR = 100.0
_KIN_PRIOR = 50.0
_STRANGER_PRIOR = 1_000.0
_MOVED_PRIOR = 50.0
_LEAST_KIN = 0.5  # per match: people have relatives, also where no address shows it
_LEAST_RATE = 1e-12


_Counts = defaultdict[str, defaultdict[Level, float]]


class Pattern(NamedTuple):
    """Vectors that say the same; `chance` of the evidence among strangers is kept of exact agreement only."""

    evidence: tuple[tuple[str, Level, float], ...]


def estimate(
    frequencies: Frequencies,
    candidates: Iterable[Vector],
    strangers: Iterable[Vector],
    *,
    pairs: int,
    share: float = 1.0,
    iterations: int = ITERATIONS,
) -> Model:
    """The model that explains the data best, starting from what is assumed.

    `candidates` are vectors of pairs that share a blocking key, all or a fair `share` of them; `strangers` of pairs
    at random; `pairs` is how many pairs there are to find matches among. The result is a function of these sets.
    """
    model = Model(frequencies)
    seen, random = _patterns(candidates, model), _patterns(strangers, model)  # sorted: sums depend on their order
    fields = sorted({name for pattern in (*seen, *random) for name, _, _ in pattern.evidence})
    chances = {name: default_chances(name) for name in fields}
    rates = Rates(match=max(_sure(seen, chances) / share / pairs, _LEAST_RATE))
    for _ in range(iterations):
        found = _Found()
        for pattern, times in seen.items():
            found.add_candidate(pattern, times, likelihoods(_sums(pattern, chances), rates))
        for pattern, times in random.items():
            found.add_random(pattern, times, likelihoods(_sums(pattern, chances), rates))
        chances = {name: found.chances(name) for name in fields}
        rates = found.rates(share, pairs)
    return Model(frequencies, chances, rates)


class _Found:
    """Expected counts of one round."""

    def __init__(self) -> None:
        self.same: _Counts = defaultdict(lambda: defaultdict(float))
        self.kin: _Counts = defaultdict(lambda: defaultdict(float))
        self.stranger: _Counts = defaultdict(lambda: defaultdict(float))
        self.matches = self.relations = self.moved = self.homes = 0.0

    def add_candidate(self, pattern: Pattern, times: int, chances: Sequence[float]) -> None:
        settled, moved, kin, _ = (times * chance / sum(chances) for chance in chances)
        self.matches += settled + moved
        self.relations += kin
        if any(name in HOME_FIELDS for name, _, _ in pattern.evidence):
            self.homes += settled + moved
            self.moved += moved
        for name, level, _ in pattern.evidence:
            if name in HOME_FIELDS:
                self.same[name][level] += settled + kin
            else:
                self.same[name][level] += settled + moved
                self.kin[name][level] += kin

    def add_random(self, pattern: Pattern, times: int, chances: Sequence[float]) -> None:
        stranger = times * chances[-1] / sum(chances)
        for name, level, _ in pattern.evidence:
            self.stranger[name][level] += stranger

    def chances(self, name: str) -> Chances:
        prior = default_chances(name)
        stranger = _blend(self.stranger[name], prior.stranger, _STRANGER_PRIOR)
        shared = name in KIN_FIELDS
        return Chances(
            same=_blend(self.same[name], prior.same, _SAME_PRIOR),
            stranger=stranger,
            kin=_blend(self.kin[name], prior.kin, _KIN_PRIOR) if shared else kin_by_chance(stranger),
        )

    def rates(self, share: float, pairs: int) -> Rates:
        match = max(self.matches / share / pairs, _LEAST_RATE)
        return Rates(
            match=match,
            kin=max(self.relations / share / pairs, match * _LEAST_KIN),
            moved=(self.moved + _MOVED_PRIOR * DEFAULT_RATES.moved) / (self.homes + _MOVED_PRIOR),
        )


def _blend(seen: Mapping[Level, float], prior: Levels, strength: float) -> Levels:
    total = sum(seen.values()) + strength
    return {level: (seen.get(level, 0.0) + strength * prior.get(level, 0.0)) / total for level in Level}


def _patterns(vectors: Iterable[Vector], model: Model) -> dict[Pattern, int]:
    return dict(sorted(Counter(_pattern(vector, model) for vector in vectors).items()))


def _pattern(vector: Vector, model: Model) -> Pattern:
    exact = {evidence.field: evidence.value for evidence in vector if evidence.level is Level.EXACT}
    return Pattern(
        tuple(
            (one.field, one.level, _rounded(model.chance(one, exact)) if one.level is Level.EXACT else 0.0)
            for one in vector
        )
    )


def _rounded(chance: float) -> float:
    """To whole bits, so that few patterns stand for many vectors."""
    return float(2 ** round(log2(chance)))


def _sums(pattern: Pattern, chances: Mapping[str, Chances]) -> Sums:
    person = kin = home = 0.0
    for name, level, chance in pattern.evidence:
        bits = bits_of(chances[name], level, chance or chances[name].stranger[level])
        if name in HOME_FIELDS:
            home += bits.same
        else:
            person += bits.same
            kin += bits.kin
    return Sums(person, kin, home)


_SURE_BITS = 25.0


def _sure(seen: Mapping[Pattern, int], chances: Mapping[str, Chances]) -> float:
    """How many candidates agree so much that they match at any rate: what the rate of matches starts from."""
    sums = ((_sums(pattern, chances), times) for pattern, times in seen.items())
    return sum(times for one, times in sums if one.person > max(_SURE_BITS, one.kin))

"""The score of a pair, and why it is so."""

from collections.abc import Sequence
from math import log2
from typing import NamedTuple

from services.profile.domain.matching.compare import compare
from services.profile.domain.matching.defaults import Rates
from services.profile.domain.matching.model import Model, Sums, added_up
from services.profile.domain.matching.person import Person
from services.profile.domain.matching.vector import (
    EMAIL,
    FAMILY,
    GIVEN,
    ID_PREFIX,
    PHONE,
    STREET,
    UNIT,
    Evidence,
    Level,
    Vector,
)

DEFAULT_THRESHOLD = 0.9


class Score(NamedTuple):
    """`weight`: bits for the same person against two people. `probability`: that they are the same, of 0 to 1."""

    weight: float
    probability: float


class FieldWeight(NamedTuple):
    """One line of an explanation; `level` in the words of `Level`, `a` and `b` as compared, weight in bits."""

    field: str
    level: str
    a: str
    b: str
    weight: float


class Explanation(NamedTuple):
    """The lines add up to the score's weight; `HOME` says what living together or having moved explains of it."""

    lines: tuple[FieldWeight, ...]
    score: Score


HOME = "home"


def score(vector: Vector, model: Model) -> Score:
    """How much the evidence speaks for one person."""
    return _score(model.sums(vector), model.rates)


def explain(a: Person, b: Person, model: Model) -> Explanation:
    """The score of two people, field by field, in words and figures that a person can read."""
    vector = compare(a, b)
    bits, total = weigh(vector, model)
    return Explanation(tuple(told(a, b, vector, bits, total.weight)), total)


def weigh(vector: Vector, model: Model) -> tuple[list[float], Score]:
    """The bits of each piece of evidence for the same person against two strangers, and the score of all."""
    bits = model.bits(vector)
    return [each.same for each in bits], _score(added_up(vector, bits), model.rates)


def told(a: Person, b: Person, vector: Vector, bits: Sequence[float], weight: float) -> list[FieldWeight]:
    """The lines of a weighed pair: those of its evidence, and what the home explains of the rest of `weight`."""
    lines = [
        FieldWeight(evidence.field, evidence.level.value, *_values(evidence, a, b), each)
        for evidence, each in zip(vector, bits, strict=True)
    ]
    shared = weight - sum(line.weight for line in lines)
    if abs(shared) >= _SHOWN:
        lines.append(FieldWeight(HOME, "one home" if shared < 0 else "moved", "", "", shared))
    return lines


_SHOWN = 0.05
_MOST_BITS = 900.0


def likelihoods(sums: Sums, rates: Rates) -> tuple[float, float, float, float]:
    """How probable the evidence is among the same person at one home, the same who moved, kin and strangers.

    Relative to strangers, whose chance is the last; each times its rate.
    """
    home = 2 ** min(sums.home, _MOST_BITS / 3)
    person = rates.match * 2 ** min(sums.person, _MOST_BITS / 3)
    kin = rates.kin * 2 ** min(sums.kin, _MOST_BITS / 3)
    return person * (1 - rates.moved) * home, person * rates.moved, kin * home, 1 - rates.match - rates.kin


def _score(sums: Sums, rates: Rates) -> Score:
    settled, moved, kin, stranger = likelihoods(sums, rates)
    same, other = settled + moved, kin + stranger
    weight = log2(same / rates.match) - log2(other / (1 - rates.match))
    return Score(weight, same / (same + other))


def _values(evidence: Evidence, a: Person, b: Person) -> tuple[str, str]:
    if evidence.level is Level.SWAPPED and (fields := _SWAPPED.get(evidence.field)):
        return _joined(a, fields), _joined(b, fields)
    return _value(evidence.field, a), _value(evidence.field, b)


def _joined(person: Person, fields: tuple[str, ...]) -> str:
    return " | ".join(_value(field, person) for field in fields)


def _value(field: str, person: Person) -> str:
    if field.startswith(ID_PREFIX):
        return dict(person.exact)[field.removeprefix(ID_PREFIX)]
    if field in _SEVERAL:
        return ", ".join(getattr(person, _SEVERAL[field]))
    return str(getattr(person, field))


_SEVERAL = {EMAIL: "emails", PHONE: "phones"}
_SWAPPED = {GIVEN: (GIVEN, FAMILY), STREET: (STREET, UNIT)}

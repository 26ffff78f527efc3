"""What was observed of many customers, summed up so that every interval can be computed from it.

Each customer has four counts of facts and four totals: before and after, here and elsewhere. Their sums give the
figures, and the sums of their products the variance of any difference between figures, with customers as the units of
chance.
"""

import math
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import combinations_with_replacement
from typing import NamedTuple

LEAST_CUSTOMERS = 10
"""With fewer customers on either side no interval is worth its name."""


class Place(IntEnum):
    """When and where a fact was: `elsewhere` are the other stages of the journey."""

    BEFORE = 0
    AFTER = 1
    BEFORE_ELSEWHERE = 2
    AFTER_ELSEWHERE = 3


HERE = (Place.BEFORE, Place.AFTER)
PAIRS = tuple(combinations_with_replacement(range(2 * len(Place)), 2))
"""Which of a customer's eight numbers are multiplied, in the order of `Observed.products`."""


class Sum(NamedTuple):
    """What one customer contributes at one place: facts, their total, and the journeys they are from."""

    facts: int = 0
    total: float = 0.0
    journeys: int = 0


class Side(NamedTuple):
    """What all customers contribute at one place."""

    facts: int
    total: float
    customers: int
    journeys: int

    @property
    def mean(self) -> float | None:
        """The total by the number of facts; None of none."""
        return self.total / self.facts if self.facts else None


class Observed(NamedTuple):
    """A side for each place; how many customers there are here, and anywhere; sums of products, as in PAIRS."""

    sides: Sequence[Side]
    here: int
    anywhere: int
    products: Sequence[float]

    def variance(self, weights: Sequence[float], customers: int, others: Sequence[float] | None = None) -> float:
        """That of the sum of customers' numbers by `weights`, which is nought; or its covariance with that of `others`.

        The sandwich with customers as clusters and the correction G / (G - 1): Liang and Zeger, Biometrika 1986;
        Cameron and Miller, A Practitioner's Guide to Cluster-Robust Inference, Journal of Human Resources 2015.
        """
        other = weights if others is None else others
        total = math.fsum(
            product * (weights[a] * other[b] + (weights[b] * other[a] if a != b else 0.0))
            for (a, b), product in zip(PAIRS, self.products, strict=True)
        )
        return total * customers / (customers - 1)

    def squares(self, place: Place) -> float:
        """The sum of the squares of customers' counts of facts."""
        return self.products[PAIRS.index((2 * place, 2 * place))]

    def influence(self, place: Place) -> list[float]:
        """The weights by which a customer's numbers move the mean at a place (Cochran, Sampling Techniques, 6.4)."""
        side = self.sides[place]
        weights = [0.0] * (2 * len(Place))
        weights[2 * place : 2 * place + 2] = [-side.total / side.facts**2, 1 / side.facts]
        return weights


def observed(customers: Iterable[Sequence[Sum]]) -> Observed:
    """Of each customer the four sums, in the order of places."""
    known = [sums for sums in customers if any(one.facts for one in sums)]
    numbers = [[float(part) for one in sums for part in one[:2]] for sums in known]
    return Observed(
        [_side([sums[place] for sums in known]) for place in Place],
        here=sum(any(sums[place].facts for place in HERE) for sums in known),
        anywhere=len(known),
        products=[math.fsum(row[a] * row[b] for row in numbers) for a, b in PAIRS],
    )


def _side(sums: Sequence[Sum]) -> Side:
    return Side(
        facts=sum(one.facts for one in sums),
        total=math.fsum(one.total for one in sums),
        customers=sum(one.facts > 0 for one in sums),
        journeys=sum(one.journeys for one in sums),
    )

"""Figures over facts: how many there are, their sum, and the values that half and nine tenths of them do not exceed."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.measured import Measured

TIMES = frozenset({Measure.WAIT, Measure.HANDLE, Measure.TIME_IN_STAGE})
"""Measures whose figures have percentiles: times have long tails."""


class Dimension(StrEnum):
    """What figures can be told apart by. `day` is that of UTC; `queue` stands for the group of agents.

    Who is in several segments counts in each of them.
    """

    STAGE = "stage"
    CHANNEL = "channel"
    CAMPAIGN = "campaign"
    REASON = "reason"
    QUEUE = "queue"
    TOUCHPOINT = "touchpoint"
    SEGMENT = "segment"
    PERSONA = "persona"
    DAY = "day"


class Figure(NamedTuple):
    """One measure over one group of facts. `half` and `most` are percentiles, and None where a mean says enough."""

    group: str | None
    measure: Measure
    facts: int
    total: float
    half: float | None = None
    most: float | None = None

    @property
    def mean(self) -> float:
        """The total by the number of facts."""
        return self.total / self.facts


def groups_of(one: Measured, by: Dimension | None) -> Sequence[str | None]:
    """The groups that an interaction's facts are counted in; None is that of what has none."""
    if by is None:
        return (None,)
    if by is Dimension.DAY:
        return (one.position.time.date().isoformat(),)
    if by is Dimension.SEGMENT:
        return one.segments or (None,)
    return (getattr(one, by.value),)


def figures(measured: Iterable[Measured], by: Dimension | None) -> list[Figure]:
    """By group and measure, in the order of both; the facts of no group come first."""
    values: defaultdict[tuple[str | None, Measure], list[float]] = defaultdict(list)
    for one in measured:
        for group in groups_of(one, by):
            for measure, value in one.values.items():
                values[group, measure].append(value)
    return in_order(_figure(group, measure, sorted(those)) for (group, measure), those in values.items())


def in_order(found: Iterable[Figure]) -> list[Figure]:
    """Figures in their one order."""
    places = {measure: place for place, measure in enumerate(Measure)}
    return sorted(found, key=lambda one: (one.group is not None, one.group or "", places[one.measure]))


def _figure(group: str | None, measure: Measure, values: Sequence[float]) -> Figure:
    figure = Figure(group, measure, len(values), math.fsum(values))
    if measure not in TIMES:
        return figure
    return figure._replace(half=_percentile(values, 0.5), most=_percentile(values, 0.9))


def _percentile(values: Sequence[float], share: float) -> float:
    """The least of the sorted values that so large a share does not exceed (PostgreSQL's `percentile_disc`)."""
    return values[max(0, math.ceil(share * len(values)) - 1)]

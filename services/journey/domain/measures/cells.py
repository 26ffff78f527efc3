"""The cells of a journey map, counted from facts.

Totals are sums of the decimals that stand for the facts' values, as exact as they are written: 0.1 and 0.2 are 0.3.
So they depend on no order, and what is added and taken out again leaves nothing behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.journey_map import Average, Cell
from services.journey.domain.measures.measured import Measured


def exact_sum(values: Iterable[float]) -> float:
    """What is nearest to the sum of these values as they are written in decimals."""
    return float(sum(Fraction(repr(value)) for value in values))


def cells(measured: Iterable[Measured]) -> list[Cell]:
    """By stage, touchpoint and channel, in their order; what has no channel comes first."""
    places: defaultdict[tuple[str, str, str | None], list[Measured]] = defaultdict(list)
    for one in measured:
        places[one.stage, one.touchpoint, one.channel].append(one)
    in_order = sorted(places.items(), key=lambda item: (*item[0][:2], item[0][2] or ""))
    return [_cell(*place, those) for place, those in in_order]


def _cell(stage: str, touchpoint: str, channel: str | None, those: Sequence[Measured]) -> Cell:
    def average(measure: Measure) -> Average:
        values = [one.values[measure] for one in those if measure in one.values]
        return Average(len(values), exact_sum(values))

    return Cell(
        stage,
        touchpoint,
        channel,
        interactions=average(Measure.EFFORT).facts,
        emotion=average(Measure.EMOTION),
        wait=average(Measure.WAIT),
        handle=average(Measure.HANDLE),
        time_in_stage=average(Measure.TIME_IN_STAGE),
        effort=average(Measure.EFFORT).total,
        sources=sorted({one.position.source for one in those}),
        queues=sorted({one.queue for one in those if one.queue}),
    )

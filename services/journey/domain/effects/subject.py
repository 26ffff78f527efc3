"""What a plan is to change: a measure, or how many journeys meet a pain point; in one stage, or in all of them."""

from datetime import timedelta
from typing import NamedTuple

from services.journey.domain.measures.catalogue import UNITS, Measure

WHOLES: dict[Measure, float] = {
    Measure.REIDENTIFIED: 1.0,
    Measure.CHANNEL_SWITCHES: 1.0,
    Measure.REPEAT_CONTACTS: 1.0,
    Measure.FIRST_CONTACT_RESOLUTION: 1.0,
    Measure.CONTAINMENT: 1.0,
    Measure.LEAKAGE: 1.0,
    Measure.PREVENTABLE: 1.0,
    Measure.CSAT: 100.0,
}
"""Measures whose facts are either nothing or this much: their means are proportions. Of all others they are means."""

LOOKS_AHEAD: dict[Measure, timedelta] = {
    Measure.FIRST_CONTACT_RESOLUTION: timedelta(days=7),
    Measure.CONTAINMENT: timedelta(hours=24),
    Measure.LEAKAGE: timedelta(hours=24),
}
"""How long a fact may still change after its interaction: younger ones look better than they will be."""


class Subject(NamedTuple):
    """Either a pain point or a measure. Without a stage all of the journey counts."""

    pain_point: str | None = None
    measure: Measure | None = None
    stage: str | None = None

    @property
    def unit(self) -> str:
        """What the figure is in; that of a pain point is the share of journeys that met it."""
        return "share" if self.measure is None else UNITS[self.measure]

    @property
    def whole(self) -> float | None:
        """What a fact is at most, where it is that or nothing."""
        return 1.0 if self.measure is None else WHOLES.get(self.measure)

    @property
    def looks_ahead(self) -> timedelta:
        """How long facts may still change."""
        return timedelta(0) if self.measure is None else LOOKS_AHEAD.get(self.measure, timedelta(0))

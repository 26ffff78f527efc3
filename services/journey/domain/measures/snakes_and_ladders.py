"""Snakes and ladders: which touchpoints take customers forward, and which back.

By touchpoint (a type of interaction): the mean of `progress` over all its occurrences in journeys, the mean of
`satisfaction_change` over those between two words on satisfaction, and how many there are of either. A touchpoint is
a ladder if both means that are known are at least 0 and one is above; a snake if they are at most 0 and one is below;
else it is mixed. The picture is that of the board game of old India.
"""

from collections.abc import Iterable
from typing import NamedTuple

from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.figures import Figure

LADDER, SNAKE, MIXED = "ladder", "snake", "mixed"
OF_STEPS = (Measure.PROGRESS, Measure.SATISFACTION_CHANGE)
"""The measures that it is made of."""


class Touchpoint(NamedTuple):
    """A touchpoint with its two figures, None where nothing is known."""

    touchpoint: str
    progress: Figure | None
    satisfaction: Figure | None

    @property
    def kind(self) -> str:
        """Ladder, snake or mixed."""
        means = [figure.mean for figure in (self.progress, self.satisfaction) if figure is not None]
        if all(mean >= 0 for mean in means) and any(mean > 0 for mean in means):
            return LADDER
        if all(mean <= 0 for mean in means) and any(mean < 0 for mean in means):
            return SNAKE
        return MIXED


def snakes_and_ladders(figures: Iterable[Figure]) -> list[Touchpoint]:
    """By the name of the touchpoint, from figures by touchpoint."""
    known = {(figure.group, figure.measure): figure for figure in figures}
    names = sorted({name for name, measure in known if name and measure in OF_STEPS})
    return [
        Touchpoint(name, known.get((name, Measure.PROGRESS)), known.get((name, Measure.SATISFACTION_CHANGE)))
        for name in names
    ]

"""Pain points by how much they hurt: weight x frequency x importance.

The weight is the definition's, or the mean of those that it has for the personas of the customers who met it. The
frequency is how often the pain point was met, and the importance is that of the stage (1 to 5) in which customers were
then. The product ranks like a failure mode's risk priority number (IEC 60812: severity x occurrence), with the stage's
importance in the place of detection.
"""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.journey_definition import JourneyDefinition


class PainCount(NamedTuple):
    """How often a pain point was met in a stage, by how many customers, and the sum of its weights then."""

    key: str
    stage: str
    times: int
    customers: int
    weights: float


class PainPoint(NamedTuple):
    """A pain point in one stage, with what it is ranked by."""

    key: str
    stage: str
    times: int
    customers: int
    weight: float
    importance: int

    @property
    def score(self) -> float:
        """Weight x frequency x importance."""
        return self.weight * self.times * self.importance


def pain_points(what: JourneyDefinition, counts: Iterable[PainCount]) -> list[PainPoint]:
    """The worst first; those that the definition no longer knows are left out."""
    known = {pain.key for pain in what.pain_points}
    importance = {stage.key: stage.importance for stage in what.stages}
    found = [
        PainPoint(*count[:4], weight=count.weights / count.times, importance=importance[count.stage])
        for count in counts
        if count.key in known and count.stage in importance
    ]
    return sorted(found, key=lambda pain: (-pain.score, pain.key, pain.stage))

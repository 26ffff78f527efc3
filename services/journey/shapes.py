"""How far journeys got: what they are counted by."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from services.journey.domain.model import Journey


class Shape(NamedTuple):
    """Journeys opened in the same hour, that visited the same stages, are or ended in the same one, and how."""

    definition: str
    hour: datetime
    visited: str
    stage: str
    status: str


def shape(definition: str, journey: Journey) -> Shape:
    """The journey's, whose times are UTC; `visited` are the keys of its stages in order, with spaces between them."""
    hour = journey.opened_at.replace(minute=0, second=0, microsecond=0)
    return Shape(definition, hour, " ".join(sorted(journey.visits)), journey.stage, journey.status)


def reshape(shapes: Counter[Shape], definition: str, before: Journey, after: Journey) -> None:
    """Counts the journey as what it became."""
    if before.stage != after.stage or before.status != after.status or len(before.visits) != len(after.visits):
        shapes[shape(definition, before)] -= 1
        shapes[shape(definition, after)] += 1

"""How far journeys got: what they are counted by."""

from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from services.journey.domain.model import Journey

HOUR_SECONDS = 3_600
HOURS_OF_DAY = 24
_EPOCH = datetime.fromtimestamp(0, UTC)


class Shape(NamedTuple):
    """Journeys opened in the same hour, that visited the same stages, are or ended in the same one, and how.

    Hours are counted since 1970: whole numbers are told apart faster than times.
    """

    definition: str
    hour: int
    visited: str
    stage: str
    status: str


def shape(definition: str, journey: Journey) -> Shape:
    """The journey's; `visited` are the keys of its stages in order, with spaces between them."""
    since, visits = journey.opened_at - _EPOCH, journey.visits
    hour = since.days * HOURS_OF_DAY + since.seconds // HOUR_SECONDS
    visited = journey.stage if len(visits) == 1 and journey.stage in visits else " ".join(sorted(visits))
    return Shape(definition, hour, visited, journey.stage, journey.status)


def begin_of(hour: int) -> datetime:
    """When it began."""
    return datetime.fromtimestamp(hour * HOUR_SECONDS, UTC)


def reshape(shapes: Counter[Shape], definition: str, before: Journey, after: Journey) -> None:
    """Counts the journey as what it became."""
    if before.stage != after.stage or before.status != after.status or len(before.visits) != len(after.visits):
        shapes[shape(definition, before)] -= 1
        shapes[shape(definition, after)] += 1

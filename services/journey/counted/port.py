"""What counts of journeys and of steps open to, as a port. Two forms keep it: `memory` and `postgres`.

All that is asked is as of `now`, when a journey may be abandoned whom nobody has told so yet; of customers who are in
`segment` now, if one is named.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.measures.those import Those
from services.journey.domain.model import Position
from services.journey.window import Window


class JourneysAsked(NamedTuple):
    """Which journeys of a definition: those that were opened in `window`."""

    definition: JourneyDefinition
    those: Those
    window: Window
    now: datetime
    segment: str | None = None


class FoundJourney(NamedTuple):
    """One journey; `position` is that of lists: when it was opened, and which it is."""

    profile: str
    number: int
    position: Position
    stage: str
    status: str


class StepsAsked(NamedTuple):
    """Which steps in a definition: those to a stage, None being outside, from one; from anywhere, if `anywhere`."""

    definition: JourneyDefinition
    from_stage: str | None
    to: str | None
    window: Window
    now: datetime
    segment: str | None = None
    anywhere: bool = False


class FoundStep(NamedTuple):
    """One step. The end of a journey hangs on no interaction: its position has no source."""

    profile: str
    number: int
    position: Position
    channel: str | None


class Counted(Protocol):
    """Questions about what was counted, a page of `limit` after a position at a time. All raise Unavailable."""

    async def journeys(self, asked: JourneysAsked, after: Position | None, limit: int) -> Sequence[FoundJourney]:
        """Journeys, in the order in which they were opened."""

    async def steps(self, asked: StepsAsked, after: Position | None, limit: int) -> Sequence[FoundStep]:
        """Steps, in the order in which they were taken."""


def place_of(moment: datetime, profile: str, number: int) -> Position:
    """Where a journey stands in a list."""
    return Position(moment, "", f"{profile} {number}")

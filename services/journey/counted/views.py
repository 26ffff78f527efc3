"""What the API answers about what is behind counts."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from services.journey.counted.port import FoundJourney, FoundStep
from services.journey.domain.model import Position
from services.journey.measures.cursor import position_cursor


class CountedJourneyView(BaseModel):
    """A journey that was counted, by its customer and its number: opened `at`, and where it is or ended, and how."""

    profile_id: str
    number: int
    at: datetime
    stage: str
    status: str


class CountedJourneysView(BaseModel):
    """A page of journeys, those opened first first; `next` is the cursor of the page after it."""

    items: list[CountedJourneyView]
    next: str | None


class CountedStepView(BaseModel):
    """A step that was counted: whose, in which of their journeys, and when."""

    profile_id: str
    number: int
    interaction: str | None = Field(description="`source` and `id`; null of the end of a journey")
    at: datetime
    channel: str | None


class CountedStepsView(BaseModel):
    """A page of steps, oldest first; `next` is the cursor of the page after it."""

    items: list[CountedStepView]
    next: str | None


def counted_journeys_view(found: Sequence[FoundJourney], limit: int) -> CountedJourneysView:
    """Journeys of a page of so many."""
    items = [
        CountedJourneyView(
            profile_id=one.profile, number=one.number, at=one.position.time, stage=one.stage, status=one.status
        )
        for one in found
    ]
    return CountedJourneysView(items=items, next=_next([one.position for one in found], limit))


def counted_steps_view(found: Sequence[FoundStep], limit: int) -> CountedStepsView:
    """Steps of a page of so many."""
    items = [
        CountedStepView(
            profile_id=one.profile,
            number=one.number,
            interaction=f"{one.position.source} {one.position.id}" if one.position.source else None,
            at=one.position.time,
            channel=one.channel,
        )
        for one in found
    ]
    return CountedStepsView(items=items, next=_next([one.position for one in found], limit))


def _next(places: Sequence[Position], limit: int) -> str | None:
    return position_cursor(places[-1]) if len(places) == limit else None

"""What the journey service keeps of one person, as an export tells it.

`journey` and `number` name the journey; `source` and `interaction` the interaction that something rests on.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class ExportedSegment(BaseModel):
    """A segment that the person is in."""

    segment: str


class ExportedJourney(BaseModel):
    """A journey as far as it got. `visits` counts by stage, `met` by pain point."""

    journey: str
    version: int
    number: int
    stage: str
    entered_at: AwareDatetime
    opened_at: AwareDatetime
    touched_at: AwareDatetime
    closed_at: AwareDatetime | None
    status: str
    previous: str | None
    touchpoints: int
    visits: dict[str, int]
    met: dict[str, int]
    effort: float


class ExportedStep(BaseModel):
    """A step into the stage `to`, by that version of the definition; from nowhere when it opened the journey."""

    model_config = ConfigDict(populate_by_name=True)

    journey: str
    version: int
    number: int
    from_stage: str | None = Field(alias="from")
    to: str
    at: AwareDatetime
    source: str
    interaction: str
    channel: str | None


class ExportedPain(BaseModel):
    """A pain point that was met, in the stage in which the person then was."""

    journey: str
    number: int
    key: str
    weight: float
    stage: str
    at: AwareDatetime
    source: str
    interaction: str


class ExportedLapse(BaseModel):
    """What time alone did: the journey is overdue, stalled or abandoned as of `at`, counted from `since`."""

    journey: str
    version: int
    number: int
    kind: str
    stage: str
    since: AwareDatetime
    at: AwareDatetime


class ExportedMeasures(BaseModel):
    """What one interaction measures: `values` by the name of the formula. The rest is what figures are grouped by."""

    journey: str
    number: int
    at: AwareDatetime
    source: str
    interaction: str
    touchpoint: str
    stage: str
    channel: str | None
    reason: str | None
    campaign: str | None
    queue: str | None
    segments: list[str]
    persona: str | None
    values: dict[str, float]


class ExportedDelivery(BaseModel):
    """What a target is sent about an action; `at` is when it was tried last, or is to be tried next."""

    target: str
    state: str
    attempts: int
    at: AwareDatetime
    error: str | None
    message: Any


class ExportedAction(BaseModel):
    """An action that was called for by `cause` at `at`. `state`: waiting, requested, or the reason why not.

    Nothing is decided before `decide_at`. `lot` is set where one was drawn on whether the person is held out.
    `contacted`: whether the person made contact within the time that the definition in force counts; null before that
    is over, and where nobody is watched.
    """

    id: str
    journey: str
    action: str
    cause: str
    stage: str
    at: AwareDatetime
    source: str | None
    interaction: str | None
    pain_point: str | None
    state: str
    decide_at: AwareDatetime
    decided_at: AwareDatetime | None
    lot: float | None
    delivery: ExportedDelivery | None
    contacted: bool | None


class KeptOfJourneys(BaseModel):
    """All of it."""

    segments: list[ExportedSegment]
    journeys: list[ExportedJourney]
    steps: list[ExportedStep]
    pain_points: list[ExportedPain]
    lapses: list[ExportedLapse]
    measures: list[ExportedMeasures]
    actions: list[ExportedAction]


class JourneyRead(BaseModel):
    """That somebody read of the person in the journey service: who, in which roles and when."""

    at: AwareDatetime
    person: str
    roles: list[str]


Pages = AsyncIterator[Sequence[BaseModel]]


class JourneyRecords(Protocol):
    """What is kept of a person, a page at a time: a long history is never in memory. All raise Unavailable."""

    def of(self, profile: str, now: datetime) -> Mapping[str, Pages]:
        """Every field of `KeptOfJourneys`, as of `now`, of the profile that this id stands for; the oldest first."""

    def reads(self, profiles: Sequence[str]) -> AsyncIterator[Sequence[JourneyRead]]:
        """The notes of who read of these profiles, the oldest first."""

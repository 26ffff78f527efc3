"""What the journey service says: customers moving between stages, and corrections of what it said before."""

from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field

from schemas.interaction import Channel, Part
from schemas.profile_events import ProfileId


class TransitionData(Part):
    """One profile's step in one journey; `from` is null on entry, `to` is null when only taken back.

    `corrects` names the event that this one replaces: a late event, a merge or a split changed the past.
    """

    model_config = ConfigDict(populate_by_name=True)

    profile_id: ProfileId
    journey: str
    version: int
    from_stage: str | None = Field(default=None, alias="from")
    to: str | None = None
    at: AwareDatetime
    interaction: str | None = Field(
        default=None, description="`source` and `id` of the interaction, with a space between"
    )
    channel: Channel | None = None
    corrects: str | None = None


class JourneyEvent(Part):
    """The CloudEvents envelope of this topic."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: Literal["/journey"] = "/journey"
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"


class JourneyTransitioned(JourneyEvent):
    """A profile entered a stage, or its earlier entry is corrected."""

    type: Literal["journey.transitioned"] = "journey.transitioned"
    data: TransitionData


class JourneyRetracted(JourneyEvent):
    """An earlier transition never was: `corrects` names it, and nothing replaces it."""

    type: Literal["journey.retracted"] = "journey.retracted"
    data: TransitionData

"""What the journey service says: customers moving between stages or not, and corrections of what it said before."""

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
    segments: list[str] = Field(default=[], description="Those that the customer was in when this was told")


class LapseData(TransitionData):
    """What time did to one profile's journey at the moment `at`, with no interaction.

    `from` is the stage it is in. `to` is the same, for the customer stays there; null once the journey is abandoned.
    """

    since: AwareDatetime = Field(description="When the stage was entered, or the last touchpoint was")


class ActionData(Part):
    """What is to be done for one profile. `on` says what called for it, at the moment `at`, in the stage `from`."""

    model_config = ConfigDict(populate_by_name=True)

    profile_id: ProfileId
    journey: str
    version: int
    from_stage: str = Field(alias="from")
    at: AwareDatetime
    action: str
    on: str
    target: str = Field(description="Who is to do it, as the definition names them")
    segments: list[str] = Field(default=[], description="Those that the customer was in when this was told")


class AlertData(Part):
    """A measure of a stage that is far from its usual level, or back. It is about many customers and names none.

    `alert` is the same in all that is said of one alert. It was far to one `side` from `since` on, and raised at `at`;
    of what was cleared, `at` is the moment of that. `value` is what the window of `window_seconds` before it was raised
    amounted to, with `cases` in it, `usual` what it usually does, and from `low` to `high` is not far from that: as
    known when it was told. `corrects` names the event that this one replaces, or takes back: late news changed the
    past.
    """

    alert: str
    journey: str
    version: int
    key: str
    stage: str
    measure: Literal["volume", "dwell", "drop_off", "effort", "pain_point"]
    pain_point: str | None = None
    side: Literal["high", "low"]
    since: AwareDatetime
    at: AwareDatetime
    window_seconds: int
    cases: int
    value: float = Field(description="Customers; of dwell seconds; of drop_off a share; else for each who entered")
    usual: float
    low: float
    high: float
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


class JourneyOverdue(JourneyEvent):
    """A profile is longer in a stage than was expected of it."""

    type: Literal["journey.overdue"] = "journey.overdue"
    data: LapseData


class JourneyStalled(JourneyEvent):
    """Nothing touched a journey for as long as stalls it."""

    type: Literal["journey.stalled"] = "journey.stalled"
    data: LapseData


class JourneyAbandoned(JourneyEvent):
    """Nothing touched a journey for so long that it ended."""

    type: Literal["journey.abandoned"] = "journey.abandoned"
    data: LapseData


class JourneyRetracted(JourneyEvent):
    """An earlier event of a journey was of what never came to pass: `corrects` names it, and nothing replaces it."""

    type: Literal["journey.retracted"] = "journey.retracted"
    data: TransitionData


class JourneyActionRequested(JourneyEvent):
    """An action is to be carried out: what it waits for has come, and nothing speaks against it. Its id is its own."""

    type: Literal["journey.action.requested"] = "journey.action.requested"
    data: ActionData


class JourneyAlertRaised(JourneyEvent):
    """A measure of a stage is far from its usual level, or the moment of that is corrected."""

    type: Literal["journey.alert.raised"] = "journey.alert.raised"
    data: AlertData


class JourneyAlertCleared(JourneyEvent):
    """A measure of a stage is back at its usual level, or the moment of that is corrected."""

    type: Literal["journey.alert.cleared"] = "journey.alert.cleared"
    data: AlertData


class JourneyAlertRetracted(JourneyEvent):
    """`corrects` names an alert's event that is taken back: it was not raised, or was not cleared."""

    type: Literal["journey.alert.retracted"] = "journey.alert.retracted"
    data: AlertData

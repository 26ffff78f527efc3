"""What the API says about pins."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue, StringConstraints

from services.profile.reading.views import STORABLE, IdentifierView, Reason, TraitView, WithdrawalView

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=STORABLE)]


class PinRequest(BaseModel):
    """Which value of a trait is to be shown: the one that this interaction stated, by its `source` and id."""

    model_config = ConfigDict(extra="forbid")

    trait: Name
    source: Name
    interaction: Name
    reason: Reason


class PinView(BaseModel):
    """A pin with the value as it was stated, and about which identifier; a withdrawn one stays on record."""

    id: str
    trait: str
    value: JsonValue
    source: str
    interaction: str
    observed_at: AwareDatetime
    identifier: IdentifierView
    author: str
    reason: str
    made_at: AwareDatetime
    withdrawn: WithdrawalView | None


class PinAnswer(BaseModel):
    """What was pinned or taken back, and the trait as it is shown now."""

    profile_id: str
    pin: PinView
    trait: TraitView | None


class PinsAnswer(BaseModel):
    """Everything that stewards pinned of a person, the latest first."""

    profile_id: str
    items: list[PinView]

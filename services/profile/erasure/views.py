"""What the API says about erasures."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.profile.reading.views import Reason


class ErasureRequest(BaseModel):
    """Why a person is to be erased. `seal` is the preview's: it says who was looked at."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason
    seal: str = Field(pattern=r"^[0-9a-f]{32}$")


class ErasedCounts(BaseModel):
    """How much goes, or went.

    `kept` are identifiers that others have too, and theirs alone from then on; `mentioned` are interactions of others
    that lose a mention of the person.
    """

    identifiers: int
    kept: int
    interactions: int
    decisions: int
    pins: int
    mentioned: int
    dead_letters: int


class ErasurePreview(BaseModel):
    """What would go. `seal` is to be sent along with the request."""

    profile_id: str
    seal: str
    erases: ErasedCounts


class ErasureAnswer(BaseModel):
    """What went, and who said so: all that is left.

    Not `complete`: dead letters could not be gone through yet. They will be; asked again, this tells whether they were.
    """

    profile_id: str
    erased: ErasedCounts
    complete: bool
    author: str
    reason: str
    at: AwareDatetime

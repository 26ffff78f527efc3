"""What the API of likely duplicates answers, as Pydantic models."""

from pydantic import AwareDatetime, BaseModel, Field

from services.profile.reading.views import IdentifierView, Profile


class LikelyPerson(BaseModel):
    """Enough of a person to know whom it is about. A decision about them is made by `decide_by`."""

    id: str
    name: str | None
    identifiers: list[IdentifierView]
    last_seen: AwareDatetime | None
    decide_by: IdentifierView | None = Field(description="Their strongest identifier that means one person")


class LikelyPair(BaseModel):
    """Two who may be one. `weight` is in bits; `probability` also knows how many pairs of people are two people."""

    weight: float
    probability: float
    a: LikelyPerson
    b: LikelyPerson


class DuplicatesAnswer(BaseModel):
    """One page of the queue, the likeliest first; `next` is the cursor of the following page."""

    items: list[LikelyPair]
    next: str | None


class WeightLine(BaseModel):
    """What one field says. `level` is how nearly the values agree; values stand as they were compared.

    The field `home` is what living together or having moved explains of the others, `rivals` what it takes off that
    somebody else fits as well.
    """

    field: str
    level: str
    a: str
    b: str
    bits: float


class LikelyPairAnswer(BaseModel):
    """Two who may be one, whole; the bits of the lines add up to the weight."""

    weight: float
    probability: float
    a: Profile
    b: Profile
    decide_a: IdentifierView | None
    decide_b: IdentifierView | None
    lines: list[WeightLine]

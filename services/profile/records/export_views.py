"""What an export holds, as models: the source of its description in the OpenAPI document."""

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel

from schemas.exported_journeys import KeptOfJourneys
from services.profile.pins.views import PinView
from services.profile.reading.consents import ConsentLine
from services.profile.reading.views import (
    BlockedIdentifier,
    DecisionView,
    Figures,
    HeldLink,
    IdentifierView,
    LinkView,
    ProfileIdentifier,
    TraitView,
)


class ClaimView(BaseModel):
    """A given name or a birth date that was stated of the person behind an identifier, in its normal form."""

    identifier: IdentifierView
    kind: str
    value: str


class ExportedInteraction(BaseModel):
    """An interaction as it came, what became of it, and other contents that came under its id."""

    event: dict[str, Any]
    outcome: str
    blocked: list[BlockedIdentifier]
    variants: list[dict[str, Any]]


LikelyState = Literal["queued", "decided", "unlikely"]


class LikelyLine(BaseModel):
    """What one field says of two who may be one. `value` is this person's, as it was compared."""

    field: str
    level: str
    value: str
    bits: float


class LikelyDuplicate(BaseModel):
    """Somebody who may be the same person. `unlikely` pairs are kept, and in no queue; a decision settles a pair."""

    profile_id: str
    state: LikelyState
    weight: float
    probability: float
    lines: list[LikelyLine]


class ReadView(BaseModel):
    """That somebody read of the person: who, in which roles, in which service, when, and what if that is kept."""

    at: AwareDatetime
    person: str
    roles: list[str]
    action: str | None
    service: Literal["profile", "journey"]


class ExportedFacts(BaseModel):
    """All of an export that does not grow for ever. Identifiers of other people are cut down to their ends."""

    profile_id: str
    profile_ids: list[str]
    exported_at: AwareDatetime
    identifiers: list[ProfileIdentifier]
    decisions: list[DecisionView]
    pins: list[PinView]
    claims: list[ClaimView]
    consents: list[ConsentLine]
    traits: dict[str, TraitView]
    figures: Figures


class ProfileExport(KeptOfJourneys, ExportedFacts):
    """Everything that is kept about a person. `profile_ids` are all under which they were ever known."""

    links: list[LinkView]
    held: list[HeldLink]
    likely_duplicates: list[LikelyDuplicate]
    interactions: list[ExportedInteraction]
    reads: list[ReadView]

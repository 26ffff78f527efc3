"""What an export holds, as models: the source of its description in the OpenAPI document."""

from typing import Any

from pydantic import AwareDatetime, BaseModel

from services.profile.pins.views import PinView
from services.profile.reading.consents import ConsentLine
from services.profile.reading.views import (
    BlockedIdentifier,
    DecisionView,
    Figures,
    HeldLink,
    IdentifierView,
    JourneyStage,
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


class ReadView(BaseModel):
    """That somebody read the profile: who, in which roles, what and when."""

    at: AwareDatetime
    person: str
    roles: list[str]
    action: str


class ExportedFacts(BaseModel):
    """All of an export that does not grow for ever. Identifiers of other people are cut down to their ends."""

    profile_id: str
    profile_ids: list[str]
    exported_at: AwareDatetime
    identifiers: list[ProfileIdentifier]
    links: list[LinkView]
    held: list[HeldLink]
    decisions: list[DecisionView]
    pins: list[PinView]
    claims: list[ClaimView]
    consents: list[ConsentLine]
    traits: dict[str, TraitView]
    figures: Figures
    journeys: list[JourneyStage]


class ProfileExport(ExportedFacts):
    """Everything that is kept about a person. `profile_ids` are all under which they were ever known."""

    interactions: list[ExportedInteraction]
    reads: list[ReadView]

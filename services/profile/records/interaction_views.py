"""What the API says about one interaction."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from schemas.interaction import Assurance
from services.profile.reading.views import BlockedIdentifier, IdentifierView, LinkView


class BlockedView(BlockedIdentifier):
    """An identifier that could not mean anybody, and why in words."""

    explanation: str


class ShownIdentifier(IdentifierView):
    """An identifier that the interaction showed. It hangs on the one that is the `anchor`."""

    assurance: Assurance
    anchor: bool
    profile_id: str


class LoginView(BaseModel):
    """Who had logged in on a device that several people use, nearest in time to an interaction, and when."""

    device: IdentifierView
    person: IdentifierView
    time: AwareDatetime
    source: str
    id: str


class ShownLink(LinkView):
    """A link that the interaction shows, as it stands now; `reason` if it is held.

    `first_witness`: no other interaction showed it earlier.
    """

    first_witness: bool
    reason: str | None
    explanation: str | None


class BroughtTogether(BaseModel):
    """Identifiers that were one person without the links of which this interaction is the first witness.

    `profile_ids` are those that were founded on them.
    """

    profile_ids: list[str]
    identifiers: list[IdentifierView]


class VariantView(BaseModel):
    """Another content that came under the same id: an earlier revision, or one that was never applied."""

    digest: str
    event: dict[str, Any]


class InteractionAnswer(BaseModel):
    """What became of an interaction, and why."""

    number: int
    id: str
    source: str
    time: AwareDatetime
    profile_id: str | None = Field(description="Whose timeline it is on now; null of one that names nobody")
    outcome: str
    explanation: str
    joined: bool = Field(description="Whether it names nobody and is on the timeline of its conversation's customer")
    login: LoginView | None = Field(
        description="Set if it is anonymous, and is on the timeline of who had logged in around it on a shared device"
    )
    ambiguous: bool = Field(
        description="Whether it is anonymous on a device that several people use, and nobody had logged in around it"
    )
    identifiers: list[ShownIdentifier]
    blocked: list[BlockedView]
    links: list[ShownLink]
    erased_until: AwareDatetime | None = Field(
        description="Set if somebody was erased whose alone its conversation was: what had been said there by then, and"
        " names nobody, is not kept, whoever is named there later"
    )
    created: str | None = Field(description="The profile that came into being with it")
    brought_together: list[BroughtTogether]
    variants: list[VariantView]
    masked: bool

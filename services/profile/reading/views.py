"""What the profile API answers, as Pydantic models: the source of the OpenAPI document."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from schemas.golden_record import LostBy
from schemas.interaction import Assurance
from services.profile.domain.consent import NotCounted


class IdentifierView(BaseModel):
    """An identifier in its normal form."""

    namespace: str
    value: str


class ProfileIdentifier(IdentifierView):
    """One of a profile's identifiers with how far it is vouched for and when it was seen."""

    assurance: Assurance
    shared: bool
    first_seen: AwareDatetime | None
    last_seen: AwareDatetime | None


class TraitPin(BaseModel):
    """Who pinned a value, why and when."""

    id: str
    author: str
    reason: str
    made_at: AwareDatetime


class TraitValue(BaseModel):
    """A value with who said it, when, in which interaction, and how far the policy trusts its source."""

    value: JsonValue
    source: str
    observed_at: AwareDatetime
    assurance: Assurance
    trust: int
    interaction: str
    pin: TraitPin | None


class LostValue(TraitValue):
    """A value that is not shown. `lost_by`: what first told it from the one that is, in the order of the policy."""

    lost_by: LostBy


class TraitView(TraitValue):
    """The value shown for a trait, and the others, the best first."""

    others: list[LostValue]


class ChannelFigures(BaseModel):
    """What happened on one channel; durations in seconds."""

    interactions: int
    first_seen: AwareDatetime
    last_seen: AwareDatetime
    wait_seconds: float
    handle_seconds: float
    transfers: int


class Figures(BaseModel):
    """What happened over all channels: sums over the profile's identifiers."""

    interactions: int
    first_seen: AwareDatetime | None
    last_seen: AwareDatetime | None
    channels: dict[str, ChannelFigures]


class JourneyStage(BaseModel):
    """Where the customer stands in one journey."""

    journey: str
    stage: str
    entered_at: AwareDatetime


class ConsentWord(BaseModel):
    """What was said about a purpose: when, on behalf of which identifier, by which source, in which interaction."""

    granted: bool
    at: AwareDatetime
    identifier: IdentifierView
    assurance: Assurance
    source: str
    interaction: str
    method: str | None
    wording: str | None


class UncountedWord(ConsentWord):
    """A word that does not decide. `why` names the first reason against it.

    `claimed`: whoever typed the address allowed it. `older`: as the same identifier something else was said later.
    `overruled`: an allowance, and the person refused as another of their identifiers. `agrees`: it says the same.
    """

    why: NotCounted


class ConsentView(BaseModel):
    """How a person stands to a purpose, the word that decides it, and others, the latest first.

    `unknown`: what was said does not count, so `decided_by` is null. Of each identifier the latest words are shown;
    `/consents` has the whole ledger.
    """

    state: Literal["granted", "refused", "unknown"]
    decided_by: ConsentWord | None
    others: list[UncountedWord]


class Profile(BaseModel):
    """One person as resolved now. `id` is the live label, whichever older one was asked for."""

    id: str
    identifiers: list[ProfileIdentifier]
    traits: dict[str, TraitView]
    consents: dict[str, ConsentView] = Field(description="By purpose; one that nobody ever spoke of is not named")
    figures: Figures
    journeys: list[JourneyStage]
    masked: bool = Field(description="Whether values are hidden from the reader's role")


class Alternative(BaseModel):
    """Someone else whom the identifier might mean, and why it was not decided so."""

    profile_id: str
    reason: str
    explanation: str


class LookupRequest(BaseModel):
    """One identifier, in any spelling; `region` (ISO 3166-1 alpha-2) reads national phone numbers."""

    model_config = ConfigDict(extra="forbid")

    namespace: Annotated[str, StringConstraints(min_length=1, max_length=101)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=320)]
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None


class LookupAnswer(BaseModel):
    """The owner by the rules, and the alternatives. `shared`: the identifier belongs to too many to mean one person."""

    profile: Profile
    shared: bool
    alternatives: list[Alternative]


class SearchRequest(BaseModel):
    """Part of a name, or any identifier."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(min_length=2, max_length=320, strip_whitespace=True)]
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: str | None = None


class SearchItem(BaseModel):
    """Enough of a profile to choose it from a list. A name that is only `claimed` was typed by anybody."""

    id: str
    name: str | None
    name_assurance: Assurance | None
    identifiers: list[IdentifierView]
    last_seen: AwareDatetime | None


class SearchAnswer(BaseModel):
    """One page of profiles; `next` is the cursor of the following page."""

    items: list[SearchItem]
    next: str | None


class BlockedIdentifier(BaseModel):
    """An identifier that could not mean anybody, whose value is in the interaction alone."""

    namespace: str
    reason: str


class TimelineAnswer(BaseModel):
    """Interactions, newest first: each is the CloudEvent as received, with what became of it.

    That is `profile_id`, `outcome`, `blocked`, and `interaction_number`, by which `/v1/interactions` explains it.
    """

    items: list[dict[str, Any]]
    next: str | None


class LinkView(BaseModel):
    """Evidence that two identifiers are one person, with the interaction that first showed it."""

    a: IdentifierView
    b: IdentifierView
    first_seen: AwareDatetime
    interaction: str
    source: str
    verified: bool


class JoinedLink(LinkView):
    """`joins`: it is one of those by which rule 4 made them one; others agree with them. `rule` says it in words."""

    joins: bool
    rule: str


class HeldLink(LinkView):
    """A link that the rules refuse to merge on. `profile_id` is who the other end belongs to.

    `used_by` is set if one end is a device that several people use: whom it was met with, none where they are many.
    """

    reason: str
    explanation: str
    profile_id: str | None
    used_by: list[IdentifierView] | None = None


class WithdrawalView(BaseModel):
    """Who took a decision back, why and when."""

    author: str
    reason: str
    at: AwareDatetime


class DecisionView(BaseModel):
    """What a steward decided about two identifiers; a withdrawn decision stays on record."""

    id: str
    kind: Literal["confirm", "separate"]
    a: IdentifierView
    b: IdentifierView
    reason: str
    author: str
    made_at: AwareDatetime
    withdrawn: WithdrawalView | None


STORABLE = r"^[^\x00]*$"
"""PostgreSQL keeps every character of a text but NUL."""
Reason = Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True, pattern=STORABLE)]


Seal = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class DecisionRequest(BaseModel):
    """`confirm`: these two are one person, whatever names were given. `separate`: they are not.

    With the `seal` of a preview it is made only if it still does what the preview showed.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["confirm", "separate"]
    a: LookupRequest
    b: LookupRequest
    reason: Reason
    seal: Seal | None = None


class WithdrawalRequest(BaseModel):
    """Why a decision is taken back; `seal` as for making one."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason
    seal: Seal | None = None


class WithdrawalTrial(WithdrawalRequest):
    """Taking back a decision, to be tried."""

    kind: Literal["withdraw"]
    decision: UUID


PreviewRequest = Annotated[DecisionRequest | WithdrawalTrial, Field(discriminator="kind")]


class MoveView(BaseModel):
    """An identifier that changes hands; `profile_id` is null where a trial would bring a new profile into being."""

    identifier: IdentifierView
    previous: str
    profile_id: str | None


class PersonAfter(Profile):
    """A person as the decision leaves them; no id yet where a trial would bring them into being."""

    id: str | None  # type: ignore[assignment]


class EffectAnswer(BaseModel):
    """What a decision does, or would do: `decision` is null for a trial. `before` and `after` are whom it touches.

    A trial has a `seal`, to be sent along when it is done.
    """

    decision: DecisionView | None
    seal: str | None
    moves: list[MoveView]
    before: list[Profile]
    after: list[PersonAfter]


class WhyRequest(BaseModel):
    """Two identifiers, in any spelling."""

    model_config = ConfigDict(extra="forbid")

    a: LookupRequest
    b: LookupRequest


class ThroughView(BaseModel):
    """Somebody else's identifier that both were shown with, and why neither has it."""

    identifier: IdentifierView
    a: HeldLink
    b: HeldLink


class WhyAnswer(BaseModel):
    """Why two identifiers are, or are not, one person.

    If they are: the links and confirmations that lead from the one to the other. If not: the links between the two
    people that were held, each with its reason, the separations, and `through` which identifiers of others both were
    shown with, like a shared telephone. Nothing at all: no evidence brings them near one another.
    """

    one_person: bool
    profile_a: str
    profile_b: str
    path: list[LinkView]
    decisions: list[DecisionView]
    held: list[HeldLink]
    through: list[ThroughView]


class IdentityAnswer(BaseModel):
    """Why this is one person: identifiers, the links that joined them, those held back, and stewards' decisions."""

    identifiers: list[ProfileIdentifier]
    links: list[JoinedLink]
    held: list[HeldLink]
    held_total: int = Field(description="How many there are in all, counted to ten thousand")
    decisions: list[DecisionView]

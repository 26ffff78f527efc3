"""What the profile service says: which interactions belong to whom, who moved where, and who was erased.

An interaction hangs on its *anchor*, its strongest usable identifier; a profile is where that identifier belongs now.
Each belonging carries a version that only grows, so a reader keeps the highest one and needs no order between messages.
The anchor changes only by a correction: a newer revision, or a conversation whose customer became known. Corrections
carry `placed`, which grows too: of what is said about one interaction, what was placed last holds.

A trait hangs where the interaction does that states it. Which of several values is shown follows from what is told
here: `schemas.golden_record` works it out of what was stated, what stewards pinned and the policy.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from schemas.interaction import Interaction, Part
from schemas.trait_rules import TraitName, TraitPolicy

ProfileId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$", description="A label: old ones answer for ever")]
Outcome = Literal["attached", "created", "merged", "held", "blocked", "unidentified", "duplicate", "stale_revision"]


Placed = Annotated[
    int, Field(ge=0, description="0 for what is new; each correction has a higher one than those before")
]

Number = Annotated[
    int, Field(ge=0, description="The interaction's own, which says nothing and is never given twice; 0 when not told")
]


class Belonging(Part):
    """The identifier with this number belongs to this profile since this version."""

    identifier: int
    profile_id: ProfileId
    version: int


Trust = Annotated[int, Field(ge=0, description="How far its source is trusted with traits; policy may overrule it")]


class InteractionAttachedData(Part):
    """One new interaction with the identifier it hangs on; `text` and `raw` are left out.

    `trust` and `verified` say how much its traits are worth: whether its source vouches for the identifier, as the
    profile service judged it. They are told where it states any.
    """

    anchor: Belonging
    outcome: Outcome
    interaction: Interaction
    placed: Placed = 0
    number: Number = 0
    trust: Trust = 0
    verified: bool | None = None


class ProfileEvent(Part):
    """The CloudEvents envelope of this topic."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: Literal["/profile"] = "/profile"
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"


class InteractionAttached(ProfileEvent):
    """An interaction found its customer."""

    type: Literal["profile.interaction.attached"] = "profile.interaction.attached"
    data: InteractionAttachedData


class InteractionWithdrawnData(Part):
    """The interaction with this source and id no longer hangs where it did on this profile; where it does is told."""

    profile_id: ProfileId
    source: str
    id: str
    placed: Placed
    number: Number = 0


class InteractionWithdrawn(ProfileEvent):
    """A correction took an interaction from its customer."""

    type: Literal["profile.interaction.withdrawn"] = "profile.interaction.withdrawn"
    data: InteractionWithdrawnData


class Move(Belonging):
    """An identifier that changed hands; `previous` is the profile that it left.

    That one's id answers with whoever has the identifier that it `follows`, which may never have been told of.
    """

    previous: ProfileId | None = None
    follows: int | None = None


class IdentifiersMovedData(Part):
    """Identifiers that belong elsewhere now: by a merge, or by a split."""

    moves: tuple[Move, ...]


class IdentifiersMoved(ProfileEvent):
    """Profiles were merged or split."""

    type: Literal["profile.identifiers.moved"] = "profile.identifiers.moved"
    data: IdentifiersMovedData


class Voided(Part):
    """What was said of the identifier with this number below this version is void."""

    identifier: int
    version: int


class ProfileErasedData(Part):
    """A person is to be forgotten, by whoever keeps anything of what was said about them.

    `profile_ids` are all ids that led there. What hangs on one of the `identifiers` by a belonging of a lower version
    than is told here never was, whether it came before this or comes after.
    """

    profile_ids: tuple[ProfileId, ...]
    identifiers: tuple[Voided, ...]


class ProfileErased(ProfileEvent):
    """A person was erased."""

    type: Literal["profile.erased"] = "profile.erased"
    data: ProfileErasedData


class TraitPinnedData(Part):
    """A steward chose this value of a trait, as it was stated about the identifier of `anchor`.

    Where several pins of a trait meet in one person, the one made later counts; among these the greater `pin`.
    """

    anchor: Belonging
    pin: str
    made_at: AwareDatetime
    trait: str
    value: JsonValue
    source: str
    interaction: str
    observed_at: AwareDatetime
    trust: Trust = 0
    verified: bool


class TraitPinned(ProfileEvent):
    """A value is shown whatever others say."""

    type: Literal["profile.trait.pinned"] = "profile.trait.pinned"
    data: TraitPinnedData


class TraitUnpinnedData(Part):
    """The pin counts no more, whether it was told of before this or is after: it is never made again."""

    anchor: Belonging
    pin: str


class TraitUnpinned(ProfileEvent):
    """A pin was taken back, or the identifier that it hung on is no more."""

    type: Literal["profile.trait.unpinned"] = "profile.trait.unpinned"
    data: TraitUnpinnedData


class PolicyStatedData(Part):
    """By which rules one value of a trait is shown. The one of the highest `version` is in force, for everybody."""

    version: int
    traits: dict[TraitName, TraitPolicy]


class PolicyStated(ProfileEvent):
    """The profile service was started with this policy."""

    type: Literal["profile.policy.stated"] = "profile.policy.stated"
    data: PolicyStatedData

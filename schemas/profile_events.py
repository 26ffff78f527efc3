"""What the profile service says: which interactions belong to whom, who moved where, and who was erased.

An interaction hangs on its *anchor*, its strongest usable identifier; a profile is where that identifier belongs now.
Each belonging carries a version that only grows, so a reader keeps the highest one and needs no order between messages.
The anchor changes only by a correction: a newer revision, or a conversation whose customer became known. Corrections
carry `placed`, which grows too: of what is said about one interaction, what was placed last holds.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.interaction import Interaction, Part

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


class InteractionAttachedData(Part):
    """One new interaction with the identifier it hangs on; `text` and `raw` are left out."""

    anchor: Belonging
    outcome: Outcome
    interaction: Interaction
    placed: Placed = 0
    number: Number = 0


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

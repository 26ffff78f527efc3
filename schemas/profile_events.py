"""What the profile service says: which interactions belong to whom, and who moved where.

An interaction hangs on its *anchor*, its strongest usable identifier, which never changes; a profile is where that
identifier belongs now. Each belonging carries a version that only grows, so a reader keeps the highest one and needs
no order between messages.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.interaction import Interaction, Part

ProfileId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$", description="A label: old ones answer for ever")]
Outcome = Literal["attached", "created", "merged", "held", "blocked", "unidentified", "duplicate", "stale_revision"]


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


class Move(Belonging):
    """An identifier that changed hands; `previous` is the profile that it left."""

    previous: ProfileId | None = None


class IdentifiersMovedData(Part):
    """Identifiers that belong elsewhere now: by a merge, or by a split."""

    moves: tuple[Move, ...]


class IdentifiersMoved(ProfileEvent):
    """Profiles were merged or split."""

    type: Literal["profile.identifiers.moved"] = "profile.identifiers.moved"
    data: IdentifiersMovedData

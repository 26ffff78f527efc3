"""What exports and explanations read beside what profiles show, as a port: committed state, changed by nobody here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from services.profile.domain.claims import Claim
from services.profile.domain.sighting import Key
from services.profile.duplicates.queries import Compared
from services.profile.duplicates.rows import Ends
from services.profile.reading.port import LinkRow, Place


class Variant(NamedTuple):
    """A second content that came under the id of an interaction; kept, never applied."""

    digest: str
    body: bytes


class RecordedRow(NamedTuple):
    """An interaction as it is stored, with its variants."""

    place: Place
    outcome: str
    blocked: str | None
    body: bytes
    variants: Sequence[Variant]


class ReadRow(NamedTuple):
    """That somebody read a profile."""

    at: datetime
    person: str
    roles: Sequence[str]
    action: str


class LinkPlace(NamedTuple):
    """A link's ends, by their numbers."""

    a: int
    b: int


class PlacedLink(NamedTuple):
    """A link with its place among all."""

    place: LinkPlace
    row: LinkRow


class LikelyRow(NamedTuple):
    """A pair of people that were compared, and whether a decision about them stands."""

    ends: Ends
    compared: Compared
    decided: bool

    def other(self, profile: str) -> str:
        """Who the pair is beside this one."""
        return self.ends[1] if self.ends[0] == profile else self.ends[0]


class Shown(NamedTuple):
    """An identifier that an interaction showed, where it belongs now, and whether this interaction verified it."""

    number: int
    key: Key
    profile: str
    verified: bool


class LoginRow(NamedTuple):
    """The interaction in which somebody logged in on a device."""

    time: datetime
    source: str
    event_id: str
    device: Key
    person: Key


@dataclass(frozen=True, slots=True)
class Recorded:
    """An interaction with all that resolution made of it. `shown` has the strongest identifier first.

    `owner` is the profile on whose timeline it is. `shared` is the namespace of what it hangs on, where that is shared.
    With a `login` it hangs on who had logged in around it on a device.
    """

    number: int
    row: RecordedRow
    source: str
    event_id: str
    shown: Sequence[Shown]
    links: Sequence[LinkRow]
    owner: str | None
    shared: str | None
    login: LoginRow | None

    @property
    def joined(self) -> bool:
        """Whether it shows nobody and hangs on its conversation's customer."""
        return self.owner is not None and not self.shown


class Records(Protocol):
    """Stored interactions and what was written about them."""

    async def interaction(self, number: int) -> Recorded | None:
        """An interaction by its number."""

    async def engraved(self, mark: bytes) -> datetime | None:
        """The moment up to which a tombstone holds; None where there is no such tombstone."""

    async def labels(self, identifiers: Sequence[int]) -> Mapping[str, int]:
        """Every profile id that was ever founded on one of these identifiers, with that identifier."""

    async def claims(self, identifiers: Sequence[int]) -> Sequence[tuple[int, Claim]]:
        """What was ever claimed about the people behind these identifiers."""

    async def interactions(self, identifiers: Sequence[int], after: Place | None, limit: int) -> Sequence[RecordedRow]:
        """The next interactions that hang on these identifiers, the oldest first."""

    async def links(
        self, identifiers: Sequence[int], after: LinkPlace | None, limit: int, *, held: bool
    ) -> Sequence[PlacedLink]:
        """The next links with an end among these identifiers that joined, or were held."""

    async def likely(self, profile: str, after: str | None, limit: int) -> Sequence[LikelyRow]:
        """The next pairs of a live profile with others that live, in the order of the others' ids."""

    async def reads(self, labels: Sequence[str], after: datetime | None, limit: int) -> Sequence[ReadRow]:
        """The next notes of who read these profiles, the oldest first; those of one moment come together."""

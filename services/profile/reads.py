"""What the profile API reads, as a port; all of it reads committed state and changes nothing but the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from services.profile.domain.figures import Figure, Trait
from services.profile.domain.sighting import Key
from services.profile.store import StoredLink


class Place(NamedTuple):
    """A position in a timeline: event time and interaction number."""

    time: datetime
    id: int


class Seen(NamedTuple):
    """How an identifier was met, whether interactions hang on it or merely mention it."""

    verified: bool
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """An identifier of a profile, with its figures by channel and its traits by name."""

    key: Key
    shared: bool
    seen: Seen
    figures: dict[str, Figure]
    traits: dict[str, list[Trait]]


@dataclass(frozen=True, slots=True)
class Person:
    """A live profile with all that hangs on its identifiers, by their numbers."""

    profile: str
    holdings: dict[int, Holding]


class TimelineRow(NamedTuple):
    """One stored interaction: its place, what was decided, and the event as it came."""

    place: Place
    outcome: str
    blocked: str | None
    body: bytes


class LinkRow(NamedTuple):
    """A link with the names of its ends, who they belong to, and the interaction that first showed it."""

    a: Key
    b: Key
    a_profile: str
    b_profile: str
    link: StoredLink
    source: str
    event_id: str


class Found(NamedTuple):
    """A search result."""

    profile: str
    name: str | None
    keys: Sequence[Key]
    last_seen: datetime | None


class ProfileReads(Protocol):
    """Questions about profiles."""

    async def owner(self, key: Key) -> tuple[str, bool] | None:
        """The live profile of an identifier in normal form and whether it is shared; None if unknown."""

    async def live(self, profile: str) -> str | None:
        """The live profile that a label, old or new, answers with; None if it never was one."""

    async def person(self, profile: str) -> Person:
        """A live profile."""

    async def timeline(
        self, profile: str, before: Place | None, channel: str | None, limit: int
    ) -> Sequence[TimelineRow]:
        """Up to `limit` interactions of a live profile, newest first, from just before a place."""

    async def links(self, profile: str, limit: int) -> Sequence[LinkRow]:
        """Links that joined the profile's identifiers, oldest first."""

    async def held(self, profile: str, limit: int) -> tuple[Sequence[LinkRow], int]:
        """Held links with an end in the profile, oldest first, and how many there are in all."""

    async def held_at(self, key: Key, limit: int) -> Sequence[LinkRow]:
        """Held links of one identifier."""

    async def search(self, forms: Sequence[str], words: str, offset: int, limit: int) -> Sequence[Found]:
        """Profiles with an identifier that equals one of `forms`, then those whose name contains `words`."""

    async def audit(self, at: datetime, person: str, roles: Sequence[str], action: str, profile: str | None) -> None:
        """Notes that somebody read."""

"""What the profile API reads, as a port: committed state. Nothing is changed but the notes of who read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from schemas.golden_record import Candidate, Pin, Trait, candidates
from services.profile.domain.consent import Said
from services.profile.domain.figures import Figure
from services.profile.domain.sighting import Key
from services.profile.store import Decision, StoredLink


class Place(NamedTuple):
    """A position in a timeline: event time and interaction number."""

    time: datetime
    id: int


class Seen(NamedTuple):
    """How an identifier was met, whether interactions hang on it or merely mention it.

    One that only a steward's decision still names was never met.
    """

    verified: bool
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Holding:
    """An identifier of a profile: its figures by channel, its traits and standing pins by name, consents by purpose."""

    key: Key
    shared: bool
    seen: Seen
    figures: dict[str, Figure]
    traits: dict[str, list[Trait]]
    pins: dict[str, list[Pin]] = field(default_factory=dict)
    consents: dict[str, list[Said]] = field(default_factory=dict)

    def values(self) -> dict[str, list[Candidate]]:
        """What may be shown of each trait."""
        names = sorted(self.traits.keys() | self.pins.keys())
        return {name: candidates(self.traits.get(name, ()), self.pins.get(name, ())) for name in names}


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


class Page(NamedTuple):
    """A page of the timeline of a live profile."""

    profile: str
    rows: Sequence[TimelineRow]


class LookedUp(NamedTuple):
    """The owner of an identifier, whether it is shared, and who its held links lead to, with their reasons."""

    person: Person
    shared: bool
    others: Sequence[tuple[str, str]]


class Note(NamedTuple):
    """Who reads, in which roles, what and when. It is kept with the profile that was read, in the same transaction."""

    at: datetime
    person: str
    roles: Sequence[str]
    action: str


class LinkRow(NamedTuple):
    """A link with the names of its ends, who they belong to, and the interaction that first showed it.

    `shared` are those of its ends that too many people have.
    """

    a: Key
    b: Key
    a_profile: str
    b_profile: str
    link: StoredLink
    source: str
    event_id: str
    shared: Sequence[Key] = ()


class DecisionRow(NamedTuple):
    """A decision with the names of the identifiers that it is about."""

    decision: Decision
    a: Key
    b: Key


class Found(NamedTuple):
    """A search result; `names` has all values of the traits that people are searched by."""

    profile: str
    names: Mapping[str, Sequence[Candidate]]
    keys: Sequence[Key]
    last_seen: datetime | None


class ProfileReads(Protocol):
    """Questions about profiles."""

    async def lookup(self, key: Key, others: int, note: Note) -> LookedUp | None:
        """The owner of an identifier in normal form, with up to `others` held links; None if it is unknown."""

    async def read(self, label: str, note: Note) -> Person | None:
        """The live profile that a label, old or new, answers with; None if it answers with nobody."""

    async def live(self, profile: str) -> str | None:
        """The live profile that a label, old or new, answers with; None if it answers with nobody."""

    async def erased(self, label: str) -> bool:
        """Whether whoever had this id was erased."""

    async def emptied(self, label: str) -> bool:
        """Whether this id led to somebody of whom nothing is left, without an erasure."""

    async def person(self, profile: str) -> Person:
        """A live profile."""

    async def timeline(
        self, label: str, before: Place | None, channel: str | None, limit: int, note: Note
    ) -> Page | None:
        """Up to `limit` interactions of a label's live profile, newest first, from just before a place."""

    async def links(self, profile: str, limit: int) -> Sequence[LinkRow]:
        """Up to `limit` links that joined the profile's identifiers, in the order of age."""

    async def held(self, profile: str, limit: int) -> tuple[Sequence[LinkRow], int]:
        """Up to `limit` held links with an end in the profile, in the order of age, and how many there are in all.

        They are counted to ten thousand, or as many as are wanted.
        """

    async def met_with(self, keys: Sequence[Key], most: int) -> Mapping[Key, Sequence[Key]]:
        """The other ends of up to `most` verified links of each of these identifiers, in order."""

    async def holdings(self, identifiers: Sequence[int]) -> dict[int, Holding]:
        """What hangs on these identifiers, whoever they belong to."""

    async def decisions(self, profile: str) -> Sequence[DecisionRow]:
        """Decisions about the profile's identifiers, the latest first, those withdrawn too."""

    async def search(self, forms: Sequence[str], words: str, offset: int, limit: int) -> Sequence[Found]:
        """Profiles with an identifier that equals one of `forms`, then those whose name contains `words`."""

    async def note(self, note: Note, *profiles: str) -> None:
        """Notes a read of these people that found its answer otherwise; of nobody, that somebody asked."""

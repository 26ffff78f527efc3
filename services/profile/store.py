"""The profile store as a port. Two forms keep it: `memory_store` and `postgres`.

A unit is one transaction of the profile step. Its methods are called in the order in which they stand here, and that
is also the one global order of locks: identifiers by (namespace, value), then raw components by number, then the rest.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple, Protocol, TypeVar

import msgspec

from schemas.golden_record import Trait
from services.profile.domain.claims import NO_CLAIMS, Claim
from services.profile.domain.consent import Said
from services.profile.domain.labels import Label
from services.profile.domain.large import Large
from services.profile.domain.logins import Login
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import Decisions, Pair, pair
from services.profile.domain.retention import KeepRule
from services.profile.domain.sighting import Key
from services.profile.turn import Turn
from services.runtime.log import Message

T = TypeVar("T")
EventKey = tuple[str, str]
"""Source and id: what makes an interaction the same one."""
TraitPlace = tuple[int, str, str]
"""Identifier, name and source."""
ConversationKey = tuple[str, str]
"""Source and the conversation's id there."""


class Member(msgspec.Struct, frozen=True, gc=False):
    """Where an identifier belongs now."""

    component: int
    profile: str
    founder: int
    version: int
    shared: bool

    @property
    def label(self) -> Label:
        """The profile id with the identifier that it was founded on."""
        return Label(self.profile, self.founder)


class StoredLink(msgspec.Struct, frozen=True, gc=False):
    """A link as it stands; `held` is the reason, None for a link that joins. `interaction` first showed it.

    `claims` are what was claimed where somebody logged in on a device, of the link between the two, bounded by `least`.
    """

    first_seen: datetime
    interaction: int
    verified: bool
    held: str | None
    claims: frozenset[Claim] = NO_CLAIMS


class Decision(NamedTuple):
    """What a steward decided about two identifiers. `withdrawn` says who took it back, when and why."""

    id: str
    kind: Literal["confirm", "separate"]
    a: int
    b: int
    reason: str
    author: str
    made_at: datetime
    withdrawn: "Withdrawal | None" = None


class Withdrawal(NamedTuple):
    """The end of a decision, which stays on record."""

    author: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Region:
    """Whole raw components with all their links, claims, and the decisions that stand.

    `keys` also names the far ends of links that leave the region. Where such a link is verified, its far end is
    shared: otherwise it would be part of the component. Of components that are `large` and were read lightly only the
    seeds are `members`, with nothing else. Of `crowds` the people of the seeds are, with all their links, and everybody
    `around` them with whom they have verified links.
    """

    members: Mapping[int, Member]
    keys: Mapping[int, Key]
    links: Mapping[Pair, StoredLink]
    claims: Mapping[int, AbstractSet[Claim]] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    large: Mapping[int, Large] = field(default_factory=dict)
    crowds: AbstractSet[int] = frozenset()
    around: AbstractSet[int] = frozenset()

    def far_shared(self) -> set[int]:
        """Shared identifiers outside the region that it has links to."""
        return {end for p, link in self.links.items() if link.verified for end in p if end not in self.members}

    def with_whole(self, read: "Region", components: AbstractSet[int]) -> "Region":
        """The same, where these large components or all crowds were `read` whole since."""
        crowds = self.crowds - components
        decisions = {one.id: one for one in (*self.decisions, *read.decisions)}
        return Region(
            {**self.members, **read.members},
            {**self.keys, **read.keys},
            {**self.links, **read.links},
            {**self.claims, **read.claims},
            list(decisions.values()),
            {component: large for component, large in self.large.items() if component not in components},
            crowds,
            self.around if crowds else frozenset(),
        )


class StoredInteraction(NamedTuple):
    """One row of the timeline. `identifiers` has the anchor first; `claimed` are those that nobody verified.

    `identifiers` is the literal of an array: lists cost more to send than the rest of the row. Durations are whole
    milliseconds, so that sums over rows are exact. `device` is what it would hang on, had nobody logged in there: None
    of what hangs where it names.
    """

    id: int
    source: str
    event_id: str
    anchor: int | None
    identifiers: str
    claimed: Sequence[int] | None
    time: datetime
    channel: str
    conversation: str | None
    outcome: str
    blocked: str | None
    wait_ms: int | None
    handle_ms: int | None
    transfers: int | None
    revision: datetime | None
    digest: bytes
    body: bytes
    device: int | None = None


class Known(NamedTuple):
    """A stored interaction: its number, the vendor's version time of the record, and the digest of its content."""

    number: int
    revision: datetime | None
    digest: bytes

    def replaced_by(self, revision: datetime | None) -> bool:
        """Whether a content of this revision is newer; one without a revision replaces nothing."""
        return revision is not None and (self.revision is None or revision > self.revision)


class StoredConsent(NamedTuple):
    """One line of the consent ledger: what an interaction said about a purpose as the identifier that it hangs on."""

    interaction: int
    purpose: str
    identifier: int
    said: Said


class Speaker(NamedTuple):
    """An identifier that interactions of a conversation hang on: whether verified there, and since when."""

    identifier: int
    key: Key
    verified: bool
    first: datetime


class Span(NamedTuple):
    """A time with both of its ends."""

    since: datetime
    until: datetime


ALWAYS = Span(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))


class MetOn(NamedTuple):
    """A shared identifier's namespace, and its verified links: to whom, and of which namespace."""

    namespace: str
    others: Mapping[int, str]


class Use(NamedTuple):
    """An interaction that is a device's, unless somebody had logged in around it: then it hangs on them."""

    number: int
    device: int
    anchor: int
    time: datetime


class Hung(NamedTuple):
    """Where an interaction hangs; `device` is set if it is by a login there."""

    anchor: int
    device: int | None


@dataclass(slots=True)
class Changes:
    """Everything one step writes. What is known of a `large` component is None if it is a crowd."""

    interactions: list[StoredInteraction] = field(default_factory=list)
    variants: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    new_labels: list[Label] = field(default_factory=list)
    new_members: dict[int, Member] = field(default_factory=dict)
    moved_members: dict[int, Member] = field(default_factory=dict)
    links: dict[Pair, StoredLink] = field(default_factory=dict)
    traits: dict[TraitPlace, Trait] = field(default_factory=dict)
    consents: list[StoredConsent] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    large: dict[int, Large | None] = field(default_factory=dict)


class Unit(Protocol):
    """One transaction of the profile step."""

    async def any_erased(self) -> bool:
        """Whether anybody was ever erased."""

    async def engraved(self, marks: Sequence[bytes]) -> dict[bytes, datetime]:
        """Those of the marks that are tombstones, each with the moment up to which it holds."""

    async def buried(self, labels: Iterable[str]) -> set[str]:
        """Those of these ids that led to somebody who was erased."""

    async def known(self, keys: Sequence[EventKey]) -> dict[EventKey, Known]:
        """Those interactions that are stored.

        A unit in a row with others may answer with none: if one was, `write` raises Conflict, and the next try asks.
        """

    async def number(self, keys: Iterable[Key]) -> tuple[dict[Key, int], set[int]]:
        """The number of every identifier, and which of the numbers are new; those follow the order of the keys."""

    async def find(self, keys: Iterable[Key]) -> dict[Key, int]:
        """The numbers of those identifiers that are known; adds none."""

    async def decision(self, decision_id: str) -> Decision | None:
        """A decision, withdrawn or not."""

    async def claim(self, claims: AbstractSet[tuple[int, Claim]]) -> set[int]:
        """Keeps claims about identifiers; those of the identifiers about which one is new."""

    async def members(self, identifiers: Iterable[int]) -> dict[int, Member]:
        """Where identifiers belong, without locking them."""

    async def speakers(self, conversations: Iterable[ConversationKey]) -> dict[ConversationKey, list[Speaker]]:
        """Who takes part in those of the conversations that have interactions which name nobody."""

    async def astray(self, customers: Mapping[ConversationKey, int | None]) -> dict[int, int | None]:
        """Interactions that name nobody and do not hang on their conversation's customer; each with that one."""

    async def met_on(self, identifiers: Iterable[int], most: int) -> dict[int, MetOn]:
        """Those of the identifiers that stand; shared ones with up to `most` of their verified links."""

    async def logins(self, pairs: Iterable[Pair], spans: Mapping[int, Span]) -> dict[int, list[Login]]:
        """Interactions that hang on the second of a pair and verify the first, a device, in its span; sorted."""

    async def used(
        self, spans: Mapping[int, Span], left: AbstractSet[int], among: Sequence[int] | None = None
    ) -> list[Use]:
        """What is a device's own, in its span. Of those that are `left` alone, only what hangs elsewhere.

        `among` asks of these numbers only.
        """

    async def expired(
        self, rules: Sequence[KeepRule], now: datetime, limit: int, among: Sequence[int] | None = None
    ) -> list[int]:
        """The numbers of up to `limit` interactions that the first rule about them does not keep any more.

        What states a consent is kept. `among` asks of these numbers only.
        """

    async def claims_due(self, most: int) -> list[int]:
        """No more than so many of the identifiers about which claims are to be counted anew; without locking them."""

    async def logins_due(self, most: int) -> list[Pair]:
        """No more than so many of the links whose claims are to be counted anew; without locking them."""

    async def links(self, pairs: Iterable[Pair]) -> dict[Pair, StoredLink]:
        """Those of the links that are stored."""

    async def lock_region(self, seeds: Mapping[int, Member], *, lightly: bool = False) -> Region:
        """The raw components of `seeds`, locked. Raises Conflict when a seed no longer belongs where it did.

        Lightly, those known to be large are told and not read, and crowds are read in part. What is read whole is not
        known to be large or a crowd any more.
        """

    async def retired(self, founders: Iterable[int]) -> list[Label]:
        """Every label ever founded on one of these identifiers."""

    async def numbers(self, interactions: int) -> Sequence[int]:
        """So many fresh interaction numbers."""

    async def version(self) -> int:
        """A version above all that were given out for what is locked."""

    async def write(self, changes: Changes) -> None:
        """Writes all of it. Raises Conflict when one of the interactions was stored meanwhile."""

    async def put(self, topic: str, messages: Sequence[Message]) -> None:
        """Puts messages in the outbox."""


class TakenOut(NamedTuple):
    """An interaction that was taken out of the store. `identifiers` has the anchor first; none if it hung on nobody."""

    number: int
    key: EventKey
    anchor: int | None
    identifiers: Sequence[int]
    digest: bytes
    body: bytes
    device: int | None = None

    @property
    def star(self) -> set[Pair]:
        """The links that it showed."""
        return {pair(self.identifiers[0], other) for other in self.identifiers[1:]}


class Hanging(NamedTuple):
    """An interaction that is an identifier's: whether it names it and its source vouches for that, and as it came.

    What is a device's and hangs on somebody who logged in there names the device, and does not hang on it.
    """

    anchor: int
    vouched: bool
    body: bytes
    hangs: bool = True


class Rehung(NamedTuple):
    """An interaction that hangs elsewhere now; `anchor` is where it hung.

    `verified` tells whether it verified the identifier that it hangs on now.
    """

    number: int
    key: EventKey
    anchor: int
    outcome: str
    body: bytes
    verified: bool


class Neighbourhood(NamedTuple):
    """An identifier's namespace, and how many verified links it has to each namespace."""

    namespace: str
    counts: Mapping[str, int]


class CorrectingUnit(Unit, Protocol):
    """A unit that takes evidence away. It has the tables for itself: no other unit runs beside it.

    What a unit finds written already it leaves alone, so evidence may only disappear while nobody builds on it.
    """

    async def take_out(self, numbers: Iterable[int]) -> list[TakenOut]:
        """Removes interactions with their words of consent."""

    async def drop_variants(self, numbers: Sequence[int]) -> None:
        """Removes the other contents of these interactions."""

    async def rehang(self, places: Mapping[int, Hung]) -> list[Rehung]:
        """Hangs interactions elsewhere, with their words of consent."""

    async def recount(self, pairs: Iterable[Pair]) -> dict[Pair, StoredLink]:
        """Brings links to what interactions still witness, gives those, and removes the others. Claims stay."""

    async def verifying(self, pairs: Iterable[Pair]) -> list[tuple[Pair, bytes]]:
        """The interactions that show one of these links and verify both of its ends, as they came."""

    async def tell(self, claims: Mapping[Pair, AbstractSet[Claim]]) -> None:
        """Puts these in place of all that links had of claims."""

    async def hanging(self, anchors: Iterable[int]) -> list[Hanging]:
        """The interactions that hang on these identifiers."""

    async def restate(
        self, anchors: Iterable[int], traits: Mapping[TraitPlace, Trait], claims: AbstractSet[tuple[int, Claim]]
    ) -> None:
        """Puts these traits and claims in place of all that these identifiers had."""

    async def claims_counted(self, identifiers: Iterable[int]) -> None:
        """Claims about these are due no more."""

    async def logins_counted(self, pairs: Iterable[Pair]) -> None:
        """Claims of these links are due no more."""

    async def name(self, identifiers: Iterable[int]) -> dict[int, Key]:
        """Identifiers by number."""

    async def neighbourhoods(self, identifiers: Iterable[int], most: int | None = None) -> dict[int, Neighbourhood]:
        """Who verified links lead to, counted; of each identifier perhaps of no more than `most` links on either side.

        A side are those to lesser or to greater numbers.
        """

    async def told_on(self, identifiers: Iterable[int]) -> dict[int, list[AbstractSet[Claim]]]:
        """The claims of each link that these have, of those that have any."""

    async def neighbours(self, identifiers: Iterable[int]) -> set[int]:
        """Where verified links of these identifiers, and standing decisions about them, lead to."""

    async def pinned(self, identifiers: Iterable[int]) -> list[tuple[str, int]]:
        """The pins that stand on these, by their ids, with the identifier of each."""

    async def remove_unused(self, identifiers: Iterable[int], policy: IdentityPolicy) -> set[int]:
        """Removes those that no link, interaction or decision, withdrawn or not, names any more, and tells which.

        Labels founded on them are founded on the strongest identifier that is left of the same profile; without one
        they stay, and lead to nobody.
        """


class Erasure(NamedTuple):
    """That a person was erased: under which id, by whom, why and when; and how much went. It is all that stays.

    `mentioned` are interactions of others that mentioned the person. `kept` are identifiers that others have too.
    """

    id: str
    profile: str
    author: str
    reason: str
    at: datetime
    identifiers: int = 0
    kept: int = 0
    interactions: int = 0
    decisions: int = 0
    pins: int = 0
    mentioned: int = 0
    dead_letters: int = 0


class LettersDue(NamedTuple):
    """By what dead letters are known that an erasure has still to forget. Nothing of it says who was erased.

    `marks` are its tombstones, those of identifiers and conversations for what happened up to that moment; `labels` its
    ids. Identifiers are looked for as these `namespaces`, and read as they are written in these `regions`.
    """

    marks: frozenset[bytes]
    until: datetime
    labels: frozenset[str]
    namespaces: tuple[str, ...]
    regions: tuple[str, ...]


class Remainder(NamedTuple):
    """Contents kept beside an interaction: its number, the digest, and the event as it came."""

    interaction: int
    digest: bytes
    body: bytes


class ErasingUnit(CorrectingUnit, Protocol):
    """A correcting unit that forgets as well."""

    async def erasure(self, label: str) -> Erasure | None:
        """How whoever had this id was erased."""

    async def whole(self, label: str) -> dict[int, Member]:
        """All identifiers of the live profile that a label answers with; none if it never was one."""

    async def hung(self, identifiers: Iterable[int]) -> list[int]:
        """The numbers of the interactions that hang on these identifiers."""

    async def mentioning(self, identifiers: Iterable[int]) -> list[int]:
        """The numbers of those interactions that hang on others, and show links to these identifiers."""

    async def spoken(self, conversations: AbstractSet[ConversationKey]) -> set[ConversationKey]:
        """Those of the conversations in which an interaction names somebody."""

    async def companions(self, identifiers: Iterable[int]) -> dict[str, set[int]]:
        """The profiles of these identifiers, each with all that it has."""

    async def undecide(self, identifiers: Iterable[int]) -> list[Pair]:
        """Removes every decision about one of these identifiers, withdrawn or not; what each was about."""

    async def unpin(self, identifiers: Iterable[int]) -> int:
        """Removes every pin on these identifiers, withdrawn or not; how many there were."""

    async def remainders(self, wanted: Callable[[Remainder], bool]) -> list[Remainder]:
        """Contents that are kept beside an interaction, those that are `wanted`; all are looked at."""

    async def drop_remainders(self, those: Sequence[Remainder]) -> None:
        """Removes some of them."""

    async def retract(self, told: Callable[[bytes], bool]) -> None:
        """Takes those messages out of the outbox about whose value `told` says so."""

    async def engrave(self, marks: Iterable[bytes], until: datetime) -> None:
        """Makes tombstones; one that stands holds up to the later moment."""

    async def bury(self, erasure: Erasure, due: LettersDue) -> None:
        """Keeps that somebody was erased, that `due.labels` answer for nobody any more, and which letters are due."""

    async def discard(self, labels: Iterable[str]) -> None:
        """Removes those of these ids that lead to nobody."""


class Store(Protocol):
    """Runs units, and publishes what they put down once they are committed."""

    async def run(self, step: Callable[[Unit], Awaitable[T]], turn: Turn | None = None) -> T:
        """The result of `step` in one unit, tried again on Conflict, first in its turn. Raises Unavailable."""

    async def run_alone(self, step: Callable[[ErasingUnit], Awaitable[T]]) -> T:
        """The result of `step` in one unit that waits until no other runs. Raises Unavailable."""


def standing(decisions: Iterable[Decision]) -> Decisions:
    """Decisions as resolution takes them; those withdrawn are none."""
    stand = [decision for decision in decisions if decision.withdrawn is None]
    return Decisions(
        frozenset((d.a, d.b) for d in stand if d.kind == "confirm"),
        frozenset((d.a, d.b) for d in stand if d.kind == "separate"),
    )

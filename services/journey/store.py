"""The journey store as a port. Two forms keep it: `memory_store` and `postgres`.

A unit is one transaction. Its methods are called in the order in which they stand here, and that is also the one
global order of locks: identifiers by number, then interactions by (source, id), then profiles by id.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from schemas.exported_journeys import JourneyRecords
from schemas.journey_definition import JourneyDefinition
from schemas.segment_definition import SegmentDefinition
from schemas.trait_rules import TraitPolicy
from services.journey.actions.port import ActionPart, ActionsReading, ActionsUnit, Cued
from services.journey.alerts.port import AlertsReading, AlertsUnit, Touched
from services.journey.counted.port import Counted
from services.journey.domain.known import Known
from services.journey.domain.measures.drop_off import DropOff
from services.journey.domain.measures.figures import Figure
from services.journey.domain.measures.flow import FlowLink
from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.measures.measured import Measured
from services.journey.domain.model import Failure, Interaction, Journey, Lapse, Pain, Position, Transition
from services.journey.domain.profile_traits import Pinned
from services.journey.maps.port import Maps
from services.journey.measures.port import Reading
from services.journey.plans.port import Plans
from services.journey.rebuild.port import Rebuilds, RebuildUnit
from services.journey.registry import Registry
from services.journey.shapes import Shape
from services.journey.versions.port import Versions
from services.journey.webhooks.port import DeadDelivery, WebhooksUnit
from services.journey.window import Window
from services.runtime.database import Conflict
from services.runtime.log import Message

T = TypeVar("T")
InteractionKey = tuple[str, str]
"""Source and id."""
Place = tuple[str, str]
"""A profile, and the key of a definition that it may have journeys of."""

LapseKey = tuple[str, str, str, datetime]
"""A profile, the key of a definition, a kind of lapse, and since when its clock ran."""


class AlreadyStored(Conflict):
    """An interaction that was taken for new is stored."""


NOBODY = "00000000-0000-0000-0000-000000000000"
"""Owns the identifiers of people who were erased."""
NO_IDENTIFIER = 0
"""Where ids of people who were erased lead."""


class Owner(NamedTuple):
    """The profile that an identifier belongs to, since a version that only grows.

    An interaction that was attached to it below the version `void` was erased, whenever it comes.
    """

    profile: str
    version: int
    void: int = 0


class StoredInteraction(NamedTuple):
    """One interaction; `anchor` is the identifier it hangs on, `body` its `data` as it came, in JSON.

    `version` is that of the identifier's belonging when it was attached, `number` the profile service's own for the
    interaction. Without an anchor it hangs on nobody: it was withdrawn, and only its mark stays. `trust` and `verified`
    are what its traits are worth; `verified` is None where nobody told.
    """

    source: str
    id: str
    anchor: int | None
    time: datetime
    type: str
    channel: str | None
    placed: int
    body: bytes
    version: int
    number: int
    trust: int = 0
    verified: bool | None = None

    @property
    def key(self) -> InteractionKey:
        """The deduplication key."""
        return self.source, self.id

    @property
    def placing(self) -> "Placing":
        """Where it was placed."""
        return Placing(self.anchor, self.placed, self.number)


class Placing(NamedTuple):
    """The identifier that an interaction hangs on, and which correction says so, 0 for what is new; its own number."""

    anchor: int | None
    placed: int
    number: int

    def replaced_by(self, other: "Placing") -> bool:
        """Whether the other is the newer one. What one correction took from here it may have hung elsewhere."""
        return (other.placed, other.anchor is not None) > (self.placed, self.anchor is not None)


class StoredPin(NamedTuple):
    """A pin, and the belonging of the identifier by which it hangs on it; nothing is `pinned` once it was undone."""

    id: str
    identifier: int
    version: int
    pinned: Pinned | None


class StatedPolicy(NamedTuple):
    """By which rules traits are shown; the policy of the highest version is in force."""

    version: int
    traits: Mapping[str, TraitPolicy]


NO_POLICY = StatedPolicy(-1, {})
"""Before any was stated: what the profile service does by default."""


class ProfileState(NamedTuple):
    """How far a profile was folded, with which revision of the registry, and how often it was folded anew.

    `lapsed` is the latest moment of its lapses that were told without an interaction after them: whatever happened
    up to it may take them back. All that came to pass up to it were told. `known` is None where no rule reads the
    profile.
    """

    position: Position | None = None
    registry: int = 0
    generation: int = 0
    lapsed: datetime | None = None
    known: Known | None = None

    @property
    def segments(self) -> tuple[str, ...]:
        """Those that it is in, as far as it is known."""
        return self.known.segments if self.known else ()


class StoredTransition(NamedTuple):
    """A transition with its own id, and the profile's generation when it was last spoken of."""

    id: str
    generation: int
    profile: str
    step: Transition


class StoredLapse(NamedTuple):
    """A lapse that was told, and the profile's generation when it was."""

    profile: str
    generation: int
    lapse: Lapse

    @property
    def key(self) -> LapseKey:
        """There is one of these."""
        return self.profile, self.lapse.journey, self.lapse.kind, self.lapse.since


class JourneyRow(NamedTuple):
    """One journey of one profile; nothing becomes of it by itself before `due`, if anything does.

    A touchpoint alone does not move `due` to later: whoever finds nothing due then does.
    """

    profile: str
    definition: str
    version: int
    journey: Journey
    due: datetime | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Which of the profile's journeys it is."""
        return self.definition, self.journey.number


@dataclass(slots=True)
class Changes:
    """Everything one step writes. Whoever's journeys change is among the `profiles`.

    The journeys and pain points of `refolded` profiles replace what they had; their facts go until they are measured.
    All others of `new_journeys` were not there before, those of `journeys` were. `gone_transitions` are no more as
    they were; none of `new_transitions` is there once they are gone; so with lapses. Of `waiting` journeys nothing
    changes but when they are due. Levels are not what they were in the quarters `touched`.
    """

    profiles: dict[str, ProfileState] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    refolded: set[str] = field(default_factory=set)
    new_journeys: list[JourneyRow] = field(default_factory=list)
    journeys: list[JourneyRow] = field(default_factory=list)
    reshaped: Counter[Shape] = field(default_factory=Counter)
    waiting: list[JourneyRow] = field(default_factory=list)
    pains: list[tuple[str, Pain]] = field(default_factory=list)
    new_lapses: list[StoredLapse] = field(default_factory=list)
    gone_lapses: list[StoredLapse] = field(default_factory=list)
    new_transitions: list[StoredTransition] = field(default_factory=list)
    gone_transitions: list[StoredTransition] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    cued: list[Cued] = field(default_factory=list)
    touched: set[Touched] = field(default_factory=set)

    def include(self, other: "Changes") -> None:
        """Adds the changes of other profiles."""
        for part in fields(self):
            mine, theirs = getattr(self, part.name), getattr(other, part.name)
            if isinstance(mine, list):
                mine += theirs
            else:
                mine.update(theirs)


class Unit(Protocol):
    """One transaction of the journey step."""

    actions: ActionsUnit
    rebuild: RebuildUnit
    webhooks: WebhooksUnit
    alerts: AlertsUnit

    async def registry(self) -> Registry:
        """The definitions in force."""

    async def known(self, keys: Sequence[InteractionKey]) -> dict[InteractionKey, Placing]:
        """Where those interactions that are stored were placed, locked."""

    async def gone(self, numbers: Sequence[int]) -> dict[int, int]:
        """By which correction each of these was taken away that was, by number: nothing older is to come back."""

    async def owners(self, identifiers: Iterable[int]) -> dict[int, Owner]:
        """Where identifiers belong, locked."""

    async def own(self, owners: Mapping[int, Owner], known: Mapping[int, Owner]) -> None:
        """Moves identifiers. Raises Conflict when one that was not `known` appeared meanwhile."""

    async def add(self, new: Sequence[StoredInteraction], revised: Sequence[StoredInteraction]) -> None:
        """Stores interactions. Raises AlreadyStored when a new one is there, or gone by a later correction."""

    async def forget(self, void: Mapping[int, int], withdrawn: Sequence[StoredInteraction]) -> None:
        """Removes what hangs on these identifiers since before a version, and of the withdrawn what hangs on nobody.

        So with pins.
        Withdrawn ones leave a mark, and so does what a correction had placed: nothing older is told of as stored.
        """

    async def pin(self, pins: Sequence[StoredPin]) -> set[int]:
        """Keeps pins; one that was undone stays so. The identifiers about which that changed anything."""

    async def with_interactions(self, identifiers: Iterable[int]) -> set[int]:
        """Those identifiers that interactions or pins hang on."""

    async def hanging(self, identifiers: Iterable[int]) -> dict[int, list[Interaction]]:
        """The interactions that hang on these identifiers, of those that have any."""

    async def lock_profiles(self, profiles: Iterable[str]) -> dict[str, ProfileState]:
        """The profiles, locked and made where they are missing."""

    async def lock_outdated(self, revision: int, limit: int) -> dict[str, ProfileState]:
        """Up to `limit` profiles folded with an older revision that nobody else has locked."""

    async def lock_unmeasured(self, revision: int, limit: int) -> list[str]:
        """Up to `limit` profiles that have changed since they were measured, folded with this revision, locked."""

    async def lock_due(self, now: datetime, limit: int) -> dict[str, ProfileState]:
        """The profiles of up to `limit` journeys that are due before `now`, which nobody else has locked."""

    async def due(self, profiles: Sequence[str], now: datetime) -> list[JourneyRow]:
        """The journeys of these profiles that are due before `now`."""

    async def latest(self, places: Sequence[Place]) -> dict[Place, Journey]:
        """The last journey of each profile in its definition."""

    async def timelines(self, profiles: Sequence[str]) -> dict[str, list[Interaction]]:
        """Every interaction of the identifiers that belong to these profiles, in timeline order."""

    async def pins(self, profiles: Sequence[str]) -> dict[str, list[Pinned]]:
        """The pins that hang on the identifiers of these profiles, of those that have any."""

    async def transitions(self, profiles: Sequence[str]) -> list[StoredTransition]:
        """The transitions of these profiles."""

    async def lapses(self, profiles: Sequence[str]) -> list[StoredLapse]:
        """The lapses of these profiles that were told."""

    async def pains(self, profiles: Sequence[str]) -> list[Pain]:
        """The pain points that these profiles met."""

    async def write(self, changes: Changes) -> None:
        """Writes all of it."""

    async def measure(self, facts: Mapping[str, Sequence[Measured]]) -> None:
        """Replaces the facts of these profiles, which are measured now."""

    async def sum_up(self, limit: int) -> int:
        """Adds up to `limit` changes of facts, and of journeys, to the sums kept of them; how many these were."""

    async def put(self, topic: str, messages: Sequence[Message]) -> None:
        """Puts messages in the outbox."""


class ProfileJourneys(NamedTuple):
    """The journeys of one profile, latest first, with the steps and pain points of each, and what is known of it."""

    profile: str
    known: Known | None
    journeys: Sequence[JourneyRow]
    steps: Sequence[Transition]
    pains: Sequence[Pain]


class Standing(NamedTuple):
    """Where a profile stands in one journey."""

    journey: str
    stage: str
    entered_at: datetime


class RuleFailures(NamedTuple):
    """How often a rule failed, and why it did the last time."""

    rule: str
    times: int
    reason: str
    last_at: datetime


class Store(Protocol):
    """Runs units and publishes what they put down once they are committed; keeps definitions; answers questions."""

    @property
    def reading(self) -> Reading:
        """What is asked about measures."""

    @property
    def counted(self) -> Counted:
        """What counts of journeys and of steps open to."""

    @property
    def maps(self) -> Maps:
        """What maps need beside it."""

    @property
    def versions(self) -> Versions:
        """Definitions as they were."""

    @property
    def plans(self) -> Plans:
        """What is done about journeys."""

    @property
    def rebuilds(self) -> Rebuilds:
        """Everything made anew."""

    @property
    def records(self) -> JourneyRecords:
        """All that is kept of one person."""

    @property
    def alerts(self) -> AlertsReading:
        """What is asked about alerts."""

    @property
    def acted(self) -> ActionsReading:
        """What is asked about actions."""

    async def run(self, step: Callable[[Unit], Awaitable[T]]) -> T:
        """The result of `step` in one unit, tried again on Conflict. Raises Unavailable."""

    async def registry(self) -> Registry:
        """The definitions in force. Raises Unavailable."""

    async def accept(self, definition: JourneyDefinition) -> bool:
        """Whether the definition is new; it is in force from now on. Raises Rejected unless its version grows."""

    async def accept_segment(self, segment: SegmentDefinition) -> bool:
        """Whether the segment is new; it is in force from now on.

        Raises Rejected unless its version grows, and for one that depends on itself, or on what is not in force.
        """

    async def state_policy(self, policy: StatedPolicy) -> bool:
        """Whether this changes by which rules traits are shown. An older policy does not. Raises Unavailable."""

    async def members(self) -> dict[str, int]:
        """How many profiles are in each segment that anybody is in."""

    async def of_profile(self, profile: str, limit: int) -> ProfileJourneys | None:
        """Up to `limit` journeys of the profile that this id stands for now; None when nobody had it."""

    async def erased(self, profile: str) -> bool:
        """Whether whoever had this id was erased."""

    async def customers(self) -> int:
        """How many profiles there are, about."""

    async def timelines(self, after: str | None, limit: int) -> dict[str, list[Interaction]]:
        """The timelines of up to `limit` profiles whose ids come after this one, in the order of ids."""

    async def pins(self, profiles: Sequence[str]) -> dict[str, list[Pinned]]:
        """The pins of these profiles, of those that have any."""

    async def measures_of(self, profile: str) -> tuple[str, list[Figure]] | None:
        """The profile that this id stands for now, and its figures by definition; None when nobody had it."""

    async def standing(self, profile: str) -> list[Standing]:
        """The latest journey of each definition, by its key, of the profile that this id stands for now."""

    async def supposed(self, groups: Sequence[Sequence[int]]) -> list[list[Standing]]:
        """What `standing` would be for people who are made of these identifiers: the fold of all their interactions."""

    async def funnel(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[StagePart]:
        """Journeys opened in `window`, by stage in the order written; abandoned ones as of `now`.

        Those of customers who are in `segment` now, if one is named; so it is with all that names one.
        """

    async def drop_off(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[DropOff]:
        """Journeys opened in `window` that got as far as each stage, and were abandoned there; as of `now`."""

    async def flow(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[FlowLink]:
        """Steps taken in `window`, most frequent first."""

    async def actions(self, definition: JourneyDefinition, window: Window, now: datetime) -> list[ActionPart]:
        """Actions that were called for in `window`, by action and state, and who contacted us after them."""

    async def dead_deliveries(self, limit: int) -> list[DeadDelivery]:
        """Up to `limit` webhooks that were given up, the latest first."""

    async def replay(self, delivery: str, now: datetime) -> bool:
        """Whether this webhook was given up; from now on it is tried anew."""

    async def note_read(self, person: str, roles: Sequence[str], profiles: Sequence[str]) -> None:
        """Keeps who read of these profiles."""

    async def rule_failures(self, definition: str) -> list[RuleFailures]:
        """Rules of the definition that failed since it was accepted; those of segments under `NO_JOURNEY`."""

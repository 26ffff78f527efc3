"""The journey store in memory: for tests, yours and ours. One unit runs at a time, and a failed one leaves nothing."""

import asyncio
import copy
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from schemas.journey_definition import JourneyDefinition
from schemas.segment_definition import SegmentDefinition
from services.journey.actions.memory import Kept, MemoryActions, MemoryActionsReading, parts
from services.journey.actions.port import ActionPart, ActionsUnit
from services.journey.alerts.memory import MemoryAlerts, MemoryAlertsReading
from services.journey.alerts.port import AlertsUnit, Progress, StoredAlert, Touched
from services.journey.counted.memory import MemoryCounted
from services.journey.domain.alerts.folding import States
from services.journey.domain.alerts.levels import Level
from services.journey.domain.fold import settled
from services.journey.domain.measures.drop_off import DropOff, drop_off
from services.journey.domain.measures.figures import Figure
from services.journey.domain.measures.flow import FlowLink, flow
from services.journey.domain.measures.funnel import Group, StagePart, funnel, grouped
from services.journey.domain.measures.measured import Measured
from services.journey.domain.model import Failure, Interaction, Journey, Pain
from services.journey.domain.profile_traits import Pinned
from services.journey.domain.segments import NO_JOURNEY, compile_segment, rule_name
from services.journey.maps.memory import MemoryMaps
from services.journey.measures.memory import MemoryReading
from services.journey.plans.memory import MemoryPlans
from services.journey.rebuild.memory import MemoryRebuilds, MemoryRebuildUnit
from services.journey.rebuild.port import Rebuild, RebuildUnit
from services.journey.records.memory import MemoryJourneyRecords, ReadAt
from services.journey.registry import Registry, check_segments, check_succession, compiled
from services.journey.store import (
    NO_IDENTIFIER,
    NO_POLICY,
    NOBODY,
    AlreadyStored,
    Changes,
    InteractionKey,
    JourneyRow,
    LapseKey,
    Owner,
    Place,
    Placing,
    ProfileJourneys,
    ProfileState,
    RuleFailures,
    Standing,
    StatedPolicy,
    StoredInteraction,
    StoredLapse,
    StoredPin,
    StoredTransition,
    Unit,
)
from services.journey.supposed import standing_if
from services.journey.versions.memory import MemoryVersions
from services.journey.versions.port import Version
from services.journey.webhooks.memory import MemoryWebhooks, Posted, dead, replay
from services.journey.webhooks.port import DeadDelivery, WebhooksUnit
from services.journey.window import Window
from services.journey.wire import as_seen
from services.runtime.clock import SystemClock
from services.runtime.log import Message, Producer

T = TypeVar("T")


@dataclass(slots=True)
class Tables:
    """All that the store keeps, with whatever hangs on it."""

    owners: dict[int, Owner] = field(default_factory=dict)
    interactions: dict[InteractionKey, StoredInteraction] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    pins: dict[str, StoredPin] = field(default_factory=dict)
    policy: StatedPolicy = NO_POLICY
    profiles: dict[str, ProfileState] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    journeys: dict[tuple[str, str, int], JourneyRow] = field(default_factory=dict)
    transitions: dict[str, StoredTransition] = field(default_factory=dict)
    lapses: dict[LapseKey, StoredLapse] = field(default_factory=dict)
    pains: list[tuple[str, Pain]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    facts: dict[str, Sequence[Measured]] = field(default_factory=dict)
    measured: set[str] = field(default_factory=set)
    actions: dict[str, Kept] = field(default_factory=dict)
    deliveries: dict[str, Posted] = field(default_factory=dict)
    definitions: dict[str, JourneyDefinition] = field(default_factory=dict)
    versions: dict[tuple[str, int], Version] = field(default_factory=dict)
    segments: dict[str, SegmentDefinition] = field(default_factory=dict)
    rebuilds: dict[int, Rebuild] = field(default_factory=dict)
    measured_with: dict[str, int] = field(default_factory=dict)
    levels: dict[tuple[str, int, str], Level] = field(default_factory=dict)
    touched: set[Touched] = field(default_factory=set)
    progress: dict[str, Progress] = field(default_factory=dict)
    alerts_due: dict[str, datetime] = field(default_factory=dict)
    alert_states: dict[tuple[str, int], States] = field(default_factory=dict)
    alerts: dict[str, StoredAlert] = field(default_factory=dict)
    revision: int = 0

    @property
    def folded_with(self) -> Mapping[str, int]:
        """The revision that each profile was folded with."""
        return {profile: state.registry for profile, state in self.profiles.items()}

    def copied(self) -> "Tables":
        return Tables(**{name: copy.copy(getattr(self, name)) for name in self.__slots__})

    def is_in(self, profile: str, segment: str | None) -> bool:
        """Whether a profile is in a segment, None being that of everybody."""
        return segment is None or segment in self.profiles[profile].segments

    def live(self, profile: str) -> str | None:
        """The profile that this id stands for now."""
        if profile != NOBODY and any(owner.profile == profile for owner in self.owners.values()):
            return profile
        owner = self.owners.get(self.left.get(profile, NO_IDENTIFIER))
        return owner.profile if owner and owner.profile != NOBODY else None


class MemoryUnit:
    """One transaction on the tables."""

    def __init__(self, tables: Tables, registry: Registry) -> None:
        self._tables = tables
        self._registry = registry
        self.rebuild: RebuildUnit = MemoryRebuildUnit(tables)
        self.actions: ActionsUnit = MemoryActions(tables)
        self.webhooks: WebhooksUnit = MemoryWebhooks(tables)
        self.alerts: AlertsUnit = MemoryAlerts(tables)
        self.messages: list[tuple[str, Sequence[Message]]] = []

    async def registry(self) -> Registry:
        """The definitions in force."""
        return self._registry

    async def known(self, keys: Sequence[InteractionKey]) -> dict[InteractionKey, Placing]:
        """Where the stored ones were placed."""
        stored = {key: self._tables.interactions[key] for key in keys if key in self._tables.interactions}
        return {key: interaction.placing for key, interaction in stored.items()}

    async def gone(self, numbers: Sequence[int]) -> dict[int, int]:
        """By which correction they were taken away."""
        return {number: self._tables.gone[number] for number in numbers if number in self._tables.gone}

    async def owners(self, identifiers: Iterable[int]) -> dict[int, Owner]:
        """Where identifiers belong."""
        return {n: self._tables.owners[n] for n in identifiers if n in self._tables.owners}

    async def own(self, owners: Mapping[int, Owner], known: Mapping[int, Owner]) -> None:  # noqa: ARG002
        """Moves identifiers; nobody else can have."""
        self._tables.owners.update(owners)

    async def add(self, new: Sequence[StoredInteraction], revised: Sequence[StoredInteraction]) -> None:
        """Stores interactions."""
        tables = self._tables
        if any(one.key in tables.interactions or tables.gone.get(one.number, 0) > one.placed for one in new):
            raise AlreadyStored
        self._tables.interactions.update({interaction.key: interaction for interaction in (*new, *revised)})

    async def forget(self, void: Mapping[int, int], withdrawn: Sequence[StoredInteraction]) -> None:
        """Removes what hangs on these, and on nobody."""
        tables, keys = self._tables, {one.key for one in withdrawn}
        erased = [
            one
            for one in tables.interactions.values()
            if (one.version < void.get(one.anchor, 0) if one.anchor is not None else one.key in keys)
        ]
        for one in erased:
            del tables.interactions[one.key]
        tables.pins = {one.id: one for one in tables.pins.values() if one.version >= void.get(one.identifier, 0)}
        for one in (*erased, *withdrawn):
            if one.number and one.placed:
                tables.gone[one.number] = max(one.placed, tables.gone.get(one.number, 0))

    async def pin(self, pins: Sequence[StoredPin]) -> set[int]:
        """Keeps pins."""
        known, changed = self._tables.pins, set[int]()
        for one in pins:
            if one.id not in known or (one.pinned is None and known[one.id].pinned is not None):
                known[one.id] = one
                changed.add(one.identifier)
        return changed

    async def with_interactions(self, identifiers: Iterable[int]) -> set[int]:
        """Those that interactions or pins hang on."""
        tables = self._tables
        hung = {interaction.anchor for interaction in tables.interactions.values()}
        return set(identifiers) & (hung | {pin.identifier for pin in tables.pins.values() if pin.pinned})

    async def hanging(self, identifiers: Iterable[int]) -> dict[int, list[Interaction]]:
        """What hangs on these identifiers."""
        asked, hanging = set(identifiers), defaultdict[int, list[Interaction]](list)
        for stored in self._tables.interactions.values():
            if stored.anchor in asked:
                hanging[stored.anchor].append(as_seen(stored))
        return hanging

    async def lock_profiles(self, profiles: Iterable[str]) -> dict[str, ProfileState]:
        """The profiles, made where missing."""
        revision = self._registry.revision
        for profile in set(profiles) - self._tables.profiles.keys():
            self._tables.profiles[profile] = ProfileState(registry=revision)
            self._tables.measured_with[profile] = revision
        return {profile: self._tables.profiles[profile] for profile in profiles}

    async def lock_outdated(self, revision: int, limit: int) -> dict[str, ProfileState]:
        """Profiles folded with an older revision."""
        outdated = [profile for profile, state in self._tables.profiles.items() if state.registry < revision]
        return {profile: self._tables.profiles[profile] for profile in sorted(outdated)[:limit]}

    async def lock_unmeasured(self, revision: int, limit: int) -> list[str]:
        """Profiles to measure."""
        tables = self._tables
        waiting = [one for one, state in tables.profiles.items() if state.registry == revision]
        return sorted(one for one in waiting if one not in tables.measured)[:limit]

    async def lock_due(self, now: datetime, limit: int) -> dict[str, ProfileState]:
        """The profiles of journeys that are due, earliest first."""
        rows = sorted((row.due, row.profile) for row in self._tables.journeys.values() if row.due and row.due < now)
        return {profile: self._tables.profiles[profile] for _, profile in rows[:limit]}

    async def due(self, profiles: Sequence[str], now: datetime) -> list[JourneyRow]:
        """Their journeys that are due."""
        rows = self._tables.journeys.values()
        return [row for row in rows if row.profile in profiles and row.due and row.due < now]

    async def latest(self, places: Sequence[Place]) -> dict[Place, Journey]:
        """The last journeys."""
        asked, latest = set(places), dict[Place, Journey]()
        for (profile, definition, _), row in sorted(self._tables.journeys.items()):
            if (profile, definition) in asked:
                latest[profile, definition] = row.journey
        return latest

    async def timelines(self, profiles: Sequence[str]) -> dict[str, list[Interaction]]:
        """All interactions of these profiles, in order."""
        timelines: dict[str, list[Interaction]] = {profile: [] for profile in profiles}
        for stored in self._tables.interactions.values():
            owner = None if stored.anchor is None else self._tables.owners[stored.anchor].profile
            if owner in timelines:
                timelines[owner].append(as_seen(stored))
        for timeline in timelines.values():
            timeline.sort(key=lambda interaction: interaction.position)
        return timelines

    async def pins(self, profiles: Sequence[str]) -> dict[str, list[Pinned]]:
        """The pins of these profiles."""
        found: dict[str, list[Pinned]] = defaultdict(list)
        for stored in self._tables.pins.values():
            owner = self._tables.owners[stored.identifier].profile
            if stored.pinned is not None and owner in profiles:
                found[owner].append(stored.pinned)
        return found

    async def transitions(self, profiles: Sequence[str]) -> list[StoredTransition]:
        """The transitions of these profiles."""
        return [stored for stored in self._tables.transitions.values() if stored.profile in profiles]

    async def lapses(self, profiles: Sequence[str]) -> list[StoredLapse]:
        """The lapses of these profiles."""
        return [stored for stored in self._tables.lapses.values() if stored.profile in profiles]

    async def pains(self, profiles: Sequence[str]) -> list[Pain]:
        """The pain points that these profiles met."""
        return [pain for profile, pain in self._tables.pains if profile in profiles]

    async def write(self, changes: Changes) -> None:
        """Writes all of it."""
        tables = self._tables
        tables.profiles.update(changes.profiles)
        lost = {profile for profile, identifier in tables.left.items() if identifier == NO_IDENTIFIER}
        tables.left.update({profile: by for profile, by in changes.left.items() if profile not in lost})
        tables.journeys = {key: row for key, row in tables.journeys.items() if key[0] not in changes.refolded}
        tables.journeys.update({_key(row): row for row in changes.new_journeys})
        tables.journeys.update({_key(row): _not_later(row, tables.journeys[_key(row)].due) for row in changes.journeys})
        tables.journeys.update({_key(row): row for row in changes.waiting})
        tables.pains = [pain for pain in tables.pains if pain[0] not in changes.refolded] + changes.pains
        for gone in changes.gone_transitions:
            del tables.transitions[gone.id]
        tables.transitions.update({stored.id: stored for stored in changes.new_transitions})
        for lapse in changes.gone_lapses:
            del tables.lapses[lapse.key]
        tables.lapses.update({stored.key: stored for stored in changes.new_lapses})
        tables.failures = tables.failures + changes.failures
        tables.measured -= changes.profiles.keys()
        for profile in changes.refolded:
            tables.facts.pop(profile, None)
        await self.actions.hand_on(changes.left)
        await self.actions.cue(changes.cued)
        await self.alerts.touch(changes.touched)

    async def measure(self, facts: Mapping[str, Sequence[Measured]]) -> None:
        """Replaces facts."""
        self._tables.facts.update(facts)
        self._tables.measured |= facts.keys()
        self._tables.measured_with.update({profile: self._tables.profiles[profile].registry for profile in facts})

    async def sum_up(self, limit: int) -> int:  # noqa: ARG002 -- here facts are summed up when asked
        """There are no sums."""
        return 0

    async def put(self, topic: str, messages: Sequence[Message]) -> None:
        """Keeps messages for the commit."""
        self.messages.append((topic, messages))


def _key(row: JourneyRow) -> tuple[str, str, int]:
    return row.profile, row.definition, row.journey.number


def _not_later(row: JourneyRow, due: datetime | None) -> JourneyRow:
    return row if due is None or row.due is None else row._replace(due=min(row.due, due))


class MemoryStore:
    """Journeys that live as long as the process."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._tables = Tables()
        self._registry = Registry()
        self._one_at_a_time = asyncio.Lock()
        self.counted = MemoryCounted(lambda: self._tables)
        self.maps = MemoryMaps(lambda: self._tables)
        self.plans = MemoryPlans(lambda: self._tables)
        self.versions = MemoryVersions(lambda: self._tables)
        self.acted = MemoryActionsReading(lambda: self._tables)
        self._noted: list[ReadAt] = []
        self.records = MemoryJourneyRecords(lambda: self._tables, self._current, lambda: self._noted)

    @property
    def reading(self) -> MemoryReading:
        """What is asked about measures."""
        return MemoryReading(self._tables.facts, self._tables.pains, self._tables.is_in)

    @property
    def rebuilds(self) -> MemoryRebuilds:
        """Everything made anew."""
        return MemoryRebuilds(lambda: self._tables, self._one_at_a_time)

    @property
    def reads(self) -> list[tuple[str, tuple[str, ...], str]]:
        """Who read of whom, in which roles."""
        return [noted[1:] for noted in self._noted]

    @property
    def alerts(self) -> MemoryAlertsReading:
        """What is asked about alerts."""
        return MemoryAlertsReading(self._tables)

    async def run(self, step: Callable[[Unit], Awaitable[T]]) -> T:
        """The result of `step`, committed and published."""
        async with self._one_at_a_time:
            try:
                result, unit = await self._attempt(step)
            except AlreadyStored:
                result, unit = await self._attempt(step)
        for topic, messages in unit.messages:
            await self._producer.send(topic, messages)
        return result

    async def _attempt(self, step: Callable[[Unit], Awaitable[T]]) -> tuple[T, MemoryUnit]:
        tables = self._tables.copied()
        unit = MemoryUnit(tables, self._current())
        result = await step(unit)
        self._tables = tables
        return result, unit

    async def registry(self) -> Registry:
        """The definitions in force."""
        return self._current()

    def _current(self) -> Registry:
        tables = self._tables
        if self._registry.revision != tables.revision:
            self._registry = compiled(
                tables.revision, tables.definitions.values(), tables.segments.values(), policy=tables.policy.traits
            )
        return self._registry

    async def accept(self, definition: JourneyDefinition) -> bool:
        """Puts the definition in force."""
        async with self._one_at_a_time:
            tables = self._tables
            if not check_succession(tables.definitions.get(definition.key), definition):
                return False
            version = Version(definition.version, SystemClock().now(), definition)
            tables.definitions[definition.key] = definition
            tables.versions[definition.key, definition.version] = version
            tables.failures = [failure for failure in tables.failures if failure.journey != definition.key]
            tables.revision += 1
            return True

    async def accept_segment(self, segment: SegmentDefinition) -> bool:
        """Puts the segment in force."""
        async with self._one_at_a_time:
            tables = self._tables
            if not check_succession(tables.segments.get(segment.key), segment):
                return False
            check_segments(self._current().segments, compile_segment(segment))
            tables.segments[segment.key] = segment
            its_own = (NO_JOURNEY, rule_name(segment.key))
            tables.failures = [one for one in tables.failures if (one.journey, one.rule) != its_own]
            tables.revision += 1
            return True

    async def state_policy(self, policy: StatedPolicy) -> bool:
        """Puts the policy in force."""
        async with self._one_at_a_time:
            known = self._tables.policy
            if policy.version <= known.version:
                return False
            self._tables.policy = policy
            self._tables.revision += policy.traits != known.traits
            return policy.traits != known.traits

    async def members(self) -> dict[str, int]:
        """How many profiles are in each segment."""
        known = [state.known for state in self._tables.profiles.values() if state.known]
        return Counter(segment for one in known for segment in one.segments)

    async def of_profile(self, profile: str, limit: int) -> ProfileJourneys | None:
        """The journeys of the profile that this id stands for now."""
        tables = self._tables
        live = tables.live(profile)
        if live is None:
            return None
        rows = [row for row in tables.journeys.values() if row.profile == live]
        rows.sort(key=lambda row: (row.journey.opened_at, row.definition, row.journey.number), reverse=True)
        steps = [stored.step for stored in tables.transitions.values() if stored.profile == live]
        pains = [pain for owner, pain in tables.pains if owner == live]
        steps.sort(key=lambda step: step.position)
        pains.sort(key=lambda pain: pain.position)
        return ProfileJourneys(live, tables.profiles.get(live, ProfileState()).known, rows[:limit], steps, pains)

    async def erased(self, profile: str) -> bool:
        """Whether whoever had this id was erased."""
        return self._tables.left.get(profile) == NO_IDENTIFIER

    async def customers(self) -> int:
        """How many profiles there are."""
        return len(self._tables.profiles)

    async def timelines(self, after: str | None, limit: int) -> dict[str, list[Interaction]]:
        """Timelines, a page of them."""
        page = sorted(one for one in self._tables.profiles if after is None or one > after)[:limit]
        return await self.run(lambda unit: unit.timelines(page))

    async def pins(self, profiles: Sequence[str]) -> dict[str, list[Pinned]]:
        """The pins of these profiles."""
        return await self.run(lambda unit: unit.pins(profiles))

    async def measures_of(self, profile: str) -> tuple[str, list[Figure]] | None:
        """The figures of the profile that this id stands for now."""
        live = self._tables.live(profile)
        return None if live is None else (live, await self.reading.of_profile(live))

    async def standing(self, profile: str) -> list[Standing]:
        """The latest journey of each definition."""
        live = self._tables.live(profile)
        rows = sorted(self._tables.journeys.values(), key=lambda row: (row.definition, row.journey.number))
        latest = {row.definition: row.journey for row in rows if row.profile == live}
        return [Standing(key, journey.stage, journey.entered_at) for key, journey in latest.items()]

    async def supposed(self, groups: Sequence[Sequence[int]]) -> list[list[Standing]]:
        """The fold of what hangs on each group of identifiers."""
        registry, stored, pins = await self.registry(), self._tables.interactions.values(), self._tables.pins.values()
        return [
            standing_if(
                registry,
                [as_seen(one) for one in stored if one.anchor in group],
                [one.pinned for one in pins if one.pinned and one.identifier in group],
            )
            for group in groups
        ]

    async def funnel(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[StagePart]:
        """The funnel of journeys opened in `window`."""
        return funnel([stage.key for stage in definition.stages], self._groups(definition, window, now, segment))

    async def drop_off(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[DropOff]:
        """Where journeys opened in `window` were abandoned."""
        return drop_off([stage.key for stage in definition.stages], self._groups(definition, window, now, segment))

    def _groups(self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None) -> list[Group]:
        return grouped(one for one in self._journeys(definition, now, segment) if window.holds(one.opened_at))

    async def flow(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[FlowLink]:
        """The steps taken in `window`."""
        steps: Counter[tuple[str | None, str | None]] = Counter(
            (stored.step.from_stage, stored.step.to)
            for stored in self._tables.transitions.values()
            if stored.step.journey == definition.key
            and window.holds(stored.step.position.time)
            and self._tables.is_in(stored.profile, segment)
        )
        steps.update(
            (journey.stage, None)
            for journey in self._journeys(definition, now, segment)
            if journey.closed_at and window.holds(journey.closed_at)
        )
        return flow(FlowLink(*ends, count) for ends, count in steps.items())

    async def actions(self, definition: JourneyDefinition, window: Window, now: datetime) -> list[ActionPart]:
        """The actions called for in `window`."""
        kept = [one for one in self._tables.actions.values() if window.holds(one.cued.at)]
        return parts(self._tables, definition, kept, now)

    async def dead_deliveries(self, limit: int) -> list[DeadDelivery]:
        """What was given up."""
        return dead(self._tables, limit)

    async def replay(self, delivery: str, now: datetime) -> bool:
        """Tries it anew."""
        return replay(self._tables, delivery, now)

    async def note_read(self, person: str, roles: Sequence[str], profiles: Sequence[str]) -> None:
        """Keeps who read."""
        now = SystemClock().now()
        self._noted += [(now, person, tuple(roles), profile) for profile in profiles]

    async def rule_failures(self, definition: str) -> list[RuleFailures]:
        """Rules that failed."""
        found = [failure for failure in self._tables.failures if failure.journey == definition]
        last = {failure.rule: failure for failure in sorted(found, key=lambda failure: failure.position)}
        counts = Counter(failure.rule for failure in found)
        return [RuleFailures(rule, counts[rule], f.reason, f.position.time) for rule, f in sorted(last.items())]

    def _journeys(self, definition: JourneyDefinition, now: datetime, segment: str | None) -> list[Journey]:
        rows = [row for row in self._tables.journeys.values() if row.definition == definition.key]
        return [settled(definition, row.journey, now) for row in rows if self._tables.is_in(row.profile, segment)]

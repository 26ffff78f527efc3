"""The journey store on PostgreSQL; its statements are in `queries`."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import asyncpg

from schemas.journey_definition import JourneyDefinition
from schemas.segment_definition import SegmentDefinition
from services.journey import queries
from services.journey.actions.port import ActionPart, ActionsUnit
from services.journey.actions.postgres import PostgresActions, PostgresActionsReading, parts
from services.journey.alerts.port import AlertsUnit
from services.journey.alerts.postgres import PostgresAlerts, PostgresAlertsReading
from services.journey.counted.postgres import PostgresCounted
from services.journey.domain.measures.drop_off import DropOff, drop_off
from services.journey.domain.measures.figures import Figure
from services.journey.domain.measures.flow import FlowLink, flow
from services.journey.domain.measures.funnel import Group, StagePart, funnel
from services.journey.domain.measures.measured import Measured
from services.journey.domain.model import Interaction, Journey, Pain
from services.journey.domain.profile_traits import Pinned
from services.journey.domain.segments import NO_JOURNEY, compile_segment, rule_name
from services.journey.maps.postgres import PostgresMaps
from services.journey.measures.postgres import PostgresReading
from services.journey.plans.postgres import PostgresPlans
from services.journey.rebuild.port import RebuildUnit
from services.journey.rebuild.postgres import PostgresRebuilds, PostgresRebuildUnit
from services.journey.records.postgres import PostgresJourneyRecords
from services.journey.registry import Registry, check_segments, check_succession, compiled, read_back
from services.journey.remembered import LatestJourneys
from services.journey.rows import (
    JOURNEY,
    LAPSE,
    PIN,
    STATE,
    WAITING,
    Written,
    columns,
    due_of,
    fact_key,
    fact_of,
    fact_row,
    failure_rows,
    journey_from,
    journey_of,
    journey_row,
    known_from,
    lapse_of,
    lapse_row,
    literals,
    new_journey_row,
    pain_of,
    pain_row,
    piece_columns,
    pin_row,
    pinned_of,
    policy_body,
    policy_of,
    shape_rows,
    state_of,
    state_row,
    transition_of,
    transition_row,
    waiting_row,
)
from services.journey.shapes import shape
from services.journey.store import (
    NOBODY,
    AlreadyStored,
    Changes,
    InteractionKey,
    JourneyRow,
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
from services.journey.versions.postgres import PostgresVersions
from services.journey.webhooks.port import DeadDelivery, WebhooksUnit
from services.journey.webhooks.postgres import PostgresWebhooks, dead, replay
from services.journey.window import Window
from services.journey.wire import as_seen
from services.runtime.arrays import literal, texts
from services.runtime.database import Conflict, Database
from services.runtime.errors import Unavailable
from services.runtime.log import Message
from services.runtime.outbox import Outbox, OutboxTicket

T = TypeVar("T")
OWNER: Written = (literal, texts, literal, literal)


class PostgresUnit:
    """One transaction on the journey schema."""

    def __init__(
        self, connection: asyncpg.Connection, outbox: Outbox, registry: Registry, remembered: LatestJourneys
    ) -> None:
        self._connection = connection
        self._outbox = outbox
        self._registry = registry
        self._remembered = remembered
        self._versions: dict[str, int] = {}
        self._latest: dict[str, dict[str, Journey | None]] = {}
        self._perhaps_new: set[str] = set()
        self.actions: ActionsUnit = PostgresActions(connection)
        self.rebuild: RebuildUnit = PostgresRebuildUnit(connection)
        self.webhooks: WebhooksUnit = PostgresWebhooks(connection)
        self.alerts: AlertsUnit = PostgresAlerts(connection)
        self.tickets: list[OutboxTicket] = []

    async def registry(self) -> Registry:
        """The definitions in force."""
        return self._registry

    async def known(self, keys: Sequence[InteractionKey]) -> dict[InteractionKey, Placing]:
        """Where the stored ones were placed, locked."""
        rows = await self._connection.fetch(queries.KNOWN, *literals(keys, (texts, texts))) if keys else ()
        return {(row[0], row[1]): Placing(*row[2:]) for row in rows}

    async def gone(self, numbers: Sequence[int]) -> dict[int, int]:
        """By which correction they were taken away."""
        return dict(await self._connection.fetch(queries.GONE, literal(numbers)) if numbers else ())

    async def owners(self, identifiers: Iterable[int]) -> dict[int, Owner]:
        """Where identifiers belong, locked."""
        rows = await self._connection.fetch(queries.OWNERS, literal(identifiers))
        return {row[0]: Owner(str(row[1]), *row[2:]) for row in rows}

    async def own(self, owners: Mapping[int, Owner], known: Mapping[int, Owner]) -> None:
        """Moves identifiers."""
        rows = [(identifier, *owner) for identifier, owner in sorted(owners.items())]
        moved = [row for row in rows if row[0] in known]
        new = [row for row in rows if row[0] not in known]
        if moved:
            await self._connection.execute(queries.MOVE_OWNERS, *literals(moved, OWNER))
        if new:
            inserted = await self._connection.execute(queries.NEW_OWNERS, *literals(new, OWNER))
            if inserted != f"INSERT 0 {len(new)}":
                raise Conflict
        self._perhaps_new = {owner.profile for owner in owners.values()}

    async def add(self, new: Sequence[StoredInteraction], revised: Sequence[StoredInteraction]) -> None:
        """Stores interactions."""
        try:
            await self._copy("interaction", queries.INTERACTION_COLUMNS, new)
        except asyncpg.UniqueViolationError as error:
            raise AlreadyStored from error
        if new and await self._any_gone(new):
            raise AlreadyStored
        if revised:
            await self._connection.execute(queries.REVISE_INTERACTIONS, *columns(revised, 12))

    async def _any_gone(self, new: Sequence[StoredInteraction]) -> bool:
        """Sure only once they are stored: whoever takes one away meanwhile has to wait, or was waited for."""
        placings = [(one.number, one.placed) for one in new]
        return bool(await self._connection.fetchval(queries.ANY_GONE, *literals(placings, (literal, literal))))

    async def _copy(self, table: str, names: Sequence[str], records: Sequence[Sequence[object]]) -> None:
        if records:
            await self._connection.copy_records_to_table(table, records=records, columns=names)

    async def forget(self, void: Mapping[int, int], withdrawn: Sequence[StoredInteraction]) -> None:
        """Removes what hangs on these, and on nobody."""
        keys = (texts([one.source for one in withdrawn]), texts([one.id for one in withdrawn]))
        marks = (literal([one.number for one in withdrawn]), literal([one.placed for one in withdrawn]))
        await self._connection.execute(queries.FORGET, literal(void), literal(void.values()), *keys, *marks)
        if void:
            await self._connection.execute(queries.FORGET_PINS, literal(void), literal(void.values()))

    async def pin(self, pins: Sequence[StoredPin]) -> set[int]:
        """Keeps pins; of several words about one the last to be undone."""
        last = {pin.id: pin for pin in sorted(pins, key=lambda pin: pin.pinned is None)}
        rows = [pin_row(last[key]) for key in sorted(last)]
        return {row[0] for row in await self._connection.fetch(queries.PIN, *literals(rows, PIN))}

    async def with_interactions(self, identifiers: Iterable[int]) -> set[int]:
        """Those that interactions hang on."""
        return {row[0] for row in await self._connection.fetch(queries.WITH_INTERACTIONS, list(identifiers))}

    async def hanging(self, identifiers: Iterable[int]) -> dict[int, list[Interaction]]:
        """What hangs on these identifiers."""
        return await _hanging(self._connection, list(identifiers))

    async def lock_profiles(self, profiles: Iterable[str]) -> dict[str, ProfileState]:
        """The profiles, locked; made first where an identifier has just come to them, which is nearly always enough."""
        ids = set(profiles)
        await self._make(ids & self._perhaps_new)
        states = await self._locked(ids)
        if missing := ids - states.keys():
            await self._make(missing)
            states |= await self._locked(missing)
        return states

    async def _make(self, profiles: set[str]) -> None:
        if profiles:
            await self._connection.execute(queries.NEW_PROFILES, texts(sorted(profiles)), self._registry.revision)

    async def _locked(self, profiles: set[str]) -> dict[str, ProfileState]:
        rows = await self._connection.fetch(queries.PROFILES, texts(profiles)) if profiles else ()
        self._versions.update((str(row[0]), row[-1]) for row in rows)
        return {str(row[0]): state_of(row[:-1]) for row in rows}

    async def lock_outdated(self, revision: int, limit: int) -> dict[str, ProfileState]:
        """Profiles folded with an older revision, locked."""
        rows = await self._connection.fetch(queries.OUTDATED, revision, limit)
        return {str(row[0]): state_of(row) for row in rows}

    async def lock_unmeasured(self, revision: int, limit: int) -> list[str]:
        """Profiles to measure, locked."""
        return [str(row[0]) for row in await self._connection.fetch(queries.UNMEASURED, revision, limit)]

    async def lock_due(self, now: datetime, limit: int) -> dict[str, ProfileState]:
        """Profiles of journeys that are due, locked."""
        rows = await self._connection.fetch(queries.LOCK_DUE, now, limit)
        return {str(row[0]): state_of(row) for row in rows}

    async def due(self, profiles: Sequence[str], now: datetime) -> list[JourneyRow]:
        """Their journeys that are due."""
        rows = await self._connection.fetch(queries.DUE, texts(profiles), now) if profiles else ()
        return [due_of(row) for row in rows]

    async def latest(self, places: Sequence[Place]) -> dict[Place, Journey]:
        """The last journeys."""
        latest = self._latest
        for profile in {profile for profile, _ in places}:
            latest[profile] = dict(self._remembered.of(profile, self._versions.get(profile)))
        unknown = [place for place in places if place[1] not in latest[place[0]]]
        rows = await self._connection.fetch(queries.LATEST, *literals(unknown, (texts, texts))) if unknown else ()
        found = {unknown[row[0] - 1]: journey_from(row, 1) for row in rows}
        for profile, definition in unknown:
            latest[profile][definition] = found.get((profile, definition))
        those = ((place, latest[place[0]][place[1]]) for place in places)
        return {place: journey for place, journey in those if journey is not None}

    async def timelines(self, profiles: Sequence[str]) -> dict[str, list[Interaction]]:
        """All interactions of these profiles, in order."""
        return await _timelines(self._connection, profiles)

    async def pins(self, profiles: Sequence[str]) -> dict[str, list[Pinned]]:
        """The pins of these profiles."""
        return await _pins(self._connection, profiles)

    async def transitions(self, profiles: Sequence[str]) -> list[StoredTransition]:
        """The transitions of these profiles."""
        rows = await self._connection.fetch(queries.TRANSITIONS, list(profiles))
        return [transition_of(row) for row in rows]

    async def lapses(self, profiles: Sequence[str]) -> list[StoredLapse]:
        """The lapses of these profiles."""
        return [lapse_of(row) for row in await self._connection.fetch(queries.LAPSES, texts(profiles))]

    async def pains(self, profiles: Sequence[str]) -> list[Pain]:
        """The pain points that these profiles met."""
        return [pain_of(row) for row in await self._connection.fetch(queries.PAINS_MET, texts(profiles))]

    async def write(self, changes: Changes) -> None:
        """Writes all of it, table by table in one order for all writers."""
        await self._clear(changes)
        await self._put(queries.FOLDED, [state_row(*item) for item in sorted(changes.profiles.items())], STATE)
        await self._put(queries.LEFT, sorted(changes.left.items()), (texts, literal))
        await self._put(queries.PUT_JOURNEYS, [journey_row(row) for row in changes.journeys], JOURNEY)
        new_journeys = [new_journey_row(row) for row in changes.new_journeys]
        await self._copy("journey", (*queries.JOURNEY_FIELDS, "due"), new_journeys)
        await self._count(changes)
        await self._put(queries.WAIT, [waiting_row(row) for row in changes.waiting], WAITING)
        await self._copy("lapse", queries.LAPSE_FIELDS, [lapse_row(stored) for stored in changes.new_lapses])
        transitions = [transition_row(stored) for stored in changes.new_transitions]
        await self._copy("transition", queries.TRANSITION_FIELDS, transitions)
        pains = [pain_row(profile, pain) for profile, pain in changes.pains]
        await self._copy("pain", queries.PAIN_COLUMNS, pains)
        await self.actions.hand_on(changes.left)
        await self.actions.cue(changes.cued)
        await self.alerts.touch(changes.touched)
        if failures := failure_rows(changes.failures):
            await self._connection.execute(queries.PUT_FAILURES, *columns(failures, 5))
        self._note(changes)

    def _note(self, changes: Changes) -> None:
        """What is to be remembered of the profiles that are locked, once this is committed."""
        for profile in changes.profiles.keys() & self._versions.keys():
            self._versions[profile] += 1
            if profile in changes.refolded:
                self._latest[profile] = {}
        for row in (*changes.journeys, *changes.new_journeys):
            latest = self._latest.setdefault(row.profile, {})
            known = latest.get(row.definition)
            if known is None or known.number <= row.journey.number:
                latest[row.definition] = row.journey

    def remember(self) -> None:
        """Call it after the commit."""
        for profile in self._latest.keys() & self._versions.keys():
            self._remembered.remember(profile, self._versions[profile], self._latest[profile])

    async def _count(self, changes: Changes) -> None:
        """How many journeys of each shape there are more, or fewer."""
        shapes = Counter(shape(row.definition, row.journey) for row in changes.new_journeys)
        shapes.update(changes.reshaped)
        await self._copy("journey_change", queries.JOURNEY_CHANGE_FIELDS, shape_rows(shapes))

    async def _put(self, statement: str, rows: Sequence[Sequence[object]], written: Written) -> None:
        if rows:
            await self._connection.execute(statement, *literals(rows, written))

    async def _clear(self, changes: Changes) -> None:
        if changes.refolded:
            refolded, kept = list(changes.refolded), list(self._registry.unread)
            emptied = [one for one in refolded if kept and changes.profiles[one].position is None]
            await self._connection.execute(queries.CLEAR_JOURNEYS, refolded, kept, emptied)
            await self._connection.execute(queries.CLEAR_PAINS, refolded, kept, emptied)
            await self._connection.execute(queries.CLEAR_FACTS, refolded)
        gone = [(stored.profile, stored.id) for stored in changes.gone_transitions]
        await self._put(queries.GONE_TRANSITIONS, gone, (texts, texts))
        await self._put(queries.GONE_LAPSES, [stored.key for stored in changes.gone_lapses], LAPSE)

    async def measure(self, facts: Mapping[str, Sequence[Measured]]) -> None:
        """Replaces facts; of a long history few differ from what they were."""
        profiles = list(facts)
        stored = {fact_of(row) for row in await self._connection.fetch(queries.FACTS_OF, profiles)}
        rows = {fact_row(profile, one) for profile, those in facts.items() for one in those}
        gone = [fact_key(row) for row in stored - rows]
        await self._put(queries.GONE_FACTS, gone, (texts, texts, texts, texts))
        await self._copy("fact", queries.FACT_FIELDS, sorted(rows - stored, key=fact_key))
        await self._connection.execute(queries.MEASURED, profiles)

    async def sum_up(self, limit: int) -> int:
        """Adds changes to their sums."""
        facts = await self._connection.fetchval(queries.SUM_UP, limit)
        journeys = await self._connection.fetchval(queries.COUNT_UP, limit)
        return int(facts + journeys)

    async def put(self, topic: str, messages: Sequence[Message]) -> None:
        """Puts messages in the outbox."""
        self.tickets.append(await self._outbox.put(self._connection, topic, messages))


async def _timelines(connection: asyncpg.Connection, profiles: Sequence[str]) -> dict[str, list[Interaction]]:
    timelines: dict[str, list[Interaction]] = {profile: [] for profile in profiles}
    for row in await connection.fetch(queries.TIMELINES, list(profiles)):
        timelines[str(row[0])].append(as_seen(StoredInteraction(*row[1:])))
    for timeline in timelines.values():
        timeline.sort(key=lambda interaction: interaction.position)
    return timelines


async def _hanging(connection: asyncpg.Connection, identifiers: Sequence[int]) -> dict[int, list[Interaction]]:
    hanging: dict[int, list[Interaction]] = defaultdict(list)
    for row in await connection.fetch(queries.HANGING, identifiers):
        hanging[row[2]].append(as_seen(StoredInteraction(*row)))
    return hanging


async def _pins(connection: asyncpg.Connection, profiles: Sequence[str]) -> dict[str, list[Pinned]]:
    found: dict[str, list[Pinned]] = defaultdict(list)
    for profile, body in await connection.fetch(queries.PINS, texts(profiles)):
        found[str(profile)].append(pinned_of(body))
    return found


class PostgresStore:
    """Runs units on the journey schema and publishes their messages after the commit; questions need no outbox."""

    def __init__(self, database: Database, outbox: Outbox | None = None) -> None:
        self._database = database
        self._outbox = outbox
        self._registry = Registry()
        self._remembered = LatestJourneys()
        self.reading = PostgresReading(database)
        self.counted = PostgresCounted(database)
        self.maps = PostgresMaps(database)
        self.plans = PostgresPlans(database)
        self.versions = PostgresVersions(database)
        self.rebuilds = PostgresRebuilds(database)
        self.records = PostgresJourneyRecords(database, self.registry)
        self.alerts = PostgresAlertsReading(database)
        self.acted = PostgresActionsReading(database)

    async def run(self, step: Callable[[Unit], Awaitable[T]]) -> T:
        """The result of `step`, committed and published."""
        outbox = self._outbox
        if outbox is None:
            raise Unavailable("this store only answers questions")

        async def work(connection: asyncpg.Connection) -> tuple[T, PostgresUnit]:
            unit = PostgresUnit(connection, outbox, await self._current(connection), self._remembered)
            return await step(unit), unit

        result, unit = await self._database.in_transaction(work)
        unit.remember()
        if unit.tickets:
            await outbox.publish(unit.tickets)
        return result

    async def registry(self) -> Registry:
        """The definitions in force."""
        async with self._database.connection() as connection:
            return await self._current(connection)

    async def _current(self, connection: asyncpg.Connection) -> Registry:
        revision = await connection.fetchval(queries.REVISION)
        if revision != self._registry.revision:
            definitions, unread = read_back(dict(await connection.fetch(queries.DEFINITIONS)))
            segments = await connection.fetch(queries.SEGMENTS)
            self._registry = compiled(
                revision,
                definitions,
                (SegmentDefinition.model_validate_json(row[0]) for row in segments),
                unread=unread,
                policy=policy_of(await connection.fetchrow(queries.POLICY)).traits,
            )
        return self._registry

    async def accept(self, definition: JourneyDefinition) -> bool:
        """Puts the definition in force."""

        async def work(connection: asyncpg.Connection) -> bool:
            await connection.execute(queries.LOCK_DEFINITIONS)
            body = await connection.fetchval(queries.IN_FORCE, definition.key)
            known = None if body is None else JourneyDefinition.model_validate_json(body)
            if not check_succession(known, definition):
                return False
            await connection.execute(queries.FORGET_FAILURES, definition.key)
            await connection.execute(
                queries.ACCEPT, definition.key, definition.version, definition.model_dump_json(exclude_none=True)
            )
            return True

        return await self._database.in_transaction(work)

    async def accept_segment(self, segment: SegmentDefinition) -> bool:
        """Puts the segment in force."""

        async def work(connection: asyncpg.Connection) -> bool:
            await connection.execute(queries.LOCK_DEFINITIONS)
            body = await connection.fetchval(queries.SEGMENT_IN_FORCE, segment.key)
            known = None if body is None else SegmentDefinition.model_validate_json(body)
            if not check_succession(known, segment):
                return False
            check_segments((await self._current(connection)).segments, compile_segment(segment))
            await connection.execute(queries.FORGET_FAILURE, NO_JOURNEY, rule_name(segment.key))
            written = segment.model_dump_json(exclude_none=True)
            await connection.execute(queries.ACCEPT_SEGMENT, segment.key, segment.version, written)
            return True

        return await self._database.in_transaction(work)

    async def state_policy(self, policy: StatedPolicy) -> bool:
        """Puts the policy in force."""

        async def work(connection: asyncpg.Connection) -> bool:
            await connection.execute(queries.LOCK_DEFINITIONS)
            row = await connection.fetchrow(queries.POLICY)
            known = policy_of(row)
            if policy.version <= known.version:
                return False
            if policy.traits == known.traits:
                await connection.execute(queries.POLICY_AGAIN, policy.version)
                return False
            await connection.execute(queries.FORGET_POLICY)
            await connection.execute(queries.STATE_POLICY, policy.version, policy_body(policy))
            return True

        return await self._database.in_transaction(work)

    async def members(self) -> dict[str, int]:
        """How many profiles are in each segment."""
        async with self._database.connection() as connection:
            return dict(await connection.fetch(queries.MEMBERS))

    async def of_profile(self, profile: str, limit: int) -> ProfileJourneys | None:
        """The journeys of the profile that this id stands for now."""
        async with self._database.connection() as connection:
            live = await connection.fetchval(queries.LIVE_PROFILE, profile)
            if live is None or str(live) == NOBODY:
                return None
            journeys = [journey_of(row) for row in await connection.fetch(queries.JOURNEYS_OF, live, limit)]
            steps = [transition_of(row).step for row in await connection.fetch(queries.STEPS_OF, live)]
            pains = [pain_of(row) for row in await connection.fetch(queries.PAINS_OF, live)]
            known = known_from(*(await connection.fetchrow(queries.KNOWN_OF, live) or (None, (), None, None)))
            return ProfileJourneys(str(live), known, journeys, steps, pains)

    async def erased(self, profile: str) -> bool:
        """Whether whoever had this id was erased."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval(queries.ERASED, profile))

    async def customers(self) -> int:
        """How many profiles there are."""
        async with self._database.connection() as connection:
            return int(await connection.fetchval(queries.CUSTOMERS))

    async def timelines(self, after: str | None, limit: int) -> dict[str, list[Interaction]]:
        """Timelines, a page of them."""
        async with self._database.connection() as connection:
            page = [str(row[0]) for row in await connection.fetch(queries.PAGE, after, limit)]
            return await _timelines(connection, page) if page else {}

    async def pins(self, profiles: Sequence[str]) -> dict[str, list[Pinned]]:
        """The pins of these profiles."""
        async with self._database.connection() as connection:
            return await _pins(connection, profiles)

    async def measures_of(self, profile: str) -> tuple[str, list[Figure]] | None:
        """The figures of the profile that this id stands for now."""
        async with self._database.connection() as connection:
            live = await connection.fetchval(queries.LIVE_PROFILE, profile)
        if live is None or str(live) == NOBODY:
            return None
        return str(live), await self.reading.of_profile(str(live))

    async def standing(self, profile: str) -> list[Standing]:
        """The latest journey of each definition."""
        async with self._database.connection() as connection:
            return [Standing(*row) for row in await connection.fetch(queries.STANDING, profile)]

    async def supposed(self, groups: Sequence[Sequence[int]]) -> list[list[Standing]]:
        """The fold of what hangs on each group of identifiers."""
        registry = await self.registry()
        async with self._database.connection() as connection:
            asked = sorted({one for group in groups for one in group})
            hanging = await _hanging(connection, asked)
            pins = [pinned_of(row[1]) for row in await connection.fetch(queries.PINS_ON, literal(asked))]
        return [
            standing_if(
                registry,
                [i for one in group for i in hanging.get(one, ())],
                [pinned for pinned in pins if pinned.identifier in group],
            )
            for group in groups
        ]

    async def funnel(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[StagePart]:
        """The funnel of journeys opened in `window`."""
        groups = await self._groups(definition, window, now, segment)
        return funnel([stage.key for stage in definition.stages], groups)

    async def drop_off(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[DropOff]:
        """Where journeys opened in `window` were abandoned."""
        groups = await self._groups(definition, window, now, segment)
        return drop_off([stage.key for stage in definition.stages], groups)

    async def _groups(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None
    ) -> list[Group]:
        if segment is None:
            key, after = definition.key, definition.abandoned_after
            async with self._database.connection() as connection:
                rows = await connection.fetch(queries.FUNNEL, key, *piece_columns(window), now, after)
        else:
            rows = await self._counted(queries.FUNNEL_OF_SEGMENT, definition, window, now, segment)
        return [Group(frozenset(visited), stage, status, times) for visited, stage, status, times in rows]

    async def flow(
        self, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
    ) -> list[FlowLink]:
        """The steps taken in `window`."""
        rows = await self._counted(queries.FLOW, definition, window, now, segment)
        return flow(FlowLink(*row) for row in rows)

    async def _counted(
        self, query: str, definition: JourneyDefinition, window: Window, now: datetime, segment: str | None
    ) -> Sequence[asyncpg.Record]:
        async with self._database.connection() as connection:
            rows: Sequence[asyncpg.Record] = await connection.fetch(
                query, definition.key, now, definition.abandoned_after, window.since, window.until, segment
            )
            return rows

    async def actions(self, definition: JourneyDefinition, window: Window, now: datetime) -> list[ActionPart]:
        """The actions called for in `window`."""
        async with self._database.connection() as connection:
            return await parts(connection, definition, window.since, window.until, now)

    async def dead_deliveries(self, limit: int) -> list[DeadDelivery]:
        """What was given up."""
        async with self._database.connection() as connection:
            return await dead(connection, limit)

    async def replay(self, delivery: str, now: datetime) -> bool:
        """Tries it anew."""
        async with self._database.connection() as connection:
            return await replay(connection, delivery, now)

    async def note_read(self, person: str, roles: Sequence[str], profiles: Sequence[str]) -> None:
        """Keeps who read."""
        async with self._database.connection() as connection:
            await connection.execute(queries.NOTE_READ, person, list(roles), profiles)

    async def rule_failures(self, definition: str) -> list[RuleFailures]:
        """Rules that failed."""
        async with self._database.connection() as connection:
            return [RuleFailures(*row) for row in await connection.fetch(queries.RULE_FAILURES, definition)]

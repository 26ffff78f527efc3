"""The journey step: one batch of attached interactions and moved identifiers becomes journeys and what is said of them.

Exact whatever the order of messages, batches and workers: belongings keep the highest version, interactions are
stored once, and a profile whose timeline changed anywhere but at its end is folded anew. Its end may also be what
was a stranger's until now.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.topics import JOURNEYS
from services.journey.alerts.touching import levels_touched, watched
from services.journey.aside import LONG_INTERACTIONS, aside
from services.journey.domain.fold import fold
from services.journey.domain.known import Known, for_profile
from services.journey.domain.measures.measured import Measured, measured
from services.journey.domain.model import Failure, Interaction
from services.journey.domain.profile_traits import Pinned
from services.journey.growth import Growth
from services.journey.lapsing import come_due
from services.journey.outcome import Outcome
from services.journey.refold import reads_pains, refold
from services.journey.registry import Registry
from services.journey.store import (
    NO_IDENTIFIER,
    NOBODY,
    AlreadyStored,
    Changes,
    InteractionKey,
    Owner,
    Placing,
    ProfileState,
    StoredInteraction,
    Unit,
)
from services.journey.told import Told
from services.journey.wire import Incoming
from services.runtime.database import Conflict

ASK_FOR = 100
"""Once an interaction came twice, so many units ask for all of theirs whether they are stored."""


_New = tuple[StoredInteraction, Interaction]


@dataclass(slots=True)
class Done:
    """What a step did, for the metrics."""

    transitioned: int = 0
    retracted: int = 0
    refolded: int = 0
    lapses: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Counts another part of the step."""
        self.transitioned += len(outcome.messages) - outcome.retracted - outcome.lapses.total()
        self.retracted += outcome.retracted
        self.lapses += outcome.lapses
        self.refolded += len(outcome.changes.refolded)
        self.failures += outcome.changes.failures


@dataclass(slots=True)
class Ticked:
    """What a tick did: how many profiles it looked at, and how late each lapse was that it told."""

    profiles: int = 0
    late: list[tuple[str, timedelta]] = field(default_factory=list)
    done: Done = field(default_factory=Done)


@dataclass(slots=True)
class _Touched:
    """Which profiles a batch touches: those that only grew with their new interactions, and those to fold anew.

    Of those that grew, what is known then. Of those that `joined`, identifiers that came and from whom.
    """

    grown: dict[str, list[Interaction]] = field(default_factory=lambda: defaultdict(list))
    anew: set[str] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)
    joined: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    known: dict[str, Known | None] = field(default_factory=dict)

    @property
    def profiles(self) -> set[str]:
        return self.anew | set(self.grown) | set(self.left) | set(self.joined)

    def without_nobody(self) -> "_Touched":
        """The same, but for whom the erased belong to."""
        self.anew.discard(NOBODY)
        self.left.pop(NOBODY, None)
        self.joined.pop(NOBODY, None)
        return self


class JourneyStep:
    """Applies batches; `now` tells the time, of messages and of what is due."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._ask_for = 0

    async def apply(self, unit: Unit, batch: Sequence[Incoming]) -> Done:
        """Stores, folds and announces one batch. Raises Conflict when another writer was met."""
        registry = await unit.registry()
        touched = await self._take(unit, batch)
        states = await unit.lock_profiles(touched.profiles)
        await _join(unit, registry, touched)
        _sort_out(touched, states, registry)
        if registry.reads_profiles:
            begun = [profile for profile in touched.grown if states[profile].position is None]
            _know(touched, states, registry, await _pins(unit, registry, begun))
        told = await _told(unit, registry, touched.anew)
        grown = await self._grow(unit, registry, touched, states, told)
        anew = await self._anew(unit, registry, {profile: states[profile] for profile in touched.anew}, told)
        anew.changes.left = touched.left
        grown.changes.touched |= levels_touched(watched(registry), grown.changes)
        return await _finish(unit, [anew, grown])

    async def sweep(self, unit: Unit, limit: int) -> int:
        """Folds up to `limit` profiles anew that were folded with older definitions; how many there were."""
        registry = await unit.registry()
        states = await unit.lock_outdated(registry.revision, limit)
        if states:
            told = await _told(unit, registry, states)
            await _finish(unit, [await self._anew(unit, registry, states, told)])
        return len(states)

    async def measure(self, unit: Unit, limit: int) -> int:
        """Measures up to `limit` profiles that have changed; how many there were.

        Beside `apply`, since what a customer does today changes what their interactions of last week measure: all of
        a timeline is looked at, once for however many changes it had meanwhile.
        """
        registry = await unit.registry()
        profiles = await unit.lock_unmeasured(registry.revision, limit)
        if profiles:
            timelines, pins = await unit.timelines(profiles), await _pins(unit, registry, profiles)
            await unit.measure(await aside(timelines, _facts_of, registry, timelines, pins))
        return len(profiles)

    async def tick(self, unit: Unit, limit: int) -> Ticked:
        """Tells what time did to up to `limit` journeys that are due. Raises Conflict when definitions changed."""
        now, registry = self.now(), await unit.registry()
        states = await unit.lock_due(now, limit)
        if not states:
            return Ticked()
        if any(state.registry > registry.revision for state in states.values()):
            raise Conflict
        outdated = {profile: state for profile, state in states.items() if state.registry < registry.revision}
        rows = await unit.due(sorted(states.keys() - outdated.keys()), now)
        come = come_due(registry, states, rows, now)
        come.changes.touched |= levels_touched(watched(registry), come.changes)
        told = await _told(unit, registry, outdated)
        done = await _finish(unit, [await self._anew(unit, registry, outdated, told), come])
        return Ticked(len(states), [(one.lapse.kind, now - one.lapse.at) for one in come.changes.new_lapses], done)

    async def _take(self, unit: Unit, batch: Sequence[Incoming]) -> _Touched:
        """Stores belongings and interactions, and tells what they touch."""
        newest = _newest(batch)
        asked = self._to_ask_for(newest)
        stored, gone = await unit.known(asked), await unit.gone([newest[key][0].number for key in asked])
        coming = [newest[key] for key in sorted(newest)]
        coming = [told for told in coming if not _gone(told[0], gone)] if gone else coming
        new = [told for told in coming if told[0].key not in stored] if stored else coming
        revised = (
            [one for one, _ in coming if one.key in stored and stored[one.key].replaced_by(one.placing)]
            if stored
            else []
        )
        left = {anchor for interaction in revised if (anchor := stored[interaction.key].anchor) is not None}
        wanted = _highest(batch)
        known = await unit.owners({*wanted, *left})
        owners = {**wanted, **{n: _newer(owner, wanted.get(n, owner)) for n, owner in known.items()}}
        await unit.own({n: owner for n, owner in owners.items() if known.get(n) != owner}, known)
        added = [interaction for interaction, _ in new]
        await self._add(unit, added, revised)
        touched = _Touched()
        withdrawn = _withdrawn(batch, stored, [*added, *revised])
        await _forget(unit, touched, known, owners, [*added, *revised], withdrawn)
        await _pin(unit, touched, batch, owners)
        await _moved(unit, touched, batch, known, owners)
        for interaction, seen in new:
            if interaction.anchor is not None and not _void(interaction, owners):
                touched.grown[owners[interaction.anchor].profile].append(seen)
        came = {interaction.anchor for interaction in revised if interaction.anchor is not None}
        touched.anew |= {owners[anchor].profile for anchor in left | came} | {known[anchor].profile for anchor in left}
        return touched.without_nobody()

    def _to_ask_for(self, newest: Mapping[InteractionKey, _New]) -> list[InteractionKey]:
        """Those that may be stored: corrections. Others hardly are, and the store refuses them if they are."""
        if self._ask_for:
            self._ask_for -= 1
            return sorted(newest)
        return sorted(key for key, (interaction, _) in newest.items() if interaction.placed)

    async def _add(self, unit: Unit, new: Sequence[StoredInteraction], revised: Sequence[StoredInteraction]) -> None:
        try:
            await unit.add(new, revised)
        except AlreadyStored:
            self._ask_for = ASK_FOR
            raise

    async def _anew(self, unit: Unit, registry: Registry, states: dict[str, ProfileState], told: Told) -> Outcome:
        if not states:
            return Outcome()
        profiles = sorted(states)
        timelines, pins = await unit.timelines(profiles), await _pins(unit, registry, profiles)
        return await aside(timelines, refold, registry, states, timelines, pins, told, self.now())

    async def _grow(
        self, unit: Unit, registry: Registry, touched: _Touched, states: dict[str, ProfileState], told: Told
    ) -> Outcome:
        if not touched.grown:
            return Outcome()
        concerned = [
            (profile, timeline, registry.concerned(timeline)) for profile, timeline in sorted(touched.grown.items())
        ]
        known_before = [part for part in concerned if states[part[0]].position is not None]
        latest = await unit.latest([(profile, one.key) for profile, _, those in known_before for one in those])
        growth = Growth(self.now(), told)
        for profile, timeline, definitions in concerned:
            known = touched.known.get(profile)
            _, _, generation, lapsed, _ = states[profile]
            growth.begin(profile, ProfileState(timeline[-1].position, registry.revision, generation, lapsed, known))
            for definition in definitions:
                growth.add(for_profile(definition, known), timeline, latest.get((profile, definition.key)))
        return growth.outcome


async def _finish(unit: Unit, outcomes: Sequence[Outcome]) -> Done:
    """Writes everything at once: what several outcomes write takes as many statements as what one does."""
    done, changes = Done(), Changes()
    for outcome in outcomes:
        changes.include(outcome.changes)
        done.add(outcome)
    await unit.write(changes)
    if messages := [message for outcome in outcomes for message in outcome.messages]:
        await unit.put(JOURNEYS.name, messages)
    return done


async def _told(unit: Unit, registry: Registry, profiles: Iterable[str]) -> Told:
    if not (those := sorted(profiles)):
        return Told()
    transitions, lapses = await unit.transitions(those), await unit.lapses(those)
    return Told.of(transitions, lapses, await unit.pains(those) if reads_pains(registry) else ())


async def _pins(unit: Unit, registry: Registry, profiles: Sequence[str]) -> Mapping[str, Sequence[Pinned]]:
    return await unit.pins(profiles) if registry.traits.names and profiles else {}


def _facts_of(
    registry: Registry, timelines: Mapping[str, Sequence[Interaction]], pins: Mapping[str, Sequence[Pinned]]
) -> dict[str, list[Measured]]:
    return {profile: _facts(registry, timeline, pins.get(profile, ())) for profile, timeline in timelines.items()}


def _facts(registry: Registry, timeline: Sequence[Interaction], pins: Sequence[Pinned]) -> list[Measured]:
    known = registry.known(None, timeline, pins)
    folds = [(one, fold(one, None, timeline)) for one in registry.of(known)]
    return measured(timeline, folds, known.segments if known else ())


async def _forget(
    unit: Unit,
    touched: _Touched,
    known: Mapping[int, Owner],
    owners: Mapping[int, Owner],
    came: Iterable[StoredInteraction],
    withdrawn: Sequence[StoredInteraction],
) -> None:
    """Removes what hung on identifiers that were erased since they were known, what came there, and what left all."""
    void = {n: owners[n].void for n, owner in known.items() if owner.void < owners[n].void}
    touched.anew |= {known[n].profile for n in void}
    void |= {one.anchor: owners[one.anchor].void for one in came if one.anchor is not None and _void(one, owners)}
    if void or withdrawn:
        await unit.forget(void, withdrawn)


async def _pin(unit: Unit, touched: _Touched, batch: Sequence[Incoming], owners: Mapping[int, Owner]) -> None:
    """Keeps what was pinned of nobody who was erased, and what was undone."""
    told = [incoming.pin for incoming in batch if incoming.pin is not None]
    if pins := [pin for pin in told if pin.version >= owners[pin.identifier].void]:
        touched.anew |= {owners[identifier].profile for identifier in await unit.pin(pins)}


async def _moved(
    unit: Unit, touched: _Touched, batch: Sequence[Incoming], known: dict[int, Owner], owners: dict[int, Owner]
) -> None:
    moved = {n for n, owner in known.items() if owners[n].profile != owner.profile}
    for identifier in await unit.with_interactions(moved) if moved else ():
        touched.anew.add(known[identifier].profile)
        touched.joined[owners[identifier].profile][identifier] = known[identifier].profile
    touched.left.update({known[n].profile: n for n in sorted(moved)})
    for incoming in batch:
        for identifier, previous in incoming.previous.items():
            if owners[identifier].profile != previous:
                touched.left[previous] = incoming.follows.get(previous) or touched.left.get(previous, identifier)
        if incoming.erased:
            touched.left.update(dict.fromkeys(incoming.erased, NO_IDENTIFIER))


async def _join(unit: Unit, registry: Registry, touched: _Touched) -> None:
    """Tells what joined profiles as new to them, where nothing but its place in their timelines matters.

    All others are folded anew: those about which somebody pinned something, or to whom someone came of whom a lapse
    was told, since time goes on with what it told.
    """
    joined = {profile: came for profile, came in touched.joined.items() if profile not in touched.anew}
    if not joined:
        return
    strangers = {profile for came in joined.values() for profile in came.values()}
    lapsed = {one.profile for one in await unit.lapses(sorted(strangers))}
    pinned = await _pins(unit, registry, sorted(joined))
    hanging = await unit.hanging(sorted(identifier for came in joined.values() for identifier in came))
    for profile, came in joined.items():
        interactions = [one for identifier in came for one in hanging.get(identifier, ())]
        if profile in pinned or not lapsed.isdisjoint(came.values()) or not 0 < len(interactions) < LONG_INTERACTIONS:
            touched.anew.add(profile)
            continue
        new = {one.position for one in touched.grown[profile]}
        touched.grown[profile] += [one for one in interactions if one.position not in new]


def _sort_out(touched: _Touched, states: dict[str, ProfileState], registry: Registry) -> None:
    """A profile whose new interactions are not all later than what is known and told of it is folded anew.

    So is one of which rules are told something else from now on.
    """
    if any(state.registry > registry.revision for state in states.values()):
        raise Conflict
    for profile, interactions in touched.grown.items():
        interactions.sort(key=lambda interaction: interaction.position)
        state, first = states[profile], interactions[0].position
        if state.position is None:
            continue
        outdated = state.registry != registry.revision or first <= state.position
        if outdated or (state.lapsed is not None and first.time <= state.lapsed):
            touched.anew.add(profile)
    for profile in touched.anew:
        touched.grown.pop(profile, None)


def _know(
    touched: _Touched,
    states: dict[str, ProfileState],
    registry: Registry,
    pins: Mapping[str, Sequence[Pinned]],
) -> None:
    for profile, interactions in [*touched.grown.items()]:
        before = states[profile]
        last = before.known if before.position is not None else None
        known = touched.known[profile] = registry.known(last, interactions, pins.get(profile, ()))
        if before.position is not None and (before.known is None or known is None or before.known.told != known.told):
            touched.anew.add(profile)
            del touched.grown[profile]


def _newest(batch: Iterable[Incoming]) -> dict[InteractionKey, _New]:
    newest: dict[InteractionKey, _New] = {}
    for incoming in batch:
        if (told := incoming.told) is not None:
            known = newest.setdefault(told[0].key, told)
            if known is not told and known[0].placing.replaced_by(told[0].placing):
                newest[told[0].key] = told
    return newest


def _gone(one: StoredInteraction, gone: Mapping[int, int]) -> bool:
    """Whether a correction that is as late as what is said here took it away."""
    return one.number in gone and not Placing(None, gone[one.number], one.number).replaced_by(one.placing)


def _withdrawn(
    batch: Iterable[Incoming], stored: Mapping[InteractionKey, Placing], came: Iterable[StoredInteraction]
) -> list[StoredInteraction]:
    """What was withdrawn, but for what hangs elsewhere by now: as long as it does, nothing older can come back.

    What was gone and came again has another number, and does not stand for what it was before.
    """
    told = [incoming.told[0] for incoming in batch if incoming.told is not None and incoming.told[0].anchor is None]
    if not told:
        return []
    standing = {key: was.number for key, was in stored.items()}
    standing |= {one.key: one.number if one.anchor is not None else 0 for one in came}
    return [one for one in told if one.number and standing.get(one.key) != one.number]


def _newer(one: Owner, other: Owner) -> Owner:
    """The later word of two, void up to where either says so.

    An erasure gives whoever goes on with an identifier a new id, by the very version below which all is void.
    """
    if one.profile == other.profile and one.void == other.void:
        return other if other.version > one.version else one
    latest = max(one, other, key=_standing)
    return latest._replace(void=max(one.void, other.void))


def _void(interaction: StoredInteraction, owners: Mapping[int, Owner]) -> bool:
    """Whether it was erased before it came."""
    return interaction.anchor is not None and interaction.version < owners[interaction.anchor].void


def _standing(owner: Owner) -> tuple[int, bool]:
    return owner.version, owner.profile != NOBODY


def _highest(batch: Sequence[Incoming]) -> dict[int, Owner]:
    highest: dict[int, Owner] = {}
    for incoming in batch:
        for identifier, owner in incoming.owners.items():
            known = highest.get(identifier)
            highest[identifier] = owner if known is None else _newer(known, owner)
    return highest

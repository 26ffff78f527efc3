"""The journey step: one batch of attached interactions and moved identifiers becomes journeys and what is said of them.

Exact whatever the order of messages, batches and workers: belongings keep the highest version, interactions are
stored once, and a profile whose timeline changed anywhere but at its end is folded anew.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.topics import JOURNEYS
from services.journey.announce import event_id, transition_id, transitioned
from services.journey.domain.fold import fold
from services.journey.domain.model import Failure, Interaction
from services.journey.refold import refold
from services.journey.registry import Registry
from services.journey.store import (
    Changes,
    InteractionKey,
    JourneyRow,
    Owner,
    ProfileState,
    StoredInteraction,
    StoredTransition,
    Unit,
)
from services.journey.wire import Incoming, as_seen
from services.runtime.database import Conflict
from services.runtime.log import Message


@dataclass(slots=True)
class Done:
    """What a step did, for the metrics."""

    transitioned: int = 0
    retracted: int = 0
    refolded: int = 0
    failures: Sequence[Failure] = ()


@dataclass(slots=True)
class _Touched:
    """Which profiles a batch touches: those that only grew with their new interactions, and those to fold anew."""

    grown: dict[str, list[Interaction]] = field(default_factory=lambda: defaultdict(list))
    anew: set[str] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)

    @property
    def profiles(self) -> set[str]:
        return self.anew | set(self.grown) | set(self.left)


class JourneyStep:
    """Applies batches; `now` tells the time of messages."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    async def apply(self, unit: Unit, batch: Sequence[Incoming]) -> Done:
        """Stores, folds and announces one batch. Raises Conflict when another writer was met."""
        registry = await unit.registry()
        touched = await _take(unit, batch)
        states = await unit.lock_profiles(touched.profiles)
        _sort_out(touched, states, registry)
        grown = await self._grow(unit, registry, touched, states)
        anew = await self._anew(unit, registry, {profile: states[profile] for profile in touched.anew})
        anew[0].left = touched.left
        return await _finish(unit, [anew, grown])

    async def sweep(self, unit: Unit, limit: int) -> int:
        """Folds up to `limit` profiles anew that were folded with older definitions; how many there were."""
        registry = await unit.registry()
        states = await unit.lock_outdated(registry.revision, limit)
        if states:
            await _finish(unit, [await self._anew(unit, registry, states)])
        return len(states)

    async def _anew(
        self, unit: Unit, registry: Registry, states: dict[str, ProfileState]
    ) -> tuple[Changes, list[Message]]:
        if not states:
            return Changes(), []
        profiles = sorted(states)
        timelines = await unit.timelines(profiles)
        return refold(registry, states, timelines, await unit.transitions(profiles), self._now())

    async def _grow(
        self, unit: Unit, registry: Registry, touched: _Touched, states: dict[str, ProfileState]
    ) -> tuple[Changes, list[Message]]:
        changes, messages, now = Changes(), list[Message](), self._now()
        if not touched.grown:
            return changes, messages
        latest = await unit.latest(sorted(touched.grown), sorted(registry.definitions))
        for profile, timeline in touched.grown.items():
            generation = states[profile].generation
            changes.profiles[profile] = ProfileState(timeline[-1].position, registry.revision, generation)
            for definition in registry.definitions.values():
                folded = fold(definition, latest.get((profile, definition.key)), timeline)
                changes.journeys += [
                    JourneyRow(profile, definition.key, definition.version, journey)
                    for journey in folded.journeys.values()
                ]
                changes.pains += [(profile, pain) for pain in folded.pains]
                changes.failures += folded.failures
                for step in folded.transitions:
                    key = transition_id(step)
                    stored = StoredTransition(key, event_id(key, profile, generation), profile, step)
                    changes.new_transitions.append(stored)
                    messages.append(transitioned(stored, None, now))
        return changes, messages


async def _finish(unit: Unit, parts: Sequence[tuple[Changes, list[Message]]]) -> Done:
    done = Done(failures=[failure for changes, _ in parts for failure in changes.failures])
    for changes, _ in parts:
        await unit.write(changes)
        done.retracted += len(changes.retracted)
        done.transitioned += len(changes.transitions) + len(changes.new_transitions)
        done.refolded += len(changes.refolded)
    if messages := [message for _, those in parts for message in those]:
        await unit.put(JOURNEYS.name, messages)
    return done


async def _take(unit: Unit, batch: Sequence[Incoming]) -> _Touched:
    """Stores belongings and interactions, and tells what they touch."""
    newest = _newest(incoming.interaction for incoming in batch if incoming.interaction)
    stored = await unit.known(sorted(newest))
    new = [newest[key] for key in sorted(newest) if key not in stored]
    revised = [newest[key] for key, placing in sorted(stored.items()) if placing.replaced_by(newest[key].placing)]
    left = {anchor for interaction in revised if (anchor := stored[interaction.key].anchor) is not None}
    wanted = _highest(batch)
    known = await unit.owners({*wanted, *left})
    owners = {**wanted, **{n: max(wanted.get(n, owner), owner, key=_version) for n, owner in known.items()}}
    await unit.own({n: owner for n, owner in owners.items() if known.get(n) != owner}, known)
    await unit.add(new, revised)
    touched = _Touched()
    await _moved(unit, touched, batch, known, owners)
    for interaction in new:
        if interaction.anchor is not None:
            touched.grown[owners[interaction.anchor].profile].append(as_seen(interaction))
    came = {interaction.anchor for interaction in revised if interaction.anchor is not None}
    touched.anew |= {owners[anchor].profile for anchor in left | came}
    return touched


async def _moved(
    unit: Unit, touched: _Touched, batch: Sequence[Incoming], known: dict[int, Owner], owners: dict[int, Owner]
) -> None:
    moved = {n for n, owner in known.items() if owners[n].profile != owner.profile}
    for identifier in await unit.with_interactions(moved) if moved else ():
        touched.anew |= {known[identifier].profile, owners[identifier].profile}
    touched.left.update({known[n].profile: n for n in sorted(moved)})
    for incoming in batch:
        for identifier, previous in incoming.previous.items():
            if owners[identifier].profile != previous:
                touched.left.setdefault(previous, identifier)


def _sort_out(touched: _Touched, states: dict[str, ProfileState], registry: Registry) -> None:
    """A profile whose new interactions are not all later than what it was folded from is folded anew."""
    if any(state.registry > registry.revision for state in states.values()):
        raise Conflict
    for profile, interactions in touched.grown.items():
        interactions.sort(key=lambda interaction: interaction.position)
        position, revision, _ = states[profile]
        if position is not None and (revision != registry.revision or interactions[0].position <= position):
            touched.anew.add(profile)
    for profile in touched.anew:
        touched.grown.pop(profile, None)


def _newest(interactions: Iterable[StoredInteraction]) -> dict[InteractionKey, StoredInteraction]:
    newest: dict[InteractionKey, StoredInteraction] = {}
    for interaction in interactions:
        known = newest.get(interaction.key)
        if known is None or known.placing.replaced_by(interaction.placing):
            newest[interaction.key] = interaction
    return newest


def _version(owner: Owner) -> int:
    return owner.version


def _highest(batch: Sequence[Incoming]) -> dict[int, Owner]:
    highest: dict[int, Owner] = {}
    for incoming in batch:
        for identifier, owner in incoming.owners.items():
            known = highest.get(identifier)
            if known is None or owner.version > known.version:
                highest[identifier] = owner
    return highest

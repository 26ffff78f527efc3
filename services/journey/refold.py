"""Profiles folded anew: what they had against what their final timeline gives."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.journey.announce import event_id, retracted, transition_id, transitioned
from services.journey.domain.definition import Definition
from services.journey.domain.fold import fold
from services.journey.domain.model import Interaction, Transition
from services.journey.registry import Registry
from services.journey.store import Changes, JourneyRow, ProfileState, StoredTransition
from services.runtime.log import Message


def refold(
    registry: Registry,
    states: Mapping[str, ProfileState],
    timelines: Mapping[str, Sequence[Interaction]],
    before: Iterable[StoredTransition],
    now: datetime,
) -> tuple[Changes, list[Message]]:
    """What changes when these profiles are folded anew, and what is to be said about it."""
    changes = Changes(refolded=set(states))
    steps: dict[str, tuple[str, Transition]] = {}
    for profile, state in states.items():
        timeline = timelines.get(profile, ())
        position = timeline[-1].position if timeline else None
        changes.profiles[profile] = ProfileState(position, registry.revision, state.generation + 1)
        for definition in registry.definitions.values():
            for step in _fold_anew(definition, profile, timeline, changes):
                steps[transition_id(step)] = profile, step
    return changes, _compare(changes, {stored.id: stored for stored in before}, steps, now)


def _fold_anew(
    definition: Definition, profile: str, timeline: Sequence[Interaction], changes: Changes
) -> Sequence[Transition]:
    folded = fold(definition, None, timeline)
    changes.journeys += [
        JourneyRow(profile, definition.key, definition.version, journey) for journey in folded.journeys.values()
    ]
    changes.pains += [(profile, pain) for pain in folded.pains]
    changes.failures += folded.failures
    return folded.transitions


def _compare(
    changes: Changes,
    before: Mapping[str, StoredTransition],
    after: Mapping[str, tuple[str, Transition]],
    now: datetime,
) -> list[Message]:
    messages = []
    for gone in before.keys() - after.keys():
        stored = before[gone]
        changes.retracted.append(gone)
        event = event_id(gone, stored.profile, changes.profiles[stored.profile].generation)
        messages.append(retracted(stored, event, now))
    for key, (profile, step) in after.items():
        known = before.get(key)
        if known is not None and known.profile == profile and _said(known.step) == _said(step):
            if known.step != step:
                changes.transitions.append(known._replace(step=step))
            continue
        stored = StoredTransition(key, event_id(key, profile, changes.profiles[profile].generation), profile, step)
        changes.transitions.append(stored)
        messages.append(transitioned(stored, known.event if known else None, now))
    return messages


def _said(step: Transition) -> tuple[str | None, str, datetime, str | None]:
    """What the event says of a step; a new version of the definition alone is no correction."""
    return step.from_stage, step.to, step.position.time, step.channel

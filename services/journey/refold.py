"""Profiles folded anew: what they had against what their final timeline gives."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from schemas.journey_definition import ActionDefinition
from services.journey.actions.cued import fresh
from services.journey.alerts.touching import levels_touched_anew, watched
from services.journey.announce import event_id, retracted, transition_id, transitioned
from services.journey.domain.cues import Cue, cues
from services.journey.domain.definition import Definition
from services.journey.domain.fold import Folded, fold
from services.journey.domain.known import failures
from services.journey.domain.lapses import due, next_due
from services.journey.domain.model import Interaction, Lapse, Pain, Transition
from services.journey.domain.profile_traits import Pinned
from services.journey.lapsing import Found, compare
from services.journey.outcome import Outcome
from services.journey.registry import Registry
from services.journey.store import Changes, JourneyRow, ProfileState, StoredTransition
from services.journey.told import Told


def refold(
    registry: Registry,
    states: Mapping[str, ProfileState],
    timelines: Mapping[str, Sequence[Interaction]],
    pins: Mapping[str, Sequence[Pinned]],
    told: Told,
    now: datetime,
) -> Outcome:
    """What changes when these profiles, of which this was told, are folded anew, and what is to be said about it."""
    outcome = Outcome(Changes(refolded=set(states)))
    changes, before = outcome.changes, told.transitions.values()
    steps: dict[str, tuple[str, Transition]] = {}
    lapses: list[Found] = []
    called_for: list[tuple[str, Iterable[Cue]]] = []
    for profile, state in states.items():
        timeline = timelines.get(profile, ())
        position = timeline[-1].position if timeline else None
        known = registry.known(None, timeline, pins.get(profile, ()))
        changes.profiles[profile] = ProfileState(position, registry.revision, state.generation + 1, known=known)
        changes.failures += failures(known, position)
        for definition in registry.of(known):
            folded = _fold_anew(definition, profile, timeline, changes)
            steps.update({transition_id(step): (profile, step) for step in folded.transitions})
            ahead = due(definition, folded.latest) if folded.latest else []
            lapses += [Found(profile, lapse, ahead=False) for lapse in folded.lapses]
            lapses += [Found(profile, lapse, ahead=True) for lapse in ahead]
            if definition.actions and folded.latest:
                called_for.append((profile, folded.cues))
                called_for.append((profile, cues(definition, ahead, folded.latest, None, changes.failures)))
    compare(
        outcome,
        states,
        [one for one in told.lapses if _is_read(registry, changes, one.profile, one.lapse)],
        lapses,
        now,
    )
    said = {one.id: one for one in before if _is_read(registry, changes, one.profile, one.step)}
    _compare(outcome, said, steps, now)
    changes.touched |= levels_touched_anew(watched(registry), before, told.pains, steps.values(), changes)
    for profile, those in called_for:
        changes.cued += fresh(profile, (cue for cue in those if _is_news(profile, cue, outcome, told)), now)
    return outcome


def _is_read(registry: Registry, changes: Changes, profile: str, said: Transition | Lapse) -> bool:
    """Whether folding anew has a word on it: not by a definition that is not understood, while anything is left."""
    return said.journey not in registry.unread or changes.profiles[profile].position is None


def reads_pains(registry: Registry) -> bool:
    """Whether `refold` has to be told which pain points were met before."""
    return bool(watched(registry)) or any(one.on == "pain_point" for one in _actions(registry))


def _actions(registry: Registry) -> Iterator[ActionDefinition]:
    for definition in registry.definitions.values():
        yield from definition.what.actions


def _is_news(profile: str, cue: Cue, outcome: Outcome, told: Told) -> bool:
    """What was met before called for its actions then; those that were defined since come too late for it."""
    if isinstance(cue.cause, Pain):
        return not told.had_met(cue.cause)
    return (profile, cue.cause) in outcome.news


def _fold_anew(definition: Definition, profile: str, timeline: Sequence[Interaction], changes: Changes) -> Folded:
    folded = fold(definition, None, timeline)
    changes.new_journeys += [
        JourneyRow(profile, definition.key, definition.version, journey, next_due(definition, journey))
        for journey in folded.journeys.values()
    ]
    changes.pains += [(profile, pain) for pain in folded.pains]
    changes.failures += folded.failures
    return folded


def _compare(
    outcome: Outcome,
    before: Mapping[str, StoredTransition],
    after: Mapping[str, tuple[str, Transition]],
    now: datetime,
) -> None:
    changes, messages = outcome.changes, outcome.messages
    for gone in before.keys() - after.keys():
        stored = before[gone]
        changes.gone_transitions.append(stored)
        outcome.retracted += 1
        messages.append(retracted(stored, changes.profiles[stored.profile].generation, now))
    for key, (profile, step) in after.items():
        known = before.get(key)
        stored = StoredTransition(key, changes.profiles[profile].generation, profile, step)
        if known is None or known.profile != profile or _said(known.step) != _said(step):
            messages.append(
                transitioned(stored, event_id(known) if known else None, now, changes.profiles[profile].segments)
            )
            if known is None:
                outcome.news.add((profile, step))
        elif known.step == step:
            continue
        else:
            stored = known._replace(step=step)
        changes.gone_transitions += [known] if known else []
        changes.new_transitions.append(stored)


def _said(step: Transition) -> tuple[str | None, str, datetime, str | None]:
    """What the event says of a step; a new version of the definition alone is no correction."""
    return step.from_stage, step.to, step.position.time, step.channel

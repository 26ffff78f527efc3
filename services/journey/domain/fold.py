"""Journeys as a fold: `(state, interaction) -> state` over a profile's interactions in timeline order.

Folding on from a state is the same as folding everything anew, so a timeline that only grew at its end costs one step
and any other change is a fold from the beginning. Time enters through the interactions, and as `now` when reading.
An interaction that none of a definition's rules can hold for leaves its journeys alone, due ones too: whoever reads
them settles them, and so does the next interaction that matters.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.cues import Cause, Cue, cues
from services.journey.domain.definition import Definition, PainPoint, Relevant, Stage
from services.journey.domain.lapses import due, lapsed
from services.journey.domain.model import ABANDONED, ACTIVE, Failure, Interaction, Journey, Lapse, Pain, Transition
from services.journey.domain.rule_budget import DEFINITION_STEPS
from services.journey.domain.rules import Budget, Rule, RuleFailure

FOLD = "fold"
"""Stands in a failure for the name of a rule, where it was no rule that failed."""


_Mark: TypeAlias = tuple[Journey | None, int, int, int, int]
"""The latest journey, and how many transitions, lapses, cues and pain points there were."""


class Folded(msgspec.Struct):
    """What interactions did to one profile in one definition.

    `journeys` are those that were changed, by number; `latest` is where to fold on from. `lapses` are those that had
    come to pass before an interaction of the journey; what may become of `latest` later is not among them. `cues` are
    the actions that any of this calls for.
    """

    latest: Journey | None
    journeys: dict[int, Journey] = {}
    transitions: list[Transition] = []
    lapses: list[Lapse] = []
    cues: list[Cue] = []
    pains: list[Pain] = []
    failures: list[Failure] = []
    budget: Budget = msgspec.field(default_factory=Budget)

    def keep(self, journey: Journey) -> None:
        """Makes `journey` the latest."""
        if journey is not self.latest:
            self.latest = journey
            self.journeys[journey.number] = journey

    def mark(self) -> _Mark:
        """What stands now."""
        return self.latest, len(self.transitions), len(self.lapses), len(self.cues), len(self.pains)

    def take_back(self, mark: _Mark) -> None:
        """Makes it stand as it did."""
        self.latest, transitions, lapses, cues, pains = mark
        known = 0 if self.latest is None else self.latest.number
        self.journeys = {number: journey for number, journey in self.journeys.items() if number <= known}
        if self.latest is not None and known in self.journeys:
            self.journeys[known] = self.latest
        del self.transitions[transitions:], self.lapses[lapses:], self.cues[cues:], self.pains[pains:]


def fold(definition: Definition, latest: Journey | None, interactions: Iterable[Interaction]) -> Folded:
    """The effect of `interactions`, which are in timeline order and later than what `latest` was folded from.

    One that cannot be folded does nothing, and is among the failures: no definition stops the stream.
    """
    return fold_if_concerned(definition, latest, interactions) or Folded(latest)


def fold_if_concerned(
    definition: Definition, latest: Journey | None, interactions: Iterable[Interaction]
) -> Folded | None:
    """As `fold`; None where no rule can hold for any of them, which is told before anything is made."""
    folded: Folded | None = None
    for interaction in interactions:
        rules = definition.relevant(interaction.kind)
        if rules.opens or (rules.anything and _is_open(folded.latest if folded else latest)):
            folded = folded or Folded(latest)
            _contained(definition, rules, folded, interaction)
    return folded


def _contained(definition: Definition, rules: Relevant, folded: Folded, interaction: Interaction) -> None:
    before = folded.mark()
    try:
        _step(definition, rules, folded, interaction)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it would stop everybody's journeys
        folded.take_back(before)
        folded.failures.append(Failure(definition.key, FOLD, type(error).__name__, interaction.position))
    folded.budget.left = DEFINITION_STEPS


def _is_open(journey: Journey | None) -> bool:
    """Whether it is under way, unless time has ended it."""
    return journey is not None and journey.status == ACTIVE


def settled(definition: JourneyDefinition, journey: Journey, now: datetime) -> Journey:
    """The journey as it stands at `now`: abandoned once nothing touched it for longer than the definition allows."""
    after = definition.abandoned_after
    if after is None or journey.status != ACTIVE or now - journey.touched_at <= after:
        return journey
    return msgspec.structs.replace(journey, status=ABANDONED, closed_at=journey.touched_at + after)


def _step(definition: Definition, rules: Relevant, folded: Folded, interaction: Interaction) -> None:
    """One interaction in one definition: settles, then moves, then feels the pain of whoever is or was inside."""
    journey = _open(definition, folded, interaction)
    stage = _entered(definition, rules, folded, interaction, journey)
    if stage is not None:
        _enter(definition, folded, interaction, journey, stage)
    if rules.pain_points and (journey is not None or stage is not None):
        _feel(definition, rules, folded, interaction)


def _open(definition: Definition, folded: Folded, interaction: Interaction) -> Journey | None:
    latest = folded.latest
    if latest is None or latest.status != ACTIVE:
        return None
    journey = settled(definition.what, latest, interaction.position.time)
    if journey is latest:
        return journey
    folded.keep(journey)
    _lapsed(definition, folded, due(definition, latest), latest)
    return None


def _entered(
    definition: Definition, rules: Relevant, folded: Folded, interaction: Interaction, journey: Journey | None
) -> Stage | None:
    """The stage that the interaction opens a journey in, or goes to, or visits again; None for none of these."""
    if journey is None and definition.entry is not None:
        if rules.entry is None or not _holds(definition, rules.entry, folded, interaction, None):
            return None
        return _stage(definition, rules, folded, interaction, None) or definition.stages[0]
    return _stage(definition, rules, folded, interaction, journey)


def _stage(
    definition: Definition, rules: Relevant, folded: Folded, interaction: Interaction, journey: Journey | None
) -> Stage | None:
    for stage in rules.stages:
        if _holds(definition, stage.rule, folded, interaction, journey):
            return stage
    return None


def _holds(
    definition: Definition, rule: Rule, folded: Folded, interaction: Interaction, journey: Journey | None
) -> bool:
    try:
        return rule.holds(interaction.fields, journey, folded.budget)
    except RuleFailure as failure:
        folded.failures.append(Failure(definition.key, rule.name, str(failure), interaction.position))
        return False


def _enter(
    definition: Definition, folded: Folded, interaction: Interaction, journey: Journey | None, stage: Stage
) -> None:
    time, status = interaction.position.time, stage.what.exit or ACTIVE
    closed_at = time if stage.what.exit is not None else None
    if journey is None:
        number = 1 if folded.latest is None else folded.latest.number + 1
        entered = Journey(number, time, stage.key, time, time, status, closed_at, visits={stage.key: 1})
    else:
        entered = _touched(journey, stage.key, time, status, closed_at)
        _lapsed(definition, folded, lapsed(definition, journey, time), journey)
    if journey is None or journey.stage != stage.key:
        came_from = None if journey is None else journey.stage
        step = _transition(definition, interaction, entered, came_from)
        folded.transitions.append(step)
        _call_for(definition, folded, [step], entered, interaction)
    folded.keep(entered)


def _lapsed(definition: Definition, folded: Folded, lapses: list[Lapse], journey: Journey) -> None:
    folded.lapses += lapses
    _call_for(definition, folded, lapses, journey, None)


def _call_for(
    definition: Definition,
    folded: Folded,
    causes: Sequence[Cause],
    journey: Journey,
    interaction: Interaction | None,
) -> None:
    if definition.actions and causes:
        folded.cues += cues(definition, causes, journey, interaction, folded.failures)


def _touched(journey: Journey, stage: str, time: datetime, status: str, closed_at: datetime | None) -> Journey:
    moved = journey.stage != stage
    return Journey(
        journey.number,
        journey.opened_at,
        stage,
        time if moved else journey.entered_at,
        time,
        status,
        closed_at,
        journey.stage if moved else journey.previous,
        journey.touchpoints + 1,
        {**journey.visits, stage: journey.visits.get(stage, 0) + 1},
        journey.pain_points,
        journey.effort,
    )


def _transition(
    definition: Definition, interaction: Interaction, journey: Journey, came_from: str | None
) -> Transition:
    return Transition(
        definition.key,
        definition.version,
        journey.number,
        came_from,
        journey.stage,
        interaction.position,
        interaction.kind.channel,
    )


def _feel(definition: Definition, rules: Relevant, folded: Folded, interaction: Interaction) -> None:
    """Records the pain points of a journey that was open before or after the move."""
    journey = folded.latest
    met = [pain for pain in rules.pain_points if _holds(definition, pain.rule, folded, interaction, journey)]
    if met and journey is not None:
        felt, already = _pained(definition, folded, interaction, journey, met), len(folded.pains) - len(met)
        folded.keep(felt)
        _call_for(definition, folded, folded.pains[already:], felt, interaction)


def _pained(
    definition: Definition, folded: Folded, interaction: Interaction, journey: Journey, met: list[PainPoint]
) -> Journey:
    counts, effort = dict(journey.pain_points), journey.effort
    for pain in met:
        key, weight = pain.what.key, pain.what.weight
        counts[key] = counts.get(key, 0) + 1
        effort += weight
        folded.pains.append(Pain(definition.key, journey.number, key, weight, journey.stage, interaction.position))
    return msgspec.structs.replace(journey, pain_points=counts, effort=effort)

"""Journeys as a fold: `(state, interaction) -> state` over a profile's interactions in timeline order.

Folding on from a state is the same as folding everything anew, so a timeline that only grew at its end costs one step
and any other change is a fold from the beginning. Time enters through the interactions, and as `now` when reading.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.definition import Definition, PainPoint, Stage
from services.journey.domain.model import ABANDONED, ACTIVE, Failure, Interaction, Journey, Pain, Transition
from services.journey.domain.rules import Rule, RuleFailure


@dataclass(slots=True)
class Folded:
    """What interactions did to one profile in one definition.

    `journeys` are those that were changed, by number; `latest` is where to fold on from.
    """

    latest: Journey | None
    journeys: dict[int, Journey] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    pains: list[Pain] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def keep(self, journey: Journey) -> None:
        """Makes `journey` the latest."""
        if journey is not self.latest:
            self.latest = journey
            self.journeys[journey.number] = journey


def fold(definition: Definition, latest: Journey | None, interactions: Iterable[Interaction]) -> Folded:
    """The effect of `interactions`, which are in timeline order and later than what `latest` was folded from."""
    folded = Folded(latest)
    for interaction in interactions:
        _step(definition, folded, interaction)
    return folded


def settled(definition: JourneyDefinition, journey: Journey, now: datetime) -> Journey:
    """The journey as it stands at `now`: abandoned once nothing touched it for longer than the definition allows."""
    after = definition.abandoned_after
    if after is None or journey.status != ACTIVE or now - journey.touched_at <= after:
        return journey
    return replace(journey, status=ABANDONED, closed_at=journey.touched_at + after)


def _step(definition: Definition, folded: Folded, interaction: Interaction) -> None:
    if folded.latest is not None:
        folded.keep(settled(definition.what, folded.latest, interaction.position.time))
    step = _Step(definition, folded, interaction)
    step.move()
    if step.inside:
        step.feel()


class _Step:
    """One interaction in one definition."""

    def __init__(self, definition: Definition, folded: Folded, interaction: Interaction) -> None:
        self._definition = definition
        self._folded = folded
        self._interaction = interaction
        self._rules = definition.relevant(interaction.type)
        self.inside = self._open is not None

    @property
    def _open(self) -> Journey | None:
        latest = self._folded.latest
        return latest if latest is not None and latest.status == ACTIVE else None

    def move(self) -> None:
        """Opens a journey, goes to a stage, or counts a visit; or does nothing."""
        journey = self._open
        if journey is None and self._definition.entry is not None:
            if self._rules.entry is None or not self._holds(self._rules.entry):
                return
            self._enter(self._stage() or self._definition.stages[0])
        elif stage := self._stage():
            self._enter(stage)

    def feel(self) -> None:
        """Records the pain points of a journey that was open before or after the move."""
        met = [pain for pain in self._rules.pain_points if self._holds(pain.rule)]
        if met and (journey := self._folded.latest):
            self._folded.keep(self._pained(journey, met))

    def _stage(self) -> Stage | None:
        return next((stage for stage in self._rules.stages if self._holds(stage.rule)), None)

    def _enter(self, stage: Stage) -> None:
        journey, position = self._open, self._interaction.position
        touched = self._opened(stage.key) if journey is None else _touched(journey, stage.key, position.time)
        if stage.what.exit is not None:
            touched = replace(touched, status=stage.what.exit, closed_at=position.time)
        if journey is None or journey.stage != stage.key:
            came_from = journey.stage if journey else None
            self._folded.transitions.append(self._transition(touched, came_from))
        self._folded.keep(touched)
        self.inside = True

    def _opened(self, stage: str) -> Journey:
        time, latest = self._interaction.position.time, self._folded.latest
        number = 1 if latest is None else latest.number + 1
        return Journey(number, opened_at=time, stage=stage, entered_at=time, touched_at=time, visits={stage: 1})

    def _transition(self, journey: Journey, came_from: str | None) -> Transition:
        return Transition(
            journey=self._definition.key,
            version=self._definition.version,
            number=journey.number,
            from_stage=came_from,
            to=journey.stage,
            position=self._interaction.position,
            channel=self._interaction.channel,
        )

    def _pained(self, journey: Journey, met: list[PainPoint]) -> Journey:
        counts = dict(journey.pain_points)
        for pain in met:
            key, weight = pain.what.key, pain.what.weight
            counts[key] = counts.get(key, 0) + 1
            self._folded.pains.append(
                Pain(self._definition.key, journey.number, key, weight, journey.stage, self._interaction.position)
            )
        effort = journey.effort + sum(pain.what.weight for pain in met)
        return replace(journey, pain_points=counts, effort=effort)

    def _holds(self, rule: Rule) -> bool:
        try:
            return rule.holds(self._interaction.fields, self._shown)
        except RuleFailure as failure:
            self._folded.failures.append(
                Failure(self._definition.key, rule.name, str(failure), self._interaction.position)
            )
            return False

    @property
    def _shown(self) -> Journey | None:
        """The journey that rules see: the open one, or the one that this very interaction ended."""
        return self._folded.latest if self.inside else None


def _touched(journey: Journey, stage: str, time: datetime) -> Journey:
    moved = journey.stage != stage
    return Journey(  # not replace(), which takes five times as long and stands on the hot path
        number=journey.number,
        opened_at=journey.opened_at,
        stage=stage,
        entered_at=time if moved else journey.entered_at,
        touched_at=time,
        previous=journey.stage if moved else journey.previous,
        touchpoints=journey.touchpoints + 1,
        visits={**journey.visits, stage: journey.visits.get(stage, 0) + 1},
        pain_points=journey.pain_points,
        effort=journey.effort,
    )

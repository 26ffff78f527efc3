"""When an action is called for: something happened to a journey, or did not in time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from schemas.journey_definition import ActionDefinition
from services.journey.domain.definition import Definition
from services.journey.domain.model import ACTIVE, Failure, Interaction, Journey, Kind, Lapse, Pain, Position, Transition
from services.journey.domain.rules import Rule, RuleFailure

Cause = Transition | Lapse | Pain
ENTERED: Final = "entered"
_NOTHING = Kind("")


class Cue(NamedTuple):
    """An action of a definition that is called for `on` something, by what."""

    action: str
    on: str
    cause: Cause

    @property
    def at(self) -> datetime:
        """The moment of its cause."""
        return self.cause.at if isinstance(self.cause, Lapse) else self.cause.position.time

    @property
    def stage(self) -> str:
        """The stage that the customer is in."""
        return self.cause.to if isinstance(self.cause, Transition) else self.cause.stage


def cues(
    definition: Definition,
    causes: Iterable[Cause],
    journey: Journey,
    interaction: Interaction | None,
    failures: list[Failure],
) -> Iterator[Cue]:
    """The actions that these causes call for. `when` sees the journey after the cause, and no `i` where time is it."""
    for cause in causes:
        for action in definition.actions:
            if _calls_for(action.what, cause, journey) and (
                action.rule is None or _holds(definition, action.rule, cause, journey, interaction, failures)
            ):
                yield Cue(action.what.key, action.what.on, cause)


def _calls_for(what: ActionDefinition, cause: Cause, journey: Journey) -> bool:
    if isinstance(cause, Lapse):
        return what.on == cause.kind and what.stage in {None, cause.stage}
    if isinstance(cause, Pain):
        return what.on == "pain_point" and what.pain_point in {None, cause.key} and what.stage in {None, cause.stage}
    if what.on == "left":
        return cause.from_stage is not None and what.stage in {None, cause.from_stage}
    ended = what.on == "completed" and journey.status != ACTIVE
    return (ended or what.on == ENTERED) and what.stage in {None, cause.to}


def _holds(
    definition: Definition,
    rule: Rule,
    cause: Cause,
    journey: Journey,
    interaction: Interaction | None,
    failures: list[Failure],
) -> bool:
    kind, fields = (_NOTHING, {}) if interaction is None else (interaction.kind, interaction.fields)
    try:
        return rule.concerns(kind) and rule.holds(fields, journey)
    except RuleFailure as failure:
        position = Position(cause.at, "", "") if isinstance(cause, Lapse) else cause.position
        failures.append(Failure(definition.key, rule.name, str(failure), position))
        return False

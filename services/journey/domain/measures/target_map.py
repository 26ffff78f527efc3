"""The target state of a journey beside what is: what each stage is to be like, and how far it falls short of that.

A gap is what is still to be made up, in the unit of its aspect: wanted less found where more is better, found less
wanted where less is. At or below nought the target is met (gap analysis between current and future state: Kalbach,
Mapping Experiences, 2016). A stage's expected time stands in for a target of its mean stay.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from schemas.journey_definition import JourneyDefinition, StageDefinition, StageTargets
from services.journey.domain.measures.journey_map import MapStage


class Aspect(StrEnum):
    """What a stage may have a target for."""

    EMOTION = "emotion"
    WAIT = "wait"
    TIME_IN_STAGE = "time_in_stage"
    DROP_OFF = "drop_off"


UNITS = {Aspect.EMOTION: "share", Aspect.WAIT: "seconds", Aspect.TIME_IN_STAGE: "seconds", Aspect.DROP_OFF: "share"}


class Aim(NamedTuple):
    """One aspect of a stage: what is wanted, and what `facts` facts say it is; None where either is unknown."""

    aspect: Aspect
    wanted: float | None
    found: float | None
    facts: int

    @property
    def gap(self) -> float | None:
        """What is still to be made up; None unless both are known."""
        if self.wanted is None or self.found is None:
            return None
        return self.wanted - self.found if self.aspect is Aspect.EMOTION else self.found - self.wanted

    @property
    def met(self) -> bool | None:
        """Whether nothing is to be made up; None if that is unknown."""
        return None if self.gap is None else self.gap <= 0


class TargetStage(NamedTuple):
    """A stage with its aims, in the order of aspects."""

    key: str
    aims: list[Aim]


def target_map(what: JourneyDefinition, stages: Iterable[MapStage]) -> list[TargetStage]:
    """By stage, in the order written."""
    defined = {stage.key: stage for stage in what.stages}
    return [TargetStage(stage.key, _aims(defined[stage.key], stage)) for stage in stages]


def _aims(what: StageDefinition, stage: MapStage) -> list[Aim]:
    targets, together = what.targets or StageTargets(), stage.together
    stay = targets.time_in_stage or what.expected
    return [
        Aim(Aspect.EMOTION, targets.emotion, together.emotion.mean, together.emotion.facts),
        Aim(Aspect.WAIT, _seconds(targets.wait), together.wait.mean, together.wait.facts),
        Aim(Aspect.TIME_IN_STAGE, _seconds(stay), together.time_in_stage.mean, together.time_in_stage.facts),
        Aim(Aspect.DROP_OFF, targets.drop_off, stage.dropped, stage.drop_off.reached),
    ]


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds()

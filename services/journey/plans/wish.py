"""What somebody plans to do about a journey, as they state it; and what is wrong with it."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.effects.effect import Target
from services.journey.domain.effects.subject import Subject
from services.journey.domain.measures.catalogue import UNITS, Measure
from services.runtime.errors import Rejected

STORABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
FURTHEST = timedelta(days=5 * 366)
"""How far from now a plan may begin: further off it is a slip."""
_RANGES: dict[str, tuple[float, float]] = {
    "share": (0, 1),
    "percent": (0, 100),
    "points": (-100, 100),
    "seconds": (0, 1e9),
    "transfers": (0, 1e6),
    "weight": (0, 1e6),
    "stages": (-100, 100),
}
_OWN_RANGES: dict[Measure, tuple[float, float]] = {Measure.CES: (1, 7), Measure.SATISFACTION_CHANGE: (-1, 1)}

Key = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=STORABLE)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=STORABLE)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True, pattern=STORABLE)]
Level = Annotated[float, Field(allow_inf_nan=False)]


class PlanTarget(BaseModel):
    """What the figure is to be, at least or at most: in the measure's unit, of a pain point from 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: Level | None = None
    at_most: Level | None = None


class PlanWish(BaseModel):
    """What is done about a pain point or a measure, in one stage or in all, and what is to come of it.

    Either `pain_point` or `measure`. The figure of a pain point is the share of journeys that meet it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pain_point: Key | None = None
    measure: Measure | None = None
    stage: Key | None = None
    what: Text = Field(description="What is done")
    owner: Line = Field(description="Who sees to it")
    target: PlanTarget
    since: AwareDatetime = Field(description="From when on it is done")
    until: AwareDatetime | None = Field(default=None, description="Until when; without it, until now")

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.pain_point, self.measure, self.stage)

    @property
    def aim(self) -> Target:
        """What is to come of it."""
        if self.target.at_least is not None:
            return Target(self.target.at_least, at_least=True)
        assert self.target.at_most is not None
        return Target(self.target.at_most, at_least=False)


def checked(wish: PlanWish, definition: JourneyDefinition, now: datetime) -> PlanWish:
    """The wish itself. Raises Rejected, naming the field."""
    if (wish.pain_point is None) is (wish.measure is None):
        raise Rejected("write either a pain_point or a measure", field="pain_point")
    if unknown := undefined(wish.subject, definition):
        raise Rejected(f"the journey has no such {unknown}", field=unknown)
    _check_target(wish)
    if abs(wish.since - now) > FURTHEST:
        raise Rejected("lies more than five years from now", field="since")
    if wish.until is not None and wish.until <= wish.since:
        raise Rejected("lies at or before since", field="until")
    return wish


def undefined(subject: Subject, definition: JourneyDefinition) -> str | None:
    """Which field of the subject names what the definition does not have, if one does."""
    if subject.pain_point is not None and subject.pain_point not in {pain.key for pain in definition.pain_points}:
        return "pain_point"
    if subject.stage is not None and subject.stage not in {stage.key for stage in definition.stages}:
        return "stage"
    return None


def _check_target(wish: PlanWish) -> None:
    if (wish.target.at_least is None) is (wish.target.at_most is None):
        raise Rejected("write either at_least or at_most", field="target")
    lowest, highest = _range(wish.measure)
    side = "at_least" if wish.aim.at_least else "at_most"
    if not lowest <= wish.aim.value <= highest:
        raise Rejected(f"lies outside of {lowest:g} to {highest:g} {wish.subject.unit}", field=f"target.{side}")


def _range(measure: Measure | None) -> tuple[float, float]:
    if measure is None:
        return _RANGES["share"]
    return _OWN_RANGES.get(measure) or _RANGES[UNITS[measure]]

"""What a journey is: its stages, rules, pain points and actions, as written by those who design the service.

Rules are CEL expressions; `services.journey.domain.rules` says what they may read.
"""

import difflib
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

MAX_STAGES = 50
MAX_PAIN_POINTS = 100
MAX_ACTIONS = 50
MAX_PERSONAS = 20
MAX_ALERTS = 50
MAX_TARGETS = 10
RESERVED_EXITS = frozenset({"active", "abandoned", "overdue", "stalled"})

_DURATION = r"^P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$|^P\d+W$"


def _iso_duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not re.match(_DURATION, value):
        raise PydanticCustomError("duration", "write a duration as ISO 8601: P1D is a day, PT4H are four hours")
    return value


def _written(value: timedelta) -> str:
    """In days and seconds: a serialiser of its own, because others write 365 days as a year."""
    days = f"{value.days}D" if value.days else ""
    seconds = f"T{value.seconds}S" if value.seconds else ""
    return f"P{days}{seconds}"


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Target = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
RuleText = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Weight = Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)]
Duration = Annotated[
    timedelta,
    Field(gt=timedelta(0)),
    BeforeValidator(_iso_duration),
    PlainSerializer(_written, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _DURATION, "description": "ISO 8601, such as P1D or PT4H"}),
]


class Fragment(BaseModel):
    """Base of every part of a definition: immutable, and strict about field names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(Fragment):
    """A title in each language; English is always there."""

    en: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    he: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class StageTargets(Fragment):
    """What a stage is to be like; the map shows it beside what it is like."""

    emotion: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The mean word on satisfaction, at least: 0 is the worst, 1 the best"
    )
    wait: Duration | None = Field(default=None, description="The mean wait, at most")
    time_in_stage: Duration | None = Field(default=None, description="The mean stay, at most")
    drop_off: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The share that gets no further and is abandoned, at most"
    )


class StageDefinition(Fragment):
    """One stage: entered when `when` holds, if no stage written before it claims the interaction."""

    key: Slug
    title: Title | None = None
    goal: Annotated[str, StringConstraints(max_length=1_000)] | None = None
    when: RuleText
    expected: Duration | None = Field(default=None, description="Past it the stage is overdue")
    importance: Annotated[int, Field(ge=1, le=5)] = 1
    moment_of_truth: bool = False
    targets: StageTargets | None = Field(default=None, description="The desired state of the stage")
    exit: Slug | None = Field(default=None, description="Entering the stage ends the journey with this status")


class PainPointDefinition(Fragment):
    """Something that costs the customer effort: recorded at every interaction of the journey where `when` holds."""

    key: Slug
    title: Title | None = None
    when: RuleText
    weight: Weight = 1


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("zone", "write a time zone such as Asia/Jerusalem or UTC")
    return name


Hour = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


Zone = Annotated[str, AfterValidator(_zone)]


def _held(value: timedelta) -> timedelta:
    if not timedelta(minutes=15) <= value <= timedelta(days=7):
        raise PydanticCustomError("duration", "write from PT15M to P7D: readings are taken every quarter of an hour")
    return value


Held = Annotated[Duration, AfterValidator(_held)]


class QuietHours(Fragment):
    """Hours of the day in which nobody is reached; what falls into them waits for their end."""

    begin: Hour
    end: Hour
    zone: Zone


class Cap(Fragment):
    """At most so many actions for one customer within a time, of whatever journey."""

    times: Annotated[int, Field(ge=1, le=1_000)]
    within: Duration


Trigger = Literal["overdue", "stalled", "abandoned", "entered", "left", "pain_point", "completed"]


class ActionDefinition(Fragment):
    """What is to be done, and on what."""

    key: Slug
    title: Title | None = None
    on: Trigger
    stage: Slug | None = None
    pain_point: Slug | None = None
    when: RuleText | None = None
    cooldown: Duration | None = Field(default=None, description="Not again for the same customer within it")
    cap: Cap | None = Field(default=None, description="Not if the customer had so many actions, of any journey")
    quiet_hours: QuietHours | None = None
    consent: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = Field(
        default=None, description="Only for customers who allowed this purpose"
    )
    hold_out: Annotated[float, Field(ge=0, le=0.9)] = Field(
        default=0, description="The share of customers who are left out by lot, to compare with"
    )
    outcome_within: Duration = Field(
        default=timedelta(days=7), description="A contact within it afterwards counts as not prevented"
    )
    to: Target


class PersonaDefinition(Fragment):
    """Customers of one kind: whom `when` holds for, and no persona written before. They have their own expectations."""

    key: Slug
    title: Title | None = None
    when: Annotated[RuleText, Field(description="A CEL rule that reads the profile, p, and nothing else")]
    expected: dict[Slug, Duration] = Field(default_factory=dict, description="By stage, instead of its own")
    weights: dict[Slug, Weight] = Field(default_factory=dict, description="By pain point, instead of its own")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class AlertDefinition(Fragment):
    """Tells when a measure of a stage is far from its own usual level at this time of the week."""

    key: Slug
    title: Title | None = None
    stage: Slug
    measure: Literal["volume", "dwell", "drop_off", "effort", "pain_point"]
    pain_point: Slug | None = Field(default=None, description="With the measure pain_point: only this one")
    sensitivity: Literal["low", "normal", "high"] = Field(
        default="normal", description="Far is 6, 4 or 3 times as much as the measure usually varies"
    )
    minimum: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=10, description="Nothing is raised about fewer cases; with the measure volume, usual or present ones"
    )
    hold: Held = Field(
        default=timedelta(minutes=30), description="So long far before it is raised, so long back before it is cleared"
    )
    cooldown: Held = Field(default=timedelta(hours=4), description="Not raised again within it after it was cleared")
    zone: Zone = Field(default="UTC", description="Whose clock the time of the day and the day of the week are of")
    to: Annotated[tuple[Target, ...], BeforeValidator(_listed), Field(max_length=MAX_TARGETS)] = Field(
        default=(), description="Who is told by webhook, one name or several"
    )


class JourneyDefinition(Fragment):
    """One kind of journey. A new version replaces the one before, and every customer's journeys are folded anew."""

    key: Slug
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    title: Title
    description: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    entry: RuleText | None = Field(default=None, description="Opens a journey; without it any stage's rule does")
    stages: Annotated[tuple[StageDefinition, ...], Field(min_length=1, max_length=MAX_STAGES)]
    stalled_after: Duration | None = Field(default=None, description="No touchpoint for so long stalls the journey")
    abandoned_after: Duration | None = Field(default=None, description="No touchpoint for so long ends the journey")
    pain_points: Annotated[tuple[PainPointDefinition, ...], Field(max_length=MAX_PAIN_POINTS)] = ()
    personas: Annotated[tuple[PersonaDefinition, ...], Field(max_length=MAX_PERSONAS)] = ()
    actions: Annotated[tuple[ActionDefinition, ...], Field(max_length=MAX_ACTIONS)] = ()
    alerts: Annotated[tuple[AlertDefinition, ...], Field(max_length=MAX_ALERTS)] = ()

    @model_validator(mode="after")
    def _refers_to_itself_only(self) -> Self:
        stages = _unique("stages", [stage.key for stage in self.stages])
        pain_points = _unique("pain_points", [pain.key for pain in self.pain_points])
        _unique("actions", [action.key for action in self.actions])
        if self.stalled_after and self.abandoned_after and self.stalled_after >= self.abandoned_after:
            raise _problem(("stalled_after",), "by then it is abandoned; write less than abandoned_after")
        for number, stage in enumerate(self.stages):
            if stage.exit in RESERVED_EXITS:
                raise _problem(("stages", number, "exit"), f"{stage.exit!r} is a status of its own; write completed")
        _unique("personas", [persona.key for persona in self.personas])
        for number, persona in enumerate(self.personas):
            for key in persona.expected:
                _known(("personas", number, "expected", key), key, stages)
            for key in persona.weights:
                _known(("personas", number, "weights", key), key, pain_points)
        for number, action in enumerate(self.actions):
            _known(("actions", number, "stage"), action.stage, stages)
            _known(("actions", number, "pain_point"), action.pain_point, pain_points)
        return self

    @model_validator(mode="after")
    def _watches_what_it_has(self) -> Self:
        _unique("alerts", [alert.key for alert in self.alerts])
        for number, alert in enumerate(self.alerts):
            _known(("alerts", number, "stage"), alert.stage, [stage.key for stage in self.stages])
            _known(("alerts", number, "pain_point"), alert.pain_point, [pain.key for pain in self.pain_points])
            if alert.pain_point and alert.measure != "pain_point":
                raise _problem(("alerts", number, "pain_point"), "write it with measure: pain_point only")
            if alert.measure == "drop_off" and not self.abandoned_after:
                raise _problem(("alerts", number, "measure"), "nothing is abandoned here; write abandoned_after too")
        return self


def _unique(field: str, keys: list[str]) -> set[str]:
    for number, key in enumerate(keys):
        if key in keys[:number]:
            raise _problem((field, number, "key"), f"{key!r} is taken; every key is written once")
    return set(keys)


def _known(place: tuple[str | int, ...], key: str | None, keys: Iterable[str]) -> None:
    if key is not None and key not in keys:
        near = difflib.get_close_matches(key, sorted(keys), n=1) or sorted(keys)
        raise _problem(place, f"there is no {key!r} here; write {near[0] if near else 'one that is defined'}")


def _problem(place: tuple[str | int, ...], message: str) -> PydanticCustomError:
    context: dict[str, Any] = {"place": place, "says": message}
    return PydanticCustomError("definition", "{says}", context)

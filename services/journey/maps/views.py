"""What the API answers about the other kinds of map."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.measures.blueprint import BlueprintStage, Lane, Served
from services.journey.domain.measures.journey_map import Average, Cell
from services.journey.domain.measures.target_map import UNITS, Aim, Aspect, TargetStage
from services.journey.domain.model import Journey, Pain, Position
from services.journey.maps.port import Encounter
from services.journey.measures.map_views import AverageView
from services.journey.views import StageView, titled


class AimView(BaseModel):
    """What is wanted of an aspect, and what is: the mean of `count` facts, or the share of so many journeys.

    `gap` is what is still to be made up, at or below nought if it is `met`. Null is what nobody wrote or nothing tells.
    """

    aspect: Aspect
    unit: str
    side: Literal["at_least", "at_most"]
    wanted: float | None
    found: float | None
    count: int
    gap: float | None
    met: bool | None


class TargetStageView(StageView):
    """A stage as it is to be, beside how it is."""

    goal: str | None
    importance: int
    moment_of_truth: bool
    aims: list[AimView]


class TargetMapView(BaseModel):
    """The target state beside what happened in the window."""

    journey: str
    version: int
    title: dict[str, str]
    stages: list[TargetStageView]


class BlueprintTouchpointView(BaseModel):
    """What happened so often on a channel, and how customers were satisfied there."""

    touchpoint: str
    channel: str | None
    interactions: int
    emotion: AverageView | None


class ServedView(BaseModel):
    """A group of agents by its queue, null without a name: whom they served for how long, who waited, and transfers."""

    queue: str | None
    handle: AverageView | None
    wait: AverageView | None
    transfers: AverageView | None


class SystemView(BaseModel):
    """A system that told of so many interactions."""

    system: str
    interactions: int


class BlueprintStageView(StageView):
    """A stage by lanes: `customer`, below the line of interaction `front_stage`, below that of visibility the rest.

    Of `served`, what they did stands on the front stage, and who waited for them on the back stage.
    """

    moment_of_truth: bool
    customer: list[BlueprintTouchpointView]
    front_stage: list[BlueprintTouchpointView]
    back_stage: list[BlueprintTouchpointView]
    served: list[ServedView]
    systems: list[SystemView]


class BlueprintView(BaseModel):
    """The service blueprint of what happened in the window."""

    journey: str
    version: int
    title: dict[str, str]
    stages: list[BlueprintStageView]


class EncounterPainView(BaseModel):
    """A pain point met there."""

    key: str
    title: dict[str, str]
    weight: float


class EncounterView(BaseModel):
    """One interaction on the way, `apart_seconds` after the one before it.

    `wait` and `handle` in seconds, `emotion` from 0 to 1; null where nothing tells. To roles other than
    `agent` and `steward` the `agent` is not told.
    """

    interaction: str
    at: datetime
    apart_seconds: float | None
    stage: str
    touchpoint: str
    channel: str | None
    queue: str | None
    agent: str | None
    wait: float | None
    handle: float | None
    emotion: float | None
    effort: float
    pain_points: list[EncounterPainView]


class CustomerMapView(BaseModel):
    """One journey of one customer, touchpoint by touchpoint; `more` if there are more of them than shown.

    `numbers` are those of the customer's journeys of this kind.
    """

    profile_id: str
    journey: str
    version: int
    title: dict[str, str]
    stages: list[StageView]
    number: int
    numbers: list[int]
    status: str
    opened_at: datetime
    closed_at: datetime | None
    encounters: list[EncounterView]
    more: bool


def target_map_view(what: JourneyDefinition, found: Iterable[TargetStage]) -> TargetMapView:
    """The target state of a definition."""
    defined = {stage.key: stage for stage in what.stages}
    stages = [
        TargetStageView(
            key=stage.key,
            title=titled(defined[stage.key].title, stage.key),
            goal=defined[stage.key].goal,
            importance=defined[stage.key].importance,
            moment_of_truth=defined[stage.key].moment_of_truth,
            aims=[_aim(aim) for aim in stage.aims],
        )
        for stage in found
    ]
    return TargetMapView(journey=what.key, version=what.version, title=titled(what.title, what.key), stages=stages)


def _aim(aim: Aim) -> AimView:
    return AimView(
        aspect=aim.aspect,
        unit=UNITS[aim.aspect],
        side="at_least" if aim.aspect is Aspect.EMOTION else "at_most",
        wanted=aim.wanted,
        found=aim.found,
        count=aim.facts,
        gap=aim.gap,
        met=aim.met,
    )


def blueprint_view(what: JourneyDefinition, found: Iterable[BlueprintStage]) -> BlueprintView:
    """The blueprint of a definition."""
    defined = {stage.key: stage for stage in what.stages}
    stages = [
        BlueprintStageView(
            key=stage.key,
            title=titled(defined[stage.key].title, stage.key),
            moment_of_truth=defined[stage.key].moment_of_truth,
            customer=_touchpoints(stage.touchpoints[Lane.CUSTOMER]),
            front_stage=_touchpoints(stage.touchpoints[Lane.FRONT_STAGE]),
            back_stage=_touchpoints(stage.touchpoints[Lane.BACK_STAGE]),
            served=[
                _served(one) for one in stage.served if one.queue is not None or one.handle.facts or one.wait.facts
            ],
            systems=[SystemView(system=one.system, interactions=one.interactions) for one in stage.systems],
        )
        for stage in found
    ]
    return BlueprintView(journey=what.key, version=what.version, title=titled(what.title, what.key), stages=stages)


def _touchpoints(cells: Sequence[Cell]) -> list[BlueprintTouchpointView]:
    return [
        BlueprintTouchpointView(
            touchpoint=cell.touchpoint,
            channel=cell.channel,
            interactions=cell.interactions,
            emotion=_average(cell.emotion),
        )
        for cell in cells
    ]


def _served(one: Served) -> ServedView:
    return ServedView(
        queue=one.queue,
        handle=_average(one.handle),
        wait=_average(one.wait),
        transfers=_average(one.transfers),
    )


def _average(of: Average) -> AverageView | None:
    return None if of.mean is None else AverageView(count=of.facts, mean=of.mean)


def customer_map_view(
    what: JourneyDefinition,
    profile: str,
    journey: Journey,
    numbers: Sequence[int],
    encounters: Sequence[EncounterView],
    limit: int,
) -> CustomerMapView:
    """One journey of a customer, of which one encounter more than `limit` was looked for."""
    return CustomerMapView(
        profile_id=profile,
        journey=what.key,
        version=what.version,
        title=titled(what.title, what.key),
        stages=[StageView(key=stage.key, title=titled(stage.title, stage.key)) for stage in what.stages],
        number=journey.number,
        numbers=sorted(numbers),
        status=journey.status,
        opened_at=journey.opened_at,
        closed_at=journey.closed_at,
        encounters=list(encounters[:limit]),
        more=len(encounters) > limit,
    )


def encounter_views(
    what: JourneyDefinition, found: Sequence[Encounter], pains: Iterable[Pain], *, with_agents: bool
) -> list[EncounterView]:
    """Encounters in their order, with the pain points met at them."""
    titles = {pain.key: titled(pain.title, pain.key) for pain in what.pain_points}
    met: defaultdict[Position, list[EncounterPainView]] = defaultdict(list)
    for pain in pains:
        title = titles.get(pain.key, {"en": pain.key})
        met[pain.position].append(EncounterPainView(key=pain.key, title=title, weight=pain.weight))
    before = [None, *(one.position.time for one in found)]
    return [
        EncounterView(
            interaction=f"{one.position.source} {one.position.id}",
            at=one.position.time,
            apart_seconds=None if last is None else (one.position.time - last).total_seconds(),
            stage=one.stage,
            touchpoint=one.touchpoint,
            channel=one.channel,
            queue=one.queue,
            agent=one.agent if with_agents else None,
            wait=one.wait,
            handle=one.handle,
            emotion=one.emotion,
            effort=one.effort or 0.0,
            pain_points=met[one.position],
        )
        for one, last in zip(found, before, strict=False)
    ]

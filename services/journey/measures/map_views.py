"""What the API answers about a journey's map."""

from collections.abc import Iterable

from pydantic import BaseModel

from schemas.journey_definition import JourneyDefinition, StageTargets
from services.journey.domain.measures.journey_map import Average, Cell, MapStage
from services.journey.measures.views import PainPointView
from services.journey.views import titled


class AverageView(BaseModel):
    """So many facts, and their mean."""

    count: int
    mean: float


class MapFiguresView(BaseModel):
    """How something is for customers: emotion from 0 to 1, times in seconds, effort as the sum of weights.

    `emotion`, `wait`, `handle` and `time_in_stage` are null where nothing tells.
    """

    interactions: int
    emotion: AverageView | None
    wait: AverageView | None
    handle: AverageView | None
    time_in_stage: AverageView | None
    effort: float


class MapTouchpointView(MapFiguresView):
    """A touchpoint of a stage on a channel: the agents behind it by their queues, the systems by their sources."""

    touchpoint: str
    channel: str | None
    queues: list[str]
    systems: list[str]


class TargetsView(BaseModel):
    """The desired state: emotion and the shares from 0 to 1, times in seconds; null where nothing is desired."""

    emotion: float | None
    wait: float | None
    time_in_stage: float | None
    drop_off: float | None


class MapStageView(MapFiguresView):
    """A stage: `entered`, `reached`, `now` and `left` as in the funnel, `drop_off` the share that got no further."""

    key: str
    title: dict[str, str]
    goal: str | None
    importance: int
    moment_of_truth: bool
    expected_seconds: float | None
    targets: TargetsView | None
    entered: int
    reached: int
    now: int
    left: int
    drop_off: float | None
    queues: list[str]
    systems: list[str]
    touchpoints: list[MapTouchpointView]
    pain_points: list[PainPointView]


class MapView(BaseModel):
    """The map: current state beside the desired one, stage by stage."""

    journey: str
    version: int
    title: dict[str, str]
    stages: list[MapStageView]


def map_view(what: JourneyDefinition, found: Iterable[MapStage]) -> MapView:
    """The map of a definition."""
    pains = {pain.key: titled(pain.title, pain.key) for pain in what.pain_points}
    stages = [_stage(what, stage, pains) for stage in found]
    return MapView(journey=what.key, version=what.version, title=titled(what.title, what.key), stages=stages)


def _stage(what: JourneyDefinition, found: MapStage, pains: dict[str, dict[str, str]]) -> MapStageView:
    stage = next(stage for stage in what.stages if stage.key == found.key)
    return MapStageView(
        key=stage.key,
        title=titled(stage.title, stage.key),
        goal=stage.goal,
        importance=stage.importance,
        moment_of_truth=stage.moment_of_truth,
        expected_seconds=stage.expected.total_seconds() if stage.expected else None,
        targets=_targets(stage.targets),
        entered=found.funnel.entered,
        reached=found.funnel.reached,
        now=found.funnel.now,
        left=found.funnel.left,
        drop_off=found.dropped,
        queues=list(found.together.queues),
        systems=list(found.together.sources),
        touchpoints=[_touchpoint(cell) for cell in found.touchpoints],
        pain_points=[
            PainPointView(**pain._asdict(), title=pains[pain.key], score=pain.score) for pain in found.pain_points
        ],
        **_figures(found.together),
    )


def _touchpoint(cell: Cell) -> MapTouchpointView:
    return MapTouchpointView(
        touchpoint=cell.touchpoint,
        channel=cell.channel,
        queues=list(cell.queues),
        systems=list(cell.sources),
        **_figures(cell),
    )


def _figures(cell: Cell) -> dict[str, object]:
    averages = {name: _average(getattr(cell, name)) for name in ("emotion", "wait", "handle", "time_in_stage")}
    return {"interactions": cell.interactions, "effort": cell.effort, **averages}


def _average(of: Average) -> AverageView | None:
    return None if of.mean is None else AverageView(count=of.facts, mean=of.mean)


def _targets(targets: StageTargets | None) -> TargetsView | None:
    if targets is None:
        return None
    return TargetsView(
        emotion=targets.emotion,
        wait=targets.wait.total_seconds() if targets.wait else None,
        time_in_stage=targets.time_in_stage.total_seconds() if targets.time_in_stage else None,
        drop_off=targets.drop_off,
    )

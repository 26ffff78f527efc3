"""What the API answers about measures."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from pydantic import BaseModel

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.measures.catalogue import UNITS, Measure
from services.journey.domain.measures.drop_off import DropOff
from services.journey.domain.measures.figures import Dimension, Figure
from services.journey.domain.measures.pain_points import PainPoint
from services.journey.domain.measures.snakes_and_ladders import Touchpoint
from services.journey.domain.model import Position
from services.journey.measures.cursor import position_cursor
from services.journey.measures.port import FoundFact, MetPain
from services.journey.views import titled


class FigureView(BaseModel):
    """`count` facts with a `sum` and a `mean`; of times, p50 and p90 are what half and nine tenths do not exceed."""

    count: int
    sum: float
    mean: float
    p50: float | None = None
    p90: float | None = None


class MeasureGroupView(BaseModel):
    """The figures of one group; null is what belongs to none, and everything when nothing is told apart."""

    group: str | None
    measures: dict[Measure, FigureView]


class MeasuresView(BaseModel):
    """Figures of a journey's interactions in the window, by group; `units` are those of the means."""

    journey: str
    version: int
    by: Dimension | None
    units: dict[Measure, str]
    groups: list[MeasureGroupView]


class JourneyMeasuresView(BaseModel):
    """A customer's figures in one kind of journey."""

    journey: str
    measures: dict[Measure, FigureView]


class ProfileMeasuresView(BaseModel):
    """A customer's figures. `profile_id` is where the id asked for leads now; `units` are those of the means."""

    profile_id: str
    units: dict[Measure, str]
    items: list[JourneyMeasuresView]


class FactView(BaseModel):
    """What one interaction contributes to a measure, whose it is, and of which of their journeys."""

    profile_id: str
    number: int
    interaction: str
    at: datetime
    touchpoint: str
    stage: str
    channel: str | None
    value: float


class FactsView(BaseModel):
    """A page of facts, oldest first; `next` is the cursor of the page after it."""

    items: list[FactView]
    next: str | None


class PainPointView(BaseModel):
    """A pain point in a stage; `score` is weight x times x importance."""

    key: str
    title: dict[str, str]
    stage: str
    times: int
    customers: int
    weight: float
    importance: int
    score: float


class PainPointsView(BaseModel):
    """Pain points met in the window, the worst first."""

    journey: str
    version: int
    items: list[PainPointView]


class MetPainView(BaseModel):
    """A customer who met a pain point in one of their journeys, and where."""

    profile_id: str
    number: int
    interaction: str
    at: datetime
    stage: str
    weight: float


class MetPainsView(BaseModel):
    """A page of meetings with a pain point, oldest first; `next` is the cursor of the page after it."""

    items: list[MetPainView]
    next: str | None


class TouchpointView(BaseModel):
    """How far a touchpoint leads, in stages, and how much satisfaction differs after it from before it."""

    touchpoint: str
    kind: str
    progress: FigureView | None
    satisfaction: FigureView | None


class SnakesAndLaddersView(BaseModel):
    """Touchpoints of the window, by name."""

    journey: str
    version: int
    items: list[TouchpointView]


class DropOffStageView(BaseModel):
    """Of the journeys that reached the stage or a later one, so many got no further and were abandoned."""

    stage: str
    reached: int
    abandoned: int


class DropOffView(BaseModel):
    """Journeys opened in the window."""

    journey: str
    version: int
    stages: list[DropOffStageView]


def measures_view(what: JourneyDefinition, by: Dimension | None, figures: Sequence[Figure]) -> MeasuresView:
    """Figures, which come in order, by group."""
    groups = [
        MeasureGroupView(group=group, measures={figure.measure: _figure(figure) for figure in those})
        for group, those in groupby(figures, key=_group)
    ]
    return MeasuresView(journey=what.key, version=what.version, by=by, units=UNITS, groups=groups)


def profile_measures_view(profile: str, figures: Sequence[Figure]) -> ProfileMeasuresView:
    """A customer's figures, whose groups are definitions, in order."""
    items = [
        JourneyMeasuresView(journey=key or "", measures={figure.measure: _figure(figure) for figure in those})
        for key, those in groupby(figures, key=_group)
    ]
    return ProfileMeasuresView(profile_id=profile, units=UNITS, items=items)


def facts_view(found: Sequence[FoundFact], limit: int) -> FactsView:
    """Facts of a page of so many."""
    items = [
        FactView(
            profile_id=fact.profile,
            number=fact.number,
            interaction=_named(fact.position),
            at=fact.position.time,
            touchpoint=fact.touchpoint,
            stage=fact.stage,
            channel=fact.channel,
            value=fact.value,
        )
        for fact in found
    ]
    return FactsView(items=items, next=_next(found, limit))


def pain_points_view(what: JourneyDefinition, found: Iterable[PainPoint]) -> PainPointsView:
    """Pain points, ranked."""
    titles = {pain.key: titled(pain.title, pain.key) for pain in what.pain_points}
    items = [PainPointView(**pain._asdict(), title=titles[pain.key], score=pain.score) for pain in found]
    return PainPointsView(journey=what.key, version=what.version, items=items)


def met_pains_view(found: Sequence[MetPain], limit: int) -> MetPainsView:
    """Meetings of a page of so many."""
    items = [
        MetPainView(
            profile_id=one.profile,
            number=one.number,
            interaction=_named(one.position),
            at=one.position.time,
            stage=one.stage,
            weight=one.weight,
        )
        for one in found
    ]
    return MetPainsView(items=items, next=_next(found, limit))


def snakes_and_ladders_view(what: JourneyDefinition, found: Iterable[Touchpoint]) -> SnakesAndLaddersView:
    """Touchpoints."""
    items = [
        TouchpointView(
            touchpoint=one.touchpoint,
            kind=one.kind,
            progress=_figure(one.progress) if one.progress else None,
            satisfaction=_figure(one.satisfaction) if one.satisfaction else None,
        )
        for one in found
    ]
    return SnakesAndLaddersView(journey=what.key, version=what.version, items=items)


def drop_off_view(what: JourneyDefinition, found: Iterable[DropOff]) -> DropOffView:
    """Drop-off by stage."""
    stages = [DropOffStageView(**one._asdict()) for one in found]
    return DropOffView(journey=what.key, version=what.version, stages=stages)


def _figure(figure: Figure) -> FigureView:
    return FigureView(count=figure.facts, sum=figure.total, mean=figure.mean, p50=figure.half, p90=figure.most)


def _group(figure: Figure) -> str | None:
    return figure.group


def _next(found: Sequence[FoundFact] | Sequence[MetPain], limit: int) -> str | None:
    return position_cursor(found[-1].position) if len(found) == limit else None


def _named(position: Position) -> str:
    return f"{position.source} {position.id}"

"""What the journey API answers with."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from schemas.journey_definition import JourneyDefinition, PersonaDefinition, Title
from schemas.segment_definition import SegmentDefinition
from services.journey.domain.definition import Definition
from services.journey.domain.fold import settled
from services.journey.domain.known import for_profile
from services.journey.domain.lapses import standing_lapses
from services.journey.domain.measures.flow import FlowLink
from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.model import OVERDUE, STALLED, Pain, Position, Transition
from services.journey.registry import Registry
from services.journey.store import JourneyRow, ProfileJourneys, RuleFailures

Part = TypeVar("Part", Transition, Pain)


class StageView(BaseModel):
    """A stage by name."""

    key: str
    title: dict[str, str]


class NamedView(BaseModel):
    """A segment or a persona by name."""

    key: str
    title: dict[str, str]


class JourneyView(BaseModel):
    """A definition by name."""

    key: str
    version: int
    title: dict[str, str]
    stages: list[StageView]


class JourneysView(BaseModel):
    """All definitions in force."""

    items: list[JourneyView]


class RuleFailureView(BaseModel):
    """A rule that met values it was not written for, and so counted as false."""

    rule: str
    times: int
    reason: str
    last_at: datetime


class DefinitionView(JourneyDefinition):
    """A definition in full, with its rules that failed since it was accepted."""

    rule_failures: tuple[RuleFailureView, ...] = ()


class AcceptedView(BaseModel):
    """`accepted` is false when this very definition was in force already. Profiles are folded anew meanwhile."""

    key: str
    version: int
    accepted: bool


class FunnelStageView(BaseModel):
    """entered: journeys that were in the stage; reached: or in a later one; now: are in it; left: abandoned in it."""

    stage: str
    entered: int
    reached: int
    now: int
    left: int


class FunnelView(BaseModel):
    """Journeys opened in the window."""

    journey: str
    version: int
    stages: list[FunnelStageView]


class FlowNodeView(BaseModel):
    """A stage, and how often customers came to it."""

    stage: str
    count: int


class FlowLinkView(BaseModel):
    """How often customers went this way; null is outside of the journey."""

    model_config = ConfigDict(populate_by_name=True)

    from_stage: str | None = Field(alias="from")
    to: str | None
    count: int


class FlowView(BaseModel):
    """Steps taken in the window, loops included."""

    nodes: list[FlowNodeView]
    links: list[FlowLinkView]


class StepView(BaseModel):
    """One stage on a customer's way."""

    stage: str
    entered_at: datetime
    interaction: str
    channel: str | None


class PainView(BaseModel):
    """A pain point where it was met."""

    key: str
    title: dict[str, str]
    weight: float
    stage: str
    at: datetime
    interaction: str


class ProfileJourneyView(BaseModel):
    """One journey of a customer; `status` is active, abandoned, or the word of the stage that ended it.

    `persona` is the definition's that the customer is; null where they are none of them.
    `overdue_since` and `stalled_since` are null while it is in time, and once it is over.
    """

    journey: str
    version: int
    number: int
    stage: str
    entered_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    overdue_since: datetime | None
    stalled_since: datetime | None
    status: str
    persona: NamedView | None
    touchpoints: int
    path: list[StepView]
    pain_points: list[PainView]
    effort: float


class ProfileJourneysView(BaseModel):
    """A customer's journeys, latest first, and the segments they are in. `profile_id` is where the id leads now."""

    profile_id: str
    segments: list[NamedView]
    items: list[ProfileJourneyView]


def titled(title: Title | None, key: str) -> dict[str, str]:
    """A title by language; the key stands in for one that is missing."""
    if title is None:
        return {"en": key.replace("_", " ").capitalize()}
    return title.model_dump(exclude_none=True)


def journey_view(what: JourneyDefinition) -> JourneyView:
    """A definition by name."""
    stages = [StageView(key=stage.key, title=titled(stage.title, stage.key)) for stage in what.stages]
    return JourneyView(key=what.key, version=what.version, title=titled(what.title, what.key), stages=stages)


def definition_view(what: JourneyDefinition, failures: Iterable[RuleFailures]) -> DefinitionView:
    """A definition in full."""
    found = tuple(RuleFailureView(**failure._asdict()) for failure in failures)
    return DefinitionView(**dict(what), rule_failures=found)


def funnel_view(what: JourneyDefinition, parts: Iterable[StagePart]) -> FunnelView:
    """A funnel."""
    return FunnelView(
        journey=what.key, version=what.version, stages=[FunnelStageView(**part._asdict()) for part in parts]
    )


def flow_view(what: JourneyDefinition, links: Iterable[FlowLink]) -> FlowView:
    """A flow; stages nobody went through are nodes, too."""
    known = list(links)
    came: Counter[str | None] = Counter()
    for link in known:
        came[link.to] += link.times
    return FlowView(
        nodes=[FlowNodeView(stage=stage.key, count=came[stage.key]) for stage in what.stages],
        links=[FlowLinkView(from_stage=link.from_stage, to=link.to, count=link.times) for link in known],
    )


def profile_journeys_view(found: ProfileJourneys, registry: Registry, now: datetime) -> ProfileJourneysView:
    """A customer's journeys as they stand at `now`."""
    steps, pains = _by_journey(found.steps), _by_journey(found.pains)
    items = [
        _profile_journey(
            row, for_profile(registry.definitions[row.definition], found.known), now, steps[row.place], pains[row.place]
        )
        for row in found.journeys
        if row.definition in registry.definitions
    ]
    within = found.known.segments if found.known else ()
    segments = [_named_view(registry.segments[key].what) for key in within if key in registry.segments]
    return ProfileJourneysView(profile_id=found.profile, segments=segments, items=items)


def _by_journey(items: Iterable[Part]) -> defaultdict[tuple[str, int], list[Part]]:
    grouped: defaultdict[tuple[str, int], list[Part]] = defaultdict(list)
    for item in items:
        grouped[item.journey, item.number].append(item)
    return grouped


def _profile_journey(
    row: JourneyRow, definition: Definition, now: datetime, steps: Sequence[Transition], pains: Sequence[Pain]
) -> ProfileJourneyView:
    journey = settled(definition.what, row.journey, now)
    lapses = standing_lapses(definition, journey, now)
    titles = {pain.key: titled(pain.title, pain.key) for pain in definition.what.pain_points}
    return ProfileJourneyView(
        journey=row.definition,
        version=row.version,
        number=journey.number,
        stage=journey.stage,
        entered_at=journey.entered_at,
        opened_at=journey.opened_at,
        closed_at=journey.closed_at,
        overdue_since=lapses.get(OVERDUE),
        stalled_since=lapses.get(STALLED),
        status=journey.status,
        persona=_named_view(definition.persona) if definition.persona else None,
        touchpoints=journey.touchpoints,
        path=[
            StepView(
                stage=step.to,
                entered_at=step.position.time,
                interaction=_named(step.position),
                channel=step.channel,
            )
            for step in steps
        ],
        pain_points=[
            PainView(
                key=pain.key,
                title=titles.get(pain.key, {"en": pain.key}),
                weight=pain.weight,
                stage=pain.stage,
                at=pain.position.time,
                interaction=_named(pain.position),
            )
            for pain in pains
        ],
        effort=journey.effort,
    )


def _named_view(what: SegmentDefinition | PersonaDefinition) -> NamedView:
    return NamedView(key=what.key, title=titled(what.title, what.key))


def _named(position: Position) -> str:
    return f"{position.source} {position.id}"

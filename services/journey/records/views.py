"""From what is kept to what an export tells."""

import json
from datetime import datetime

from schemas.exported_journeys import (
    ExportedAction,
    ExportedDelivery,
    ExportedJourney,
    ExportedLapse,
    ExportedMeasures,
    ExportedPain,
    ExportedStep,
)
from services.journey.actions.port import Cued
from services.journey.domain.measures.measured import Measured
from services.journey.domain.model import Lapse, Pain, Transition
from services.journey.store import JourneyRow


def exported_journey(row: JourneyRow) -> ExportedJourney:
    """A journey."""
    one = row.journey
    return ExportedJourney(
        journey=row.definition,
        version=row.version,
        number=one.number,
        stage=one.stage,
        entered_at=one.entered_at,
        opened_at=one.opened_at,
        touched_at=one.touched_at,
        closed_at=one.closed_at,
        status=one.status,
        previous=one.previous,
        touchpoints=one.touchpoints,
        visits=dict(one.visits),
        met=dict(one.pain_points),
        effort=one.effort,
    )


def exported_step(step: Transition) -> ExportedStep:
    """A step."""
    at, source, interaction = step.position
    return ExportedStep(
        journey=step.journey,
        version=step.version,
        number=step.number,
        from_stage=step.from_stage,
        to=step.to,
        at=at,
        source=source,
        interaction=interaction,
        channel=step.channel,
    )


def exported_pain(pain: Pain) -> ExportedPain:
    """A pain point that was met."""
    at, source, interaction = pain.position
    return ExportedPain(
        journey=pain.journey,
        number=pain.number,
        key=pain.key,
        weight=pain.weight,
        stage=pain.stage,
        at=at,
        source=source,
        interaction=interaction,
    )


def exported_lapse(lapse: Lapse) -> ExportedLapse:
    """What time did."""
    return ExportedLapse(
        journey=lapse.journey,
        version=lapse.version,
        number=lapse.number,
        kind=lapse.kind,
        stage=lapse.stage,
        since=lapse.since,
        at=lapse.at,
    )


def exported_measures(one: Measured) -> ExportedMeasures:
    """What an interaction measures."""
    at, source, interaction = one.position
    return ExportedMeasures(
        journey=one.journey,
        number=one.number,
        at=at,
        source=source,
        interaction=interaction,
        touchpoint=one.touchpoint,
        stage=one.stage,
        channel=one.channel,
        reason=one.reason,
        campaign=one.campaign,
        queue=one.queue,
        segments=list(one.segments),
        persona=one.persona,
        values={str(name): value for name, value in one.values.items()},
    )


def exported_action(
    cued: Cued, state: str, decided_at: datetime | None, lot: float | None, delivery: ExportedDelivery | None
) -> ExportedAction:
    """An action with what was decided; what came of that is left open."""
    return ExportedAction(
        id=cued.id,
        journey=cued.definition,
        action=cued.action,
        cause=cued.cause,
        stage=cued.stage,
        at=cued.at,
        source=cued.source,
        interaction=cued.interaction,
        pain_point=cued.pain_point,
        state=state,
        decide_at=cued.decide_at,
        decided_at=decided_at,
        lot=lot,
        delivery=delivery,
        contacted=None,
    )


def exported_delivery(
    target: str, state: str, attempts: int, at: datetime, error: str | None, body: str
) -> ExportedDelivery:
    """A delivery with what became of it."""
    return ExportedDelivery(
        target=target, state=state, attempts=attempts, at=at, error=error or None, message=json.loads(body)
    )

"""What a definition says that can never come to pass; one that was accepted before keeps it."""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.journey_definition import ActionDefinition, AlertDefinition, JourneyDefinition
from services.journey.domain.definition_advice import Place


class Senseless(NamedTuple):
    """A field, and what to write instead."""

    place: Place
    says: str


def senseless(what: JourneyDefinition) -> Iterator[Senseless]:
    """Every field that makes a stage, an action or an alert one that nothing ever comes of."""
    yield from _never_reached(what)
    for number, action in enumerate(what.actions):
        for name, instead in (*_cause(what, action), *_quiet(action)):
            yield Senseless(("actions", number, name), instead)
    for number, alert in enumerate(what.alerts):
        if says := _unmeasured(what, alert):
            yield Senseless(("alerts", number, "measure"), says)


def _never_reached(what: JourneyDefinition) -> Iterator[Senseless]:
    first: dict[str, str] = {}
    for number, stage in enumerate(what.stages):
        earlier = first.setdefault(stage.when, stage.key)
        if earlier != stage.key:
            says = f"{earlier} has the same rule and comes first, so nobody gets here; write another rule"
            yield Senseless(("stages", number, "when"), says)


def _cause(what: JourneyDefinition, action: ActionDefinition) -> Iterator[tuple[str, str]]:
    where = action.stage or "a stage"
    if action.on == "overdue" and not _expects(what, action.stage):
        yield "on", f"nothing is overdue there; write expected for {where} too"
    if action.on == "stalled" and not what.stalled_after:
        yield "on", "nothing is stalled here; write stalled_after too"
    if action.on == "abandoned" and not what.abandoned_after:
        yield "on", "nothing is abandoned here; write abandoned_after too"
    if action.on == "completed" and not any(one.exit for one in what.stages if action.stage in {None, one.key}):
        yield "on", f"nothing ends there; write exit: completed for {where} too"
    if action.on == "pain_point" and not what.pain_points:
        yield "on", "there are no pain points here; write pain_points too"
    if action.pain_point and action.on != "pain_point":
        yield "pain_point", "write it with on: pain_point only"


def _expects(what: JourneyDefinition, stage: str | None) -> bool:
    expecting = {one.key for one in what.stages if one.expected}.union(*(one.expected for one in what.personas))
    return bool(expecting) if stage is None else stage in expecting


def _quiet(action: ActionDefinition) -> Iterator[tuple[str, str]]:
    if action.quiet_hours and action.quiet_hours.begin == action.quiet_hours.end:
        yield "quiet_hours", "they end when they begin; write another hour, or leave quiet_hours out"


def _unmeasured(what: JourneyDefinition, alert: AlertDefinition) -> str | None:
    if alert.measure in {"effort", "pain_point"} and not what.pain_points:
        return "there are no pain points here; write pain_points too"
    ends = next(stage.exit for stage in what.stages if stage.key == alert.stage)
    if alert.measure == "dwell" and ends:
        return f"nobody leaves {alert.stage}, the journey ends there; write another stage"
    return None

"""Of which actions there is an outcome to tell."""

from datetime import datetime
from typing import NamedTuple

from schemas.exported_journeys import ExportedAction
from services.journey.domain.outcomes import WATCHED
from services.journey.registry import Registry


class Watched(NamedTuple):
    """From when to when whoever the action was decided for was watched."""

    since: datetime
    until: datetime


def watched(action: ExportedAction, registry: Registry, now: datetime) -> Watched | None:
    """None of an action that nobody knows any more, that nobody is watched for, or whose time is not over."""
    definition, since = registry.definitions.get(action.journey), action.decided_at
    actions = definition.what.actions if definition else ()
    within = next((one.outcome_within for one in actions if one.key == action.action), None)
    if within is None or since is None or action.state not in WATCHED or since + within > now:
        return None
    return Watched(since, since + within)

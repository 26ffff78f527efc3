"""What calls for an action, as it is kept until it is decided."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.journey.actions.port import Cued
from services.journey.announce import action_id
from services.journey.domain.cues import ENTERED, Cue
from services.journey.domain.model import Lapse, Pain

FRESH = timedelta(days=1)
"""What lies further back calls for nothing: it was imported, or read after a long outage."""


def fresh(profile: str, cues: Iterable[Cue], now: datetime) -> list[Cued]:
    """Those that are recent enough to act on."""
    return [_cued(profile, cue, now) for cue in cues if now - cue.at <= FRESH]


def _cued(profile: str, cue: Cue, now: datetime) -> Cued:
    cause = cue.cause
    kind = cause.kind if isinstance(cause, Lapse) else "pain_point" if isinstance(cause, Pain) else "step"
    cued = Cued(action_id(profile, cue), profile, cause.journey, cue.action, kind, cue.stage, cue.at, now)
    if isinstance(cause, Lapse):
        return cued
    pain_point = cause.key if isinstance(cause, Pain) else None
    source, interaction = cause.position.source, cause.position.id
    return cued._replace(source=source, interaction=interaction, pain_point=pain_point, stays=cue.on == ENTERED)

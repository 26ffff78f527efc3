"""What the journey service tells the others: transitions, corrections of them, and retractions."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from services.journey.domain.model import Transition
from services.journey.store import StoredTransition
from services.runtime.log import Message

TRANSITIONED = "journey.transitioned"
RETRACTED = "journey.retracted"

_encode = msgspec.json.Encoder().encode


def transition_id(step: Transition, occurrence: int = 0) -> str:
    """The same for the same step wherever and whenever it is folded: from journey, interaction and occurrence."""
    return _digest(step.journey, step.position.source, step.position.id, str(occurrence))


def event_id(transition: str, profile: str, generation: int) -> str:
    """Differs whenever something else is said of a transition: a profile says one thing per generation."""
    return _digest(transition, profile, str(generation))


def _digest(*parts: str) -> str:
    h = blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def transitioned(stored: StoredTransition, corrects: str | None, now: datetime) -> Message:
    """The profile entered a stage; or an earlier event is `corrects`-ed."""
    step = stored.step
    return _message(
        stored.event, TRANSITIONED, stored.profile, step, {"from": step.from_stage, "to": step.to}, corrects, now
    )


def retracted(stored: StoredTransition, event: str, now: datetime) -> Message:
    """The step that `stored` speaks of never was; `from` is the stage that was not entered after all."""
    return _message(
        event, RETRACTED, stored.profile, stored.step, {"from": stored.step.to, "to": None}, stored.event, now
    )


def _message(
    event: str,
    kind: str,
    profile: str,
    step: Transition,
    stages: Mapping[str, str | None],
    corrects: str | None,
    now: datetime,
) -> Message:
    data: dict[str, Any] = {
        "profile_id": profile,
        "journey": step.journey,
        "version": step.version,
        **stages,
        "at": step.position.time,
        "interaction": f"{step.position.source} {step.position.id}",
        "channel": step.channel,
        "corrects": corrects,
    }
    envelope = {
        "specversion": "1.0",
        "id": event,
        "source": "/journey",
        "type": kind,
        "time": now,
        "datacontenttype": "application/json",
        "data": data,
    }
    return Message(profile.encode(), _encode(envelope))

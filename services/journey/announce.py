"""What the journey service tells the others: transitions, corrections of them, and retractions."""

from datetime import datetime
from hashlib import blake2b

import msgspec

from services.journey.domain.model import Transition
from services.journey.store import StoredTransition
from services.runtime.log import Message

TRANSITIONED = "journey.transitioned"
RETRACTED = "journey.retracted"


class _Data(msgspec.Struct, gc=False, rename={"from_stage": "from"}):
    profile_id: str
    journey: str
    version: int
    from_stage: str | None
    to: str | None
    at: datetime
    interaction: str
    channel: str | None
    corrects: str | None


class _Event(msgspec.Struct, gc=False):
    id: str
    type: str
    time: datetime
    data: _Data
    source: str = "/journey"
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


_encode = msgspec.json.Encoder().encode


def transition_id(step: Transition, occurrence: int = 0) -> str:
    """The same for the same step wherever and whenever it is folded: from journey, interaction and occurrence."""
    position = step.position
    named = f"{step.journey}\0{position.source}\0{position.id}\0{occurrence}"
    return blake2b(named.encode(), digest_size=16).hexdigest()


def event_id(stored: StoredTransition) -> str:
    """Differs whenever something else is said of a transition: a profile says one thing per generation."""
    return f"{stored.id}.{stored.profile}.{stored.generation}"


def transitioned(stored: StoredTransition, corrects: str | None, now: datetime) -> Message:
    """The profile entered a stage; or an earlier event is `corrects`-ed."""
    step = stored.step
    return _message(event_id(stored), TRANSITIONED, stored, step.from_stage, step.to, corrects, now)


def retracted(stored: StoredTransition, generation: int, now: datetime) -> Message:
    """The step that `stored` speaks of never was; `from` is the stage that was not entered after all."""
    event = event_id(stored._replace(generation=generation))
    return _message(event, RETRACTED, stored, stored.step.to, None, event_id(stored), now)


def _message(
    event: str,
    kind: str,
    stored: StoredTransition,
    from_stage: str | None,
    to: str | None,
    corrects: str | None,
    now: datetime,
) -> Message:
    step, profile = stored.step, stored.profile
    time, source, id_ = step.position
    data = _Data(profile, step.journey, step.version, from_stage, to, time, f"{source} {id_}", step.channel, corrects)
    return Message(profile.encode(), _encode(_Event(event, kind, now, data)))

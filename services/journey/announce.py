"""What the journey service tells the others: transitions, what time did, corrections of either, and retractions."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import msgspec

from schemas.journey_definition import ActionDefinition
from services.journey.actions.port import Waiting
from services.journey.domain.cues import Cue
from services.journey.domain.model import ABANDONED, Lapse, Pain, Transition
from services.journey.store import StoredLapse, StoredTransition
from services.runtime.log import Message

TRANSITIONED = "journey.transitioned"
RETRACTED = "journey.retracted"
ACTION = "journey.action.requested"


class _Data(msgspec.Struct, gc=False, omit_defaults=True, rename={"from_stage": "from"}):
    profile_id: str
    journey: str
    version: int
    from_stage: str | None
    to: str | None
    at: datetime
    interaction: str | None
    channel: str | None
    corrects: str | None
    since: datetime | None = None
    segments: Sequence[str] = ()


class _ActionData(msgspec.Struct, gc=False, omit_defaults=True, rename={"from_stage": "from"}):
    profile_id: str
    journey: str
    version: int
    from_stage: str
    at: datetime
    action: str
    on: str
    target: str
    segments: Sequence[str] = ()


class _Event(msgspec.Struct, gc=False):
    id: str
    type: str
    time: datetime
    data: _Data | _ActionData
    source: str = "/journey"
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def transition_id(step: Transition, occurrence: int = 0) -> str:
    """The same for the same step wherever and whenever it is folded: from journey, interaction and occurrence."""
    position = step.position
    named = f"{step.journey}\0{position.source}\0{position.id}\0{occurrence}"
    return blake2b(named.encode(), digest_size=16).hexdigest()


def event_id(stored: StoredTransition) -> str:
    """Differs whenever something else is said of a transition: a profile says one thing per generation."""
    return f"{stored.id}.{stored.profile}.{stored.generation}"


def lapse_event_id(stored: StoredLapse) -> str:
    """Differs whenever something else is said of a lapse: as `event_id`, and with its moment, which may move."""
    one = stored.lapse
    named = f"{one.journey}\0{one.kind}\0{one.since.isoformat()}\0{one.at.isoformat()}"
    return f"{blake2b(named.encode(), digest_size=16).hexdigest()}.{stored.profile}.{stored.generation}"


def action_id(profile: str, cue: Cue) -> str:
    """One action for one cause: whoever meets it again, in whatever profile, names it the same."""
    cause = cue.cause
    if isinstance(cause, Lapse):
        named = f"{cause.journey}\0{cue.action}\0{profile}\0{cause.kind}\0{cause.since.isoformat()}"
    else:
        key = cause.key if isinstance(cause, Pain) else ""
        named = f"{cause.journey}\0{cue.action}\0{key}\0{cause.position.source}\0{cause.position.id}"
    return str(UUID(bytes=blake2b(named.encode(), digest_size=16).digest()))


def transitioned(
    stored: StoredTransition, corrects: str | None, now: datetime, segments: Sequence[str] = ()
) -> Message:
    """The profile, which is in these segments, entered a stage; or an earlier event is `corrects`-ed."""
    step = stored.step
    return _message(event_id(stored), TRANSITIONED, stored, (step.from_stage, step.to), corrects, now, segments)


def retracted(stored: StoredTransition, generation: int, now: datetime) -> Message:
    """The step that `stored` speaks of never was; `from` is the stage that was not entered after all."""
    event = event_id(stored._replace(generation=generation))
    return _message(event, RETRACTED, stored, (stored.step.to, None), event_id(stored), now)


def lapsed(stored: StoredLapse, corrects: str | None, now: datetime, segments: Sequence[str] = ()) -> Message:
    """Time did something to a journey; or an earlier event is `corrects`-ed."""
    one = stored.lapse
    to = None if one.kind == ABANDONED else one.stage
    data = _data(stored, to, corrects, one.since, segments)
    return _of_lapse(lapse_event_id(stored), f"journey.{one.kind}", stored, data, now)


def lapse_retracted(stored: StoredLapse, generation: int, now: datetime) -> Message:
    """What `stored` speaks of did not come to pass."""
    event = lapse_event_id(stored._replace(generation=generation))
    return _of_lapse(event, RETRACTED, stored, _data(stored, None, lapse_event_id(stored), None), now)


def action_requested(waiting: Waiting, version: int, what: ActionDefinition, now: datetime) -> Message:
    """The action is to be carried out; its id is the event's."""
    cued = waiting.cued
    named = (cued.profile, cued.definition, version, cued.stage, cued.at, cued.action, what.on, what.to)
    data = _ActionData(*named, waiting.segments)
    return Message(cued.profile.encode(), _encode(_Event(cued.id, ACTION, now, data)))


def as_webhook(event: bytes) -> str:
    """An event as Standard Webhooks wants it: its type, its time, and its data."""
    said = _decode(event)
    return _encode({"type": said["type"], "timestamp": said["time"], "data": said["data"]}).decode()


def _message(
    event: str,
    kind: str,
    stored: StoredTransition,
    stages: tuple[str | None, str | None],
    corrects: str | None,
    now: datetime,
    segments: Sequence[str] = (),
) -> Message:
    step, profile = stored.step, stored.profile
    time, source, id_ = step.position
    interaction = f"{source} {id_}"
    data = _Data(
        profile, step.journey, step.version, *stages, time, interaction, step.channel, corrects, segments=segments
    )
    return Message(profile.encode(), _encode(_Event(event, kind, now, data)))


def _data(
    stored: StoredLapse, to: str | None, corrects: str | None, since: datetime | None, segments: Sequence[str] = ()
) -> _Data:
    one = stored.lapse
    return _Data(stored.profile, one.journey, one.version, one.stage, to, one.at, None, None, corrects, since, segments)


def _of_lapse(event: str, kind: str, stored: StoredLapse, data: _Data, now: datetime) -> Message:
    return Message(stored.profile.encode(), _encode(_Event(event, kind, now, data)))

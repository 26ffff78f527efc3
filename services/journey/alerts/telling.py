"""What is said of alerts, on the log and to the targets of their definition."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

import msgspec

from services.journey.alerts.port import StoredAlert
from services.journey.announce import as_webhook
from services.journey.domain.alerts.comparing import CLEARED, Kind, Saying
from services.journey.domain.alerts.levels import SLOT_SECONDS, begins
from services.journey.webhooks.port import Delivery
from services.runtime.log import Message

FRESH = timedelta(days=1)
"""What lies further back is told on the log only: it was imported, or folded anew."""


class _Data(msgspec.Struct, gc=False):
    alert: str
    journey: str
    version: int
    key: str
    stage: str
    measure: str
    pain_point: str | None
    side: str
    since: datetime
    at: datetime
    window_seconds: int
    cases: int
    value: float
    usual: float
    low: float
    high: float
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


def alert_id(definition: str, name: tuple[str, str, int, int]) -> str:
    """The same for the same alert, whoever finds it."""
    named = "\0".join((definition, *map(str, name)))
    return str(UUID(bytes=blake2b(named.encode(), digest_size=16).digest()))


def message(stored: StoredAlert, saying: Saying, now: datetime) -> Message:
    """One thing that is said of an alert."""
    told = saying.told
    alert, reading = told.alert, told.alert.reading
    data = _Data(
        stored.id,
        stored.definition,
        stored.version,
        told.key,
        stored.watching.stage,
        stored.watching.measure,
        stored.watching.pain_point,
        alert.side,
        begins(alert.since),
        moment(saying),
        reading.quarters * SLOT_SECONDS,
        reading.n,
        _short(reading.value),
        _short(reading.usual),
        _short(reading.low),
        _short(reading.high),
        None if saying.corrects is None else _event_id(stored.id, *saying.corrects),
    )
    event = _Event(_event_id(stored.id, saying.kind, told.said), f"journey.alert.{saying.kind}", now, data)
    return Message(stored.definition.encode(), _encode(event))


def moment(saying: Saying) -> datetime:
    """When what is said happened; of what is taken back, when that was said to have happened."""
    alert = saying.told.alert
    cleared = saying.kind == CLEARED and alert.cleared is not None
    return begins(alert.cleared if cleared and alert.cleared is not None else alert.raised)


def deliveries(
    stored: StoredAlert, saying: Saying, said: Message, targets: Iterable[str], now: datetime
) -> Iterator[Delivery]:
    """What each of the targets is sent of it, if it is recent."""
    told = saying.told
    if now - moment(saying) > FRESH:
        return
    body, event = as_webhook(said.value), _event_id(stored.id, saying.kind, told.said)
    for target in targets:
        id_ = str(UUID(bytes=blake2b(f"{event}\0{target}".encode(), digest_size=16).digest()))
        yield Delivery(id_, target, body, stored.definition, f"journey.alert.{saying.kind}", told.key)


def _event_id(alert: str, kind: Kind, said: int) -> str:
    return f"{alert}.{kind}.{said}"


def _short(figure: float) -> float:
    return round(figure, 4)

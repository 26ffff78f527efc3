"""One event of the live stream: read off the log once, serialised once, and matched by every reader's filter."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from services.journey.live import positions
from services.runtime.errors import Rejected
from services.runtime.log import Record

FIELDS = ("journey", "stage", "channel", "segment", "kind")


class _Data(msgspec.Struct):
    profile_id: str
    journey: str
    version: int
    from_: str | None = msgspec.field(default=None, name="from")
    to: str | None = None
    at: str | None = None
    interaction: str | None = None
    channel: str | None = None
    corrects: str | None = None
    since: str | msgspec.UnsetType = msgspec.UNSET
    segments: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    action: str | msgspec.UnsetType = msgspec.UNSET
    on: str | msgspec.UnsetType = msgspec.UNSET
    target: str | msgspec.UnsetType = msgspec.UNSET


class _AlertData(msgspec.Struct):
    alert: str
    journey: str
    version: int
    key: str
    stage: str
    measure: str
    pain_point: str | None
    side: str
    since: str
    at: str
    window_seconds: int
    cases: int
    value: float
    usual: float
    low: float
    high: float
    corrects: str | None = None


class _Envelope(msgspec.Struct):
    id: str
    type: str
    data: msgspec.Raw


class _Shown(_Data):
    id: str = ""


class _ShownAlert(_AlertData):
    id: str = ""


ALERT = "journey.alert."
_decode = msgspec.json.Decoder(_Envelope).decode
_of_customer = msgspec.json.Decoder(_Data).decode
_of_alert = msgspec.json.Decoder(_AlertData).decode
_encode = msgspec.json.Encoder().encode


class LiveEvent(NamedTuple):
    """An event with where the hub stood after it; `frame` is what a reader is sent, without its id."""

    partition: int
    offset: int
    after: Mapping[int, int]
    id: bytes
    frame: bytes
    kind: str
    journey: str
    stages: tuple[str | None, str | None]
    channel: str | None
    segments: frozenset[str]
    corrects: bool


def live_event(record: Record, after: Mapping[int, int]) -> LiveEvent | None:
    """The event in a record; None if there is none that a reader could use."""
    try:
        envelope = _decode(record.value)
        shown = _alert(envelope) if envelope.type.startswith(ALERT) else _shown(envelope)
    except msgspec.DecodeError:
        return None
    return LiveEvent(
        partition=record.partition,
        offset=record.offset,
        after=after,
        id=id_line(after),
        frame=b"event: " + envelope.type.encode() + b"\ndata: " + _encode(shown) + b"\n\n",
        kind=envelope.type,
        journey=shown.journey,
        stages=(shown.from_, shown.to) if isinstance(shown, _Shown) else (shown.stage, None),
        channel=shown.channel if isinstance(shown, _Shown) else None,
        segments=frozenset(shown.segments or ()) if isinstance(shown, _Shown) else frozenset(),
        corrects=shown.corrects is not None,
    )


def _alert(envelope: _Envelope) -> _ShownAlert:
    return _ShownAlert(**msgspec.structs.asdict(_of_alert(envelope.data)), id=envelope.id)


def _shown(envelope: _Envelope) -> _Shown:
    data = _of_customer(envelope.data)
    return _Shown(
        profile_id=data.profile_id,
        journey=data.journey,
        version=data.version,
        from_=data.from_,
        to=data.to,
        at=data.at,
        interaction=data.interaction,
        channel=data.channel,
        corrects=data.corrects,
        since=data.since,
        segments=data.segments,
        action=data.action,
        on=data.on,
        target=data.target,
        id=envelope.id,
    )


def id_line(after: Mapping[int, int]) -> bytes:
    """The line that tells a reader where it stands."""
    return f"id: {positions.written(after)}\n".encode()


class Filter(NamedTuple):
    """What a reader wants to see; an empty set wants everything."""

    journey: frozenset[str] = frozenset()
    stage: frozenset[str] = frozenset()
    channel: frozenset[str] = frozenset()
    segment: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()

    def wants(self, event: LiveEvent) -> bool:
        """Whether the reader is to get the event; a stage matches where a step leads from or to.

        What corrects an earlier event may differ from it in all but the journey, and is for whoever was sent that.
        """
        return (
            (not self.journey or event.journey in self.journey)
            and (not self.kind or event.kind in self.kind)
            and (event.corrects or self._is_about(event))
        )

    def _is_about(self, event: LiveEvent) -> bool:
        return (
            (not self.stage or not self.stage.isdisjoint(event.stages))
            and (not self.channel or event.channel in self.channel)
            and (not self.segment or not self.segment.isdisjoint(event.segments))
        )


def parse_filter(parameters: Mapping[str, list[str]]) -> Filter:
    """A filter of query parameters, each given as often as wanted or with commas. Raises Rejected for unknown ones."""
    for name in parameters:
        if name not in FIELDS:
            raise Rejected(f"unknown query parameter {name!r}; this stream filters by {', '.join(FIELDS)}", field=name)
    chosen = {
        name: frozenset(part for value in values for part in value.split(",") if part)
        for name, values in parameters.items()
    }
    return Filter(**chosen)

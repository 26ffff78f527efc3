"""CloudEvents 1.0 over HTTP: structured, binary and batch mode, all to the same checked interactions."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec
from pydantic import ValidationError

from schemas.interaction import Interaction
from services.ingest.channel import Delivery, ItemError, Parsed, Source, item_error
from services.ingest.strict_json import flaw
from services.runtime.errors import Rejected

_JSON = "application/json"
_STRUCTURED = "application/cloudevents+json"
_BATCH = "application/cloudevents-batch+json"
_HEADER = "ce-"
_ATTRIBUTE = re.compile(r"[a-z0-9]{1,32}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_raw_items = msgspec.json.Decoder(list[msgspec.Raw])


class Events(NamedTuple):
    """The events of one request, each as a value and as JSON; `sound` as in `strict_json.Document`."""

    items: list[tuple[Any, bytes]]
    sound: bool


def read_events(delivery: Delivery) -> Events:
    """The events in any of the three modes. Raises Rejected when the request as a whole cannot be read."""
    media_type = delivery.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {_STRUCTURED, _BATCH} and f"{_HEADER}specversion" in delivery.headers:
        return _binary(delivery, media_type)
    if media_type not in {_STRUCTURED, _BATCH, _JSON, ""}:
        raise Rejected(f"must be {_STRUCTURED}, {_BATCH} or {_JSON}", field="content-type")
    document = delivery.json
    is_list = isinstance(document.value, list)
    if is_list != (media_type == _BATCH) and media_type in {_STRUCTURED, _BATCH}:
        raise Rejected(f"must be {'an object' if is_list else 'a list'} in this mode", field="body")
    if not is_list:
        return Events([(document.value, delivery.body.strip())], document.sound)
    if not document.sound:
        return Events([(item, _encode(item)) for item in document.value], sound=False)
    raws = _raw_items.decode(delivery.body)
    return Events([(item, bytes(raw)) for item, raw in zip(document.value, raws, strict=True)], sound=True)


def parse_events(events: Events, source: Source) -> Parsed:
    """The interactions that `source` may write, and what is wrong with the others."""
    parsed = Parsed([], [])
    ours = b"," + source.extensions_json + b"}"
    for index, (value, raw) in enumerate(events.items):
        found = _interaction(index, value, raw, ours, source, sound=events.sound)
        if isinstance(found, ItemError):
            parsed.rejected.append(found)
        else:
            parsed.interactions.append(found)
    return parsed


def _interaction(
    index: int, value: Any, raw: bytes, ours: bytes, source: Source, *, sound: bool
) -> Interaction | ItemError:
    wrong = (None if sound else flaw(value)) or _wrong(value, source)
    if wrong:
        return ItemError(index, *wrong)
    try:
        # Of a key given twice the last counts: what we say of the source stands above what the sender says.
        return Interaction.model_validate_json(raw[:-1] + ours)
    except ValidationError as error:
        found = item_error(index, error)
        return found if found.field else replace(found, field=_odd_attribute(value))


def _wrong(value: Any, source: Source) -> tuple[str | None, str] | None:
    if not isinstance(value, dict):
        return None, "must be an object"
    time = value.get("time")
    if time is not None and not (isinstance(time, str) and _TIME.fullmatch(time)):
        return "time", "must be an RFC 3339 timestamp"
    name = value.get("source")
    if not isinstance(name, str) or not source.may_write(name):
        return "source", f"must be {source.name} or below it: that is what this key may write"
    if "data_base64" in value:
        return "data_base64", "must be JSON in `data`"
    return None


def _odd_attribute(event: Mapping[str, Any]) -> str | None:
    return next((name for name in event if not _ATTRIBUTE.fullmatch(name)), None)


def _binary(delivery: Delivery, media_type: str) -> Events:
    if media_type not in {_JSON, ""}:
        raise Rejected(f"must be {_JSON} in binary mode", field="content-type")
    event: dict[str, Any] = {
        name.removeprefix(_HEADER): _decoded(name, value)
        for name, value in delivery.headers.items()
        if name.startswith(_HEADER)
    }
    document = delivery.json
    event |= {"datacontenttype": _JSON, "data": document.value}
    return Events([(event, _encode(event))], document.sound)


def _decoded(name: str, value: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise Rejected("must be percent-encoded UTF-8", field=name) from error


def _encode(value: Any) -> bytes:
    return json.dumps(value, default=str).encode()

"""A row becomes an event, is skipped, or is refused with the field and the reason. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from schemas.interaction import interaction
from services.ingest.bulk.mapping import EventMapping, EventsMapping, MessageMapping, SegmentMapping
from services.ingest.bulk.rows import Row
from services.ingest.bulk.values import Value, condition, value_of
from services.runtime.errors import Rejected

_ENVELOPE = ("id", "source", "type", "time")
_SEGMENT_TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias"})


@dataclass(frozen=True, slots=True)
class Converted:
    """An event ready to be sent, and the type under which it is counted."""

    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that did not become an event."""

    field: str | None
    reason: str


Skipped = Literal["skipped"]
Convert = Callable[[Row], Converted | Refused | Skipped]


def converter(mapping: EventsMapping | SegmentMapping) -> Convert:
    """The function that a mapping means; it raises nothing."""
    skip = condition(mapping.skip_when) if mapping.skip_when else None
    make = _event(mapping) if isinstance(mapping, EventsMapping) else _message(mapping.message)

    def convert(row: Row) -> Converted | Refused | Skipped:
        if row.problem:
            return Refused(None, row.problem)
        try:
            return "skipped" if skip and skip(row) else make(row)
        except Rejected as error:
            return Refused(error.field, str(error))

    return convert


def _event(mapping: EventsMapping) -> Callable[[Row], Converted]:
    envelope = {name: _value(mapping.event, name) for name in EventMapping.model_fields if name != "data"}
    data = _tree(mapping.event.data, "data")

    def make(row: Row) -> Converted:
        fields = {
            name: _required(read(row), name) if name != "subject" else read(row) for name, read in envelope.items()
        }
        content = data(row) or {}
        content["identifiers"] = [found for found in content.get("identifiers", ()) if "value" in found]
        if mapping.keep_row:
            content["raw"] = row.values
        try:
            event = interaction(fields, content)
        except ValidationError as error:
            raise _refusal(error) from error
        return Converted(event.type, event.to_json())

    return make


def _message(mapping: MessageMapping) -> Callable[[Row], Converted]:
    tree = _tree(mapping, "")

    def make(row: Row) -> Converted:
        message = tree(row) or {}
        _required(message.get("messageId"), "messageId")
        _check_time(_required(message.get("timestamp"), "timestamp"))
        if message.get("type") not in _SEGMENT_TYPES:
            raise Rejected(f"{message.get('type')!r} is none of {', '.join(sorted(_SEGMENT_TYPES))}", field="type")
        if not message.get("userId") and not message.get("anonymousId"):
            raise Rejected("a call needs userId or anonymousId, and both are empty", field="userId")
        return Converted(str(message["type"]), json.dumps(message, ensure_ascii=False).encode())

    return make


def _required(value: Any, field: str) -> Any:
    if value is None or value == "":
        raise Rejected("is empty, and every row needs one", field=field)
    return value


def _check_time(text: Any) -> None:
    try:
        aware = datetime.fromisoformat(str(text)).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise Rejected(f"{text!r} is not a time with a zone; write {{zone: …, column: …}}", field="timestamp")


def _tree(part: Any, path: str) -> Value:
    """What a model, dict or tuple of field sources gives: the same shape, without what is empty."""
    if isinstance(part, tuple):
        return _items([_tree(item, f"{path}.{index}") for index, item in enumerate(part)])
    named = _named(part)
    readers = {
        name: _tree(child, _below(path, name)) if _is_branch(child) else _located(value_of(child), _below(path, name))
        for name, child in named.items()
        if child is not None
    }

    def read(row: Row) -> dict[str, Any] | None:
        filled = {name: value for name, reader in readers.items() if (value := reader(row)) is not None}
        return filled or None

    return read


def _items(readers: list[Value]) -> Value:
    return lambda row: [value for reader in readers if (value := reader(row)) is not None] or None


def _named(part: Any) -> dict[str, Any]:
    if isinstance(part, dict):
        return part
    fields = type(part).model_fields
    return {fields[name].alias or name: getattr(part, name) for name in fields}


def _is_branch(part: Any) -> bool:
    """Whether a part holds fields itself; the forms of a field are told by their module."""
    if isinstance(part, BaseModel):
        return type(part).__module__ == EventMapping.__module__
    return isinstance(part, dict | tuple)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _value(part: BaseModel, name: str) -> Value:
    return _located(value_of(getattr(part, name)), name)


def _located(read: Value, field: str) -> Value:
    def located(row: Row) -> Any:
        try:
            return read(row)
        except Rejected as error:
            raise Rejected(str(error), field=field) from error

    return located


def _refusal(error: ValidationError) -> Rejected:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    others = error.error_count() - 1
    more = f" (and {others} more)" if others else ""
    return Rejected(f"{first['msg']}{more}", field=field)

"""A mapping: how rows of one kind of file become events. Read from YAML, wholly checked before a row is read."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from services.ingest.bulk.fields import (
    Cel,
    Column,
    Expression,
    FieldSource,
    Join,
    Moment,
    Strict,
    columns_of,
    columns_of_expression,
)
from services.ingest.bulk.located import Located, NotYaml, load
from services.runtime.errors import Rejected


class Read(Strict):
    """How the file is written, where its name does not say so."""

    format: Literal["csv", "jsonl"] | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","


class IdentifierMapping(Strict):
    """One identifier; a row without the value goes without it."""

    namespace: FieldSource
    value: FieldSource
    assurance: FieldSource = "verified"


class MeasuresMapping(Strict):
    """`measures` of an interaction; durations in seconds."""

    wait_seconds: FieldSource = None
    self_service_seconds: FieldSource = None
    ring_seconds: FieldSource = None
    handle_seconds: FieldSource = None
    hold_seconds: FieldSource = None
    wrap_up_seconds: FieldSource = None
    transfers: FieldSource = None
    messages: FieldSource = None


class SurveyMapping(Strict):
    """`survey` of an interaction."""

    kind: FieldSource
    score: FieldSource
    lowest: FieldSource = None
    highest: FieldSource = None
    comment: FieldSource = None


class MoneyMapping(Strict):
    """`money` of an interaction."""

    amount: FieldSource
    currency: FieldSource


class DataMapping(Strict):
    """`data` of an interaction, field by field."""

    channel: FieldSource
    direction: FieldSource = None
    name: FieldSource = None
    conversation: FieldSource = None
    identifiers: tuple[IdentifierMapping, ...] = ()
    traits: dict[str, FieldSource] = Field(default_factory=dict)
    agent: FieldSource = None
    queue: FieldSource = None
    measures: MeasuresMapping | None = None
    outcome: FieldSource = None
    reason: FieldSource = None
    campaign: FieldSource = None
    sentiment: FieldSource = None
    survey: SurveyMapping | None = None
    money: MoneyMapping | None = None
    text: FieldSource = None
    properties: dict[str, FieldSource] = Field(default_factory=dict)
    revision: FieldSource = None


class EventMapping(Strict):
    """The CloudEvents envelope; `id` must be the row's own and stable, for it is what makes an import repeatable."""

    id: FieldSource
    source: FieldSource
    type: FieldSource
    time: FieldSource
    subject: FieldSource = None
    data: DataMapping


class MessageMapping(Strict):
    """One call of the Segment wire format, under its own field names."""

    message_id: Annotated[FieldSource, Field(alias="messageId")]
    type: FieldSource
    user_id: Annotated[FieldSource, Field(alias="userId")] = None
    anonymous_id: Annotated[FieldSource, Field(alias="anonymousId")] = None
    previous_id: Annotated[FieldSource, Field(alias="previousId")] = None
    group_id: Annotated[FieldSource, Field(alias="groupId")] = None
    event: FieldSource = None
    name: FieldSource = None
    category: FieldSource = None
    timestamp: FieldSource
    properties: dict[str, FieldSource] = Field(default_factory=dict)
    traits: dict[str, FieldSource] = Field(default_factory=dict)
    context: dict[str, dict[str, FieldSource]] = Field(default_factory=dict)


class _Mapping(Strict):
    title: str
    read: Read = Read()
    skip_when: Cel | None = None


class EventsMapping(_Mapping):
    """Rows become CloudEvents. `keep_row` keeps each row's columns as the event's `raw`."""

    format: Literal["events"]
    keep_row: bool = False
    event: EventMapping


class SegmentMapping(_Mapping):
    """Rows become calls of the Segment wire format."""

    format: Literal["segment"]
    message: MessageMapping


Mapping = Annotated[EventsMapping | SegmentMapping, Field(discriminator="format")]
_MAPPING: TypeAdapter[EventsMapping | SegmentMapping] = TypeAdapter(Mapping)


def parse(text: str, name: str) -> EventsMapping | SegmentMapping:
    """The mapping that `text` writes. Raises Rejected with one line per mistake: `name:line: field: what to write`."""
    try:
        document = load(text)
    except NotYaml as error:
        raise Rejected(f"{name}:{error.line}: {error}") from error
    try:
        return _MAPPING.validate_python(document.value)
    except ValidationError as error:
        mistakes = (_mistake(document, name, details) for details in error.errors(include_url=False))
        raise Rejected("\n".join(dict.fromkeys(mistakes))) from error


def shipped() -> dict[str, str]:
    """The texts of the mappings that come with Kesher, by name."""
    folder = resources.files("services.ingest") / "mappings"
    return {entry.name.removesuffix(".yaml"): entry.read_text("utf-8") for entry in folder.iterdir()}


def find(name_or_path: str) -> tuple[str, str]:
    """The file name and text of a mapping: a shipped one by its name, or a file. Raises Rejected."""
    path = Path(name_or_path)
    try:
        return path.name, path.read_text("utf-8")
    except (FileNotFoundError, IsADirectoryError):
        pass
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected(f"{name_or_path}: {error}") from error
    mappings = shipped()
    if name_or_path not in mappings:
        raise Rejected(
            f"no mapping {name_or_path!r}: write the path of a file, or one of {', '.join(sorted(mappings))}"
        )
    return f"{name_or_path}.yaml", mappings[name_or_path]


def columns(mapping: EventsMapping | SegmentMapping) -> Iterator[tuple[str, str]]:
    """Each column that a mapping reads, with the path of the field that reads it, as far as it can be told."""
    if mapping.skip_when:
        yield from ((name, "skip_when") for name in columns_of_expression(mapping.skip_when) or ())
    if isinstance(mapping, EventsMapping):
        yield from _columns(mapping.event, "event")
    else:
        yield from _columns(mapping.message, "message")


def _columns(part: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, str | Column | Moment | Join | Expression):
        yield from ((name, path) for name in columns_of(part))
    elif isinstance(part, BaseModel | dict | tuple):
        for key, child in _children(part):
            yield from _columns(child, f"{path}.{key}")


def _children(part: BaseModel | dict[str, Any] | tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(part, tuple):
        return ((str(index), child) for index, child in enumerate(part))
    if isinstance(part, dict):
        return iter(part.items())
    fields = type(part).model_fields
    return ((fields[name].alias or name, getattr(part, name)) for name in fields)


def _mistake(document: Located, name: str, details: Any) -> str:
    path, line = document.find(details["loc"])
    field = ".".join(str(part) for part in path) or "the mapping"
    last = details["loc"][-1] if details["loc"] else ""
    return f"{name}:{line}: {field}: {_advice(details, last)}"


def _advice(details: Any, last: str | int) -> str:
    match details["type"]:
        case "missing":
            return f"{last!r} is missing"
        case "extra_forbidden":
            return "there is no such field here"
        case "union_tag_not_found" | "union_tag_invalid":
            return "write format: events, or format: segment"
        case "value_error":
            return str(details["ctx"]["error"])
        case _:
            return str(details["msg"])

"""The forms in which a mapping says where a field's value comes from."""

import re
from string import Formatter
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import cel
from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

LINE = "@line"
"""In a template: the row's line in the file it first came from."""

_ROW = re.compile(r"\brow\b")
_COLUMN = re.compile(r"""\brow(?:\.(\w+)|\[["']([^"'\\]+)["']\])""")


class Strict(BaseModel):
    """Base of a mapping's parts: frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)


def _compiles(expression: str) -> str:
    try:
        cel.compile(expression)
    except ValueError as error:
        raise ValueError(f"not a CEL expression: {error}") from error
    return expression


def columns_of_expression(expression: str) -> tuple[str, ...] | None:
    """The columns that a CEL expression reads; None when it takes `row` as a whole."""
    found = [dotted or quoted for dotted, quoted in _COLUMN.findall(expression)]
    return tuple(dict.fromkeys(found)) if len(found) == len(_ROW.findall(expression)) else None


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no time zone {name!r}; write an IANA name such as Asia/Jerusalem, or UTC")
    ZoneInfo(name)
    return name


def _sound_template(text: str) -> str:
    try:
        pieces = list(Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"{error}; write {{column}} for a column, and {{{{ or }}}} for a brace itself") from error
    for _, name, form, conversion in pieces:
        if name is not None and (not name or form or conversion):
            raise ValueError("write {column} with nothing but the column's name in the braces")
    return text


Cel = Annotated[str, AfterValidator(_compiles)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Template = Annotated[str, AfterValidator(_sound_template)]
Constant = bool | int | float | None


class Column(Strict):
    """One column's text: stripped; nothing when empty or among `none`; looked up in `table` when there is one.

    A value that is not in the table gives `otherwise` where that is written, and rejects the row where it is not.
    """

    column: str
    none: tuple[str, ...] = ()
    table: dict[str, str | bool | int | float | None] | None = None
    otherwise: str | bool | int | float | None = None
    form: Annotated[Literal["text", "integer", "number", "boolean"], Field(alias="as")] = "text"
    when: Cel | None = None

    @model_validator(mode="after")
    def _otherwise_needs_a_table(self) -> Self:
        if "otherwise" in self.model_fields_set and self.table is None:
            raise ValueError("otherwise is for a value that is not in the table: write a table, or leave it out")
        return self


class Moment(Strict):
    """A point in time made of one column, or of a date's and a time's, read as local time of `zone` where it says none.

    `format` is a strptime pattern; without it ISO 8601. `after` names the time column of something that came before:
    a time of day that lies more than twelve hours earlier than that belongs to the next day.
    """

    zone: Zone
    column: str | None = None
    date: str | None = None
    time: str | None = None
    format: str | None = None
    none: tuple[str, ...] = ()
    after: str | None = None
    when: Cel | None = None

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        if (self.column is None) == (self.date is None) or (self.date is None) != (self.time is None):
            raise ValueError("write either column, or date and time together")
        if self.after is not None and self.time is None:
            raise ValueError("after goes with date and time")
        return self


class Join(Strict):
    """The columns that are not empty, with `separator` between them."""

    join: Annotated[tuple[str, ...], Field(min_length=1)]
    separator: str = " "
    when: Cel | None = None


class Expression(Strict):
    """What a CEL expression over `row` (texts by column) gives."""

    cel: Cel
    when: Cel | None = None


def _form(value: Any) -> str | None:
    """The tag of a field's form; with a space, so that no tag is taken for a key when an error is located."""
    if isinstance(value, BaseModel):
        return f"a {type(value).__name__.lower()}"
    if not isinstance(value, dict):
        return "a template" if isinstance(value, str) else "a constant"
    marks = (("zone", "a moment"), ("cel", "a expression"), ("join", "a join"), ("column", "a column"))
    return next((form for mark, form in marks if mark in value), None)


FieldSource = Annotated[
    Annotated[Template, Tag("a template")]
    | Annotated[Constant, Tag("a constant")]
    | Annotated[Moment, Tag("a moment")]
    | Annotated[Expression, Tag("a expression")]
    | Annotated[Join, Tag("a join")]
    | Annotated[Column, Tag("a column")],
    Discriminator(
        _form,
        custom_error_type="field_form",
        custom_error_message=(
            'write a text, "{column}" in quotes, or one of {column: …}, {zone: …, date: …, time: …}, '
            "{join: […]}, {cel: …}"
        ),
    ),
]


def columns_of(source: str | Column | Moment | Join | Expression) -> tuple[str, ...]:
    """The columns that a field reads, as far as they can be told."""
    if isinstance(source, str):
        names = (name for _, name, _, _ in Formatter().parse(source) if name)
        return tuple(name for name in names if name != LINE)
    own = _own_columns(source)
    return (*own, *(columns_of_expression(source.when) or ())) if source.when else own


def _own_columns(source: Column | Moment | Join | Expression) -> tuple[str, ...]:
    match source:
        case Column():
            return (source.column,)
        case Join():
            return source.join
        case Moment():
            return tuple(name for name in (source.column, source.date, source.time, source.after) if name)
        case Expression():
            return columns_of_expression(source.cel) or ()

"""Field sources as functions of a row, made once for all rows. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import cel

from services.ingest.bulk.fields import LINE, Column, Expression, Join, Moment, columns_of_expression
from services.ingest.bulk.rows import Row
from services.runtime.errors import Rejected

Value = Callable[[Row], Any]
"""What a row gives for a field, None for nothing. Raises Rejected."""

_HALF_A_DAY = timedelta(hours=12)
_TRUE = frozenset({"true", "yes", "y", "1", "t"})
_FALSE = frozenset({"false", "no", "n", "0", "f"})


def value_of(source: Any) -> Value:
    """The function that a field source means."""
    match source:
        case str():
            return _template(source)
        case Column():
            return _guarded(source.when, _column(source))
        case Moment():
            return _guarded(source.when, _moment(source))
        case Join():
            return _guarded(source.when, _join(source))
        case Expression():
            return _guarded(source.when, _expression(source.cel))
        case _:
            return lambda _row: source


def condition(expression: str) -> Callable[[Row], bool]:
    """Whether a CEL condition over `row` holds. Raises Rejected when it cannot be told."""
    evaluate = _expression(expression)

    def holds(row: Row) -> bool:
        answer = evaluate(row)
        if not isinstance(answer, bool):
            raise Rejected(f"{expression!r} gives {answer!r}, and must give true or false")
        return answer

    return holds


def _guarded(when: str | None, value: Value) -> Value:
    if when is None:
        return value
    holds = condition(when)
    return lambda row: value(row) if holds(row) else None


def _text(row: Row, column: str) -> str:
    value: Any = row.values.get(column)
    if value is None and "." in column:
        value = row.values
        for part in column.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise Rejected(f"{column!r} holds several values; name one of them, as in {column}.key")
    return "" if value is None else str(value).strip()


def _template(template: str) -> Value:
    pieces = [(literal, name) for literal, name, _, _ in Formatter().parse(template)]

    def fill(row: Row) -> str | None:
        filled = []
        for literal, name in pieces:
            text = "" if name is None else str(row.line) if name == LINE else _text(row, name)
            if name is not None and not text:
                return None
            filled.append(literal + text)
        return "".join(filled)

    return fill


def _column(source: Column) -> Value:
    none = frozenset(source.none)
    convert = _FORMS[source.form]

    def read(row: Row) -> Any:
        text = _text(row, source.column)
        if not text or text in none:
            return None
        if source.table is None:
            return convert(text, source.column)
        if text in source.table:
            return source.table[text]
        if "otherwise" in source.model_fields_set:
            return source.otherwise
        raise Rejected(f"{source.column} is {text!r}, which is not in the table; add it, or write otherwise")

    return read


def _as_number(text: str, column: str) -> int | float:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Rejected(f"{column} is {text!r}, and must be a number")
    return int(number) if number == number.to_integral_value() else float(number)


def _as_integer(text: str, column: str) -> int:
    number = _as_number(text, column)
    if not isinstance(number, int):
        raise Rejected(f"{column} is {text!r}, and must be a whole number")
    return number


def _as_boolean(text: str, column: str) -> bool:
    folded = text.casefold()
    if folded not in _TRUE | _FALSE:
        raise Rejected(f"{column} is {text!r}, and must be true or false")
    return folded in _TRUE


_FORMS: dict[str, Callable[[str, str], Any]] = {
    "text": lambda text, _column: text,
    "number": _as_number,
    "integer": _as_integer,
    "boolean": _as_boolean,
}


def _join(source: Join) -> Value:
    def join(row: Row) -> str | None:
        return source.separator.join(text for column in source.join if (text := _text(row, column))) or None

    return join


def _moment(source: Moment) -> Value:
    zone = ZoneInfo(source.zone)
    none = frozenset(source.none)

    def read(row: Row) -> str | None:
        parts = [_text(row, column) for column in (source.column, source.date, source.time) if column]
        if not all(parts) or none.intersection(parts):
            return None
        moment = _parsed(" ".join(parts), source.format)
        if source.after is not None:
            moment += _days_on(moment, _text(row, source.after))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()

    return read


def _parsed(text: str, pattern: str | None) -> datetime:
    try:
        # The zone is attached afterwards, where the text brings none of its own.
        return datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(_padded(text))  # noqa: DTZ007
    except ValueError:
        hint = f"written as {pattern}" if pattern else "in ISO 8601; or write a format"
        raise Rejected(f"{text!r} is not a time {hint}") from None


def _padded(text: str) -> str:
    """ISO 8601 wants two digits for the hour; exports often write one."""
    date, _, clock = text.partition(" ")
    return f"{date} 0{clock}" if clock[1:2] == ":" else text


def _days_on(moment: datetime, after: str) -> timedelta:
    if not after:
        return timedelta(0)
    earlier = datetime.combine(moment.date(), _clock(after), tzinfo=moment.tzinfo)
    return timedelta(days=1) if earlier - moment > _HALF_A_DAY else timedelta(0)


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text if text[1:2] != ":" else f"0{text}")
    except ValueError:
        raise Rejected(f"{text!r} is not a time of day") from None


def _expression(expression: str) -> Value:
    program = cel.compile(expression)

    def evaluate(values: Mapping[str, Any]) -> Any:
        try:
            return program.execute({"row": values})
        except KeyError as error:
            raise Rejected(f"{expression!r} reads {error}, which the row has not") from error
        except (RuntimeError, TypeError, ValueError) as error:
            raise Rejected(f"{expression!r} cannot be worked out: {error}") from error

    columns = columns_of_expression(expression)
    return _remembered(columns, evaluate) if columns is not None else lambda row: evaluate(row.values)


def _remembered(columns: tuple[str, ...], evaluate: Callable[[Mapping[str, Any]], Any]) -> Value:
    """Most conditions look at a column or two with few different texts; crossing into CEL costs more than all else."""

    @lru_cache(maxsize=4_096)
    def evaluate_texts(*texts: str) -> Any:
        return evaluate(dict(zip(columns, texts, strict=True)))

    def read(row: Row) -> Any:
        values = [row.values.get(column) for column in columns]
        if all(isinstance(value, str) for value in values):
            return evaluate_texts(*values)
        return evaluate({name: row.values[name] for name in columns if name in row.values})

    return read

"""JSON read strictly: no key twice, no NaN, no lone surrogates, no bottomless nesting.

A flaw in one item of a batch must not cost the others, so flaws stay where they are until `flaw` looks for them.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic_core import from_json

from services.runtime.errors import Rejected, TooLarge

MAX_DEPTH = 32

_SPACE_BEFORE_COLON = re.compile(rb'"[ \t\r\n]+:')


class Flaw(NamedTuple):
    """What is wrong with a piece of JSON, and where (a dotted path)."""

    field: str
    error: str


@dataclass(frozen=True, slots=True)
class _Unsound:
    error: str


class Document(NamedTuple):
    """A JSON text's value. Where `sound` is false, ask `flaw` about each part before using it."""

    value: Any
    sound: bool


def read(body: bytes) -> Document:
    """The JSON in `body`. Raises Rejected if it is not JSON at all, TooLarge if it is nested too deep."""
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError:
        return _read_slowly(body)
    keys, depth, finite = _survey(value)
    if depth > MAX_DEPTH:
        raise TooLarge(f"JSON nested deeper than {MAX_DEPTH} levels", field="body")
    # As many keys as there are in the text: then none was given twice.
    if finite and keys == body.count(b'":') and not _SPACE_BEFORE_COLON.search(body):
        return Document(value, sound=True)
    return _read_slowly(body)


def flaw(value: Any) -> Flaw | None:
    """The first thing in `value` that no sound JSON would hold."""
    return next(_flaws(value, ""), None)


def require_sound(document: Document) -> Any:
    """The value of a document that is refused as a whole. Raises Rejected naming the field."""
    found = None if document.sound else flaw(document.value)
    if found:
        raise Rejected(found.error, field=found.field or "body")
    return document.value


def _survey(value: Any) -> tuple[int, int, bool]:
    keys, depth, finite = 0, 0, True
    level: list[Any] = [value]
    while level:
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is dict:
                keys += len(item)
                below.extend(item.values())
            elif kind is list:
                below.extend(item)
            elif kind is float and not math.isfinite(item):
                finite = False
        level = below
        depth += 1
    return keys, depth - 1, finite


def _read_slowly(body: bytes) -> Document:
    try:
        value = json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise Rejected(f"not UTF-8 at byte {error.start}", field="body") from error
    except json.JSONDecodeError as error:
        raise Rejected(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}", field="body") from error
    except RecursionError as error:
        raise TooLarge(f"JSON nested deeper than {MAX_DEPTH} levels", field="body") from error
    except ValueError as error:
        raise Rejected("not JSON: a number has too many digits", field="body") from error
    if _survey(value)[1] > MAX_DEPTH:
        raise TooLarge(f"JSON nested deeper than {MAX_DEPTH} levels", field="body")
    return Document(value, sound=False)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    twice = next(key for index, (key, _) in enumerate(pairs) if key in {other for other, _ in pairs[:index]})
    return {**fields, twice: _Unsound("the same key is given twice")}


def _constant(name: str) -> _Unsound:
    return _Unsound(f"{name} is not JSON")


def _flaws(value: Any, path: str) -> Iterator[Flaw]:
    match value:
        case _Unsound():
            yield Flaw(path, value.error)
        case float() if not math.isfinite(value):
            yield Flaw(path, "the number is too large")
        case str() if not _encodable(value):
            yield Flaw(path, "half of a surrogate pair is not text")
        case dict():
            yield from _flaws_of_parts(value.items(), path)
        case list():
            yield from _flaws_of_parts(((str(index), item) for index, item in enumerate(value)), path)


def _flaws_of_parts(parts: Iterable[tuple[str, Any]], path: str) -> Iterator[Flaw]:
    for name, item in parts:
        if _encodable(name):
            yield from _flaws(item, f"{path}.{name}" if path else name)
        else:
            yield Flaw(path, "half of a surrogate pair is not text")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

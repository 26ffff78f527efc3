"""What to write instead, for the mistakes that are made in definitions."""

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml
from pydantic import BaseModel

from schemas.journey_definition import (
    ActionDefinition,
    AlertDefinition,
    Cap,
    PainPointDefinition,
    PersonaDefinition,
    QuietHours,
    StageDefinition,
    StageTargets,
    Title,
)

Place = tuple[str | int, ...]

MAX_NESTED = 50
TOO_DEEP = "nested too deep"

_FIELDS: Mapping[str, type[BaseModel]] = {
    "stages": StageDefinition,
    "targets": StageTargets,
    "pain_points": PainPointDefinition,
    "personas": PersonaDefinition,
    "actions": ActionDefinition,
    "alerts": AlertDefinition,
    "cap": Cap,
    "quiet_hours": QuietHours,
    "title": Title,
}
_EXAMPLES = {
    "title": "{en: Refund}",
    "cap": "{times: 3, within: P30D}",
    "quiet_hours": '{begin: "21:00", end: "08:00", zone: Asia/Jerusalem}',
    "targets": "{wait: PT2M}",
}
_HOURS = frozenset({"begin", "end"})
_INDENT = "begin the line under the fields that it belongs to, with as many spaces as they have"
_IN_QUOTES = "put all of the text after the colon in single quotes"
_BOUNDS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
}
_OWN = frozenset({"definition", "duration", "zone"})
_WHOLE = frozenset({"int_parsing", "int_from_float", "int_type"})
_NUMBERS = frozenset({"float_parsing", "float_type"})


def advice(error: Any, document: type[BaseModel], place: Place) -> str:
    """What to write instead of a value that the schema refuses; `error` is Pydantic's."""
    kind, context = error["type"], error.get("ctx", {})
    message: str = error["msg"]
    if kind in _BOUNDS and all(isinstance(bound, int | float) for bound in context.values()):
        return f"write {_BOUNDS[kind].format(**context)}"
    if kind in _ADVICE:
        return _ADVICE[kind](error, document, place)
    if kind in _OWN:
        return message
    return f"write another value: {message[0].lower()}{message[1:]}"


def _unknown_field(_: Any, document: type[BaseModel], place: Place) -> str:
    model = next((_FIELDS[str(part)] for part in reversed(place[:-1]) if part in _FIELDS), document)
    known = sorted(model.model_fields)
    near = difflib.get_close_matches(str(place[-1]), known, n=1)
    if near:
        return f"there is no such field; write {near[0]}"
    hint = ". A rule with a comma or a brace has to be in quotes" if not str(place[-1]).isidentifier() else ""
    return f"there is no such field; write one of {', '.join(known)}{hint}"


def _pattern(error: Any, _: type[BaseModel], place: Place) -> str:
    if place[-1] in _HOURS:
        return 'write an hour of the day in quotes, such as "09:00"'
    if place[-1] == "to":
        return "write a name of letters, digits, - and _, such as claims-desk"
    slug = re.sub(r"[^a-z0-9_]+", "_", str(error["input"]).lower()).strip("_")
    example = f": {slug}" if re.match(r"[a-z]", slug) and str(error["input"]).isascii() else ""
    return f"write a word of a-z, 0-9 and _, beginning with a letter{example}"


def _mapping(_: Any, __: type[BaseModel], place: Place) -> str:
    return f"write its fields, such as {place[-1]}: {_EXAMPLES.get(str(place[-1]), '{key: …}')}"


def _number(error: Any, _: type[BaseModel], __: Place) -> str:
    with_comma = re.fullmatch(r"(\d+),(\d+)", str(error["input"]))
    return f"write a number, such as {'.'.join(with_comma.groups()) if with_comma else '2.5'}"


_ADVICE: Mapping[str, Callable[[Any, type[BaseModel], Place], str]] = {
    "extra_forbidden": _unknown_field,
    "greater_than": lambda _, __, ___: "write a time that is longer than none: P1D is a day",
    "missing": lambda _, __, place: f"write {place[-1]}: here, it is missing",
    "string_pattern_mismatch": _pattern,
    "string_type": lambda _, __, ___: "write text; put it in quotes if it looks like a number or a list",
    "string_too_short": lambda _, __, ___: "write something here, or leave the field out",
    "string_too_long": lambda error, _, __: f"write at most {error['ctx']['max_length']} characters",
    "bool_parsing": lambda _, __, ___: "write true or false",
    "bool_type": lambda _, __, ___: "write true or false",
    "literal_error": lambda error, _, __: f"write one of {error['ctx']['expected'].replace(' or ', ', ')}",
    "tuple_type": lambda _, __, ___: "write a list: each item begins with a dash, as in - key: paid",
    "too_short": lambda _, __, ___: "write at least one item, beginning with a dash",
    "too_long": lambda error, _, __: f"write at most {error['ctx']['max_length']} items",
    "model_type": _mapping,
    "dict_type": _mapping,
    **dict.fromkeys(_WHOLE, lambda _, __, ___: "write a whole number, such as 3"),
    **dict.fromkeys(_NUMBERS, _number),
}


def yaml_advice(error: yaml.MarkedYAMLError, text: str) -> tuple[int | None, str]:
    """The line of what is not YAML, from 1, and what to write instead."""
    mark = error.problem_mark or error.context_mark
    problem = error.problem or ""
    if problem.startswith("could not find expected ':'") and error.context_mark:
        return error.context_mark.line + 1, "write a space after the colon, and every field on a line of its own"
    line = mark.line if mark else None
    said = next((says for begins, says in _YAML.items() if problem.startswith(begins)), f"this is not YAML: {problem}")
    if problem.startswith("mapping values") and line is not None and _has_value(text, line):
        said = _IN_QUOTES
    elif line is not None and problem.endswith("found '<scalar>'"):
        line = _opening(text, line)
    return None if line is None else line + 1, said


def _opening(text: str, line: int) -> int:
    """Where the quote was opened that ends at `line`."""
    lines = text.splitlines()
    for number in range(min(line, len(lines) - 1), -1, -1):
        begins = re.match(r"\s*(?:- )?\w+: (['\"])", lines[number])
        if begins and lines[number].count(begins[1]) % 2:
            return number
    return line


def _has_value(text: str, line: int) -> bool:
    """Whether there is text after the first colon, in which another one stands."""
    lines = text.splitlines()
    return line < len(lines) and re.match(r"\s*(?:- )?\w+: .*(?:: |:$| :)", lines[line]) is not None


_YAML = {
    TOO_DEEP: f"write it less nested, at most {MAX_NESTED} deep",
    "found character '\\t'": "write spaces instead of the tab",
    "mapping values are not allowed": _INDENT,
    "expected <block end>, but found '<scalar>'": f"{_IN_QUOTES}: a quote in it ends too early, or never",
    "expected <block end>, but found": _INDENT,
    "expected ',' or '}'": "put the text after the colon in single quotes, or write each field on a line of its own",
    "expected ',' or ']'": "close the list with ], and put texts with commas or quotes in single quotes",
    "but found another document": "write one definition in a file, without ---",
    "found unexpected end of stream": "close the quote that was opened",
}

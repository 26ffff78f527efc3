"""The everyday forms of conditions as Python functions: some ten times as fast as the CEL interpreter.

Only comparisons of a field with a constant, `in` a list of strings, `has`, three functions of strings, and what `&&`,
`||` and `!` make of them. Where a value is not of the type that the constant has, the interpreter has the word.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from services.journey.domain.cel_syntax import Binary, Call, Items, Literal, Node, Unary
from services.journey.domain.model import Journey
from services.journey.domain.rule_fields import SEGMENTS, Path, field_path

Condition: TypeAlias = Callable[[Mapping[str, Any], Journey | None], bool]
_Getter: TypeAlias = Callable[[Mapping[str, Any], Journey | None], Any]
_Test: TypeAlias = Callable[[Any], bool]

EXACT = 2**53
"""Up to here a double holds every integer, so that comparing the two means the same to everybody."""

_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_STRINGS = {"startsWith": str.startswith, "endsWith": str.endswith, "contains": str.__contains__}


class Unsure(Exception):
    """A value is of another type than the condition was written for."""


def direct(node: Node) -> Condition | None:
    """The condition as a function, which may raise Unsure; None where it has a form that is not known here."""
    match node:
        case Binary(sign="&&" | "||" as sign, left=left, right=right):
            one, other = direct(left), direct(right)
            return one and other and (_both(one, other) if sign == "&&" else _either(one, other))
        case Unary(sign="!", operand=operand):
            inner = direct(operand)
            return inner and _not(inner)
        case Call(target=None, name="has", arguments=(argument,)) if found := field_path(argument):
            return _tested(found[0], lambda _: True)
        case Call(target=target, name=name, arguments=(Literal(value=str(text)),)) if target and name in _STRINGS:
            found, test = field_path(target), _STRINGS[name]
            return _tested(found[0], lambda value: test(_text(value), text)) if found else None
        case Binary(sign=sign, left=left, right=right) if found := field_path(left):
            return _comparison(found[0], sign, right)
        case _:
            return _membership(node)


def _membership(node: Node) -> Condition | None:
    match node:
        case Binary(sign="in", left=Literal(value=str(key)), right=right) if field_path(right, SEGMENTS):
            return _tested(SEGMENTS, lambda value: key in value)
        case _:
            return None


def getter(path: Path) -> _Getter:
    """Reads one field of the interaction, of the journey or of the profile; gives None where it is absent."""
    root, name, *more = path
    if root == "p":
        parts = (name, *more)
        return lambda i, _: _inside(i.get("p"), parts)
    if not more:
        return (lambda i, _: i.get(name)) if root == "i" else (lambda _, j: getattr(j, name, None))
    if len(more) == 1:
        return _of_interaction(name, *more) if root == "i" else _of_journey(name, *more)
    return lambda i, j: _inside(i.get(name) if root == "i" else getattr(j, name, None), more)


def _of_interaction(name: str, part: str) -> _Getter:
    def get(i: Mapping[str, Any], _: Journey | None) -> Any:
        value = i.get(name)
        return value.get(part) if isinstance(value, dict) else None

    return get


def _of_journey(name: str, part: str) -> _Getter:
    def get(_: Mapping[str, Any], j: Journey | None) -> Any:
        value = getattr(j, name, None)
        return value.get(part) if isinstance(value, dict) else None

    return get


def _inside(value: Any, parts: Sequence[str]) -> Any:
    for part in parts:
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def _both(one: Condition, other: Condition) -> Condition:
    return lambda i, j: one(i, j) and other(i, j)


def _either(one: Condition, other: Condition) -> Condition:
    return lambda i, j: one(i, j) or other(i, j)


def _not(inner: Condition) -> Condition:
    return lambda i, j: not inner(i, j)


def _tested(path: Path, test: _Test, *, absent: bool = False) -> Condition:
    get = getter(path)

    def condition(i: Mapping[str, Any], j: Journey | None) -> bool:
        value = get(i, j)
        return absent if value is None else test(value)

    return condition


def _comparison(path: Path, sign: str, right: Node) -> Condition | None:
    match right:
        case Items(items=items) if sign == "in":
            values = frozenset(
                item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)
            )
            return _tested(path, lambda value: _text(value) in values) if len(values) == len(items) else None
        case Literal(text="null") if sign in {"==", "!="}:
            return _tested(path, lambda _: sign == "!=", absent=sign == "==")
        case Literal(value=str(text)) if sign == "==":
            return _tested(path, lambda value: _text(value) == text)
        case Literal(value=str(text)) if sign == "!=":
            return _tested(path, lambda value: _text(value) != text, absent=True)
        case Literal(value=None, text=text) if sign in _COMPARE and (number := _constant(text)) is not None:
            return _compared(path, sign, number)
        case _:
            return None


def _compared(path: Path, sign: str, number: float) -> Condition:
    """Hardly anything is evaluated as often, hence without a call for each of its parts."""
    get, compare, absent = getter(path), _COMPARE[sign], sign == "!="

    def condition(i: Mapping[str, Any], j: Journey | None) -> bool:
        value = get(i, j)
        if value is None:
            return absent
        if type(value) is float or (type(value) is int and -EXACT <= value <= EXACT):
            return bool(compare(value, number))
        raise Unsure

    return condition


def _constant(text: str) -> float | None:
    """The value of a decimal literal; None for all else."""
    if text.isascii() and text.replace(".", "", 1).isdigit():
        value = float(text) if "." in text else int(text)
        return value if value <= EXACT else None
    return None


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Unsure
    return value

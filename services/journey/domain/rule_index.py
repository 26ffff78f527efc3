"""What a rule needs before it can hold, read off its text: so most interactions evaluate almost no rule."""

from dataclasses import dataclass
from typing import NamedTuple

from services.journey.domain.cel_syntax import Binary, Call, Items, Literal, Node
from services.journey.domain.rule_fields import Path, field_path


@dataclass(frozen=True, slots=True)
class Only:
    """A field must be one of `exact`, or begin with one of `prefixes`."""

    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def admits(self, value: str | None) -> bool:
        """Whether a rule with this need can hold for `value`."""
        return value is not None and (value in self.exact or value.startswith(self.prefixes))

    def either(self, other: "Only") -> "Only":
        """What one of two rules needs."""
        return Only(self.exact | other.exact, self.prefixes + other.prefixes)


STAGE: Path = ("j", "stage")
"""Whoever is in a journey is in a stage."""
ANY = Only(prefixes=("",))


class Split(NamedTuple):
    """What a rule needs of one field, and what is left to evaluate where the need is met; None if nothing is."""

    need: Only | None
    rest: Node | None


def split(node: Node, path: Path) -> Split:
    """A rule seen from the field at `path`. A need that cannot be told is None: never too little is admitted."""
    match node:
        case Binary(sign="&&", left=left, right=right):
            return _both(split(left, path), split(right, path), left, right)
        case Binary(sign="||", left=left, right=right):
            return _either(split(left, path), split(right, path), node)
        case Binary(sign="==", left=left, right=right):
            return _leaf(_equal(left, right, path) or _equal(right, left, path), node)
        case Binary(sign="in", left=left, right=Items(items=items)) if _reads(left, path):
            values = [item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)]
            return _leaf(Only(frozenset(values)) if len(values) == len(items) else None, node)
        case Call():
            return _leaf(_called(node, path), node)
        case _:
            return Split(None, node)


def _leaf(need: Only | None, node: Node) -> Split:
    return Split(need, node if need is None else None)


def _both(one: Split, other: Split, left: Node, right: Node) -> Split:
    if one.need is not None:
        return Split(one.need, right if one.rest is None else Binary("&&", one.rest, right))
    return Split(other.need, left if other.rest is None else Binary("&&", left, other.rest))


def _either(one: Split, other: Split, node: Node) -> Split:
    if one.need is None or other.need is None:
        return Split(None, node)
    return Split(one.need.either(other.need), None if one.rest is None and other.rest is None else node)


def _equal(field: Node, constant: Node, path: Path) -> Only | None:
    if _reads(field, path) and isinstance(constant, Literal) and isinstance(constant.value, str):
        return Only(frozenset({constant.value}))
    return None


def _called(call: Call, path: Path) -> Only | None:
    match call:
        case Call(name="startsWith", target=target, arguments=(Literal(value=str(prefix)),)) if _reads(target, path):
            return Only(prefixes=(prefix,))
        case Call(name="has", target=None, arguments=(argument,)) if path == STAGE and _reads(argument, path):
            return ANY
        case _:
            return None


def _reads(node: Node | None, path: Path) -> bool:
    found = None if node is None else field_path(node)
    return found is not None and found[0] == path

"""What a rule says that can never be so in its definition: stages that there are not, numbers compared with text."""

import difflib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.journey.domain.cel_syntax import Binary, Items, Literal, Node, parts
from services.journey.domain.rule_cost import fields_of
from services.journey.domain.rule_fields import Path, RuleProblem, field_path

_STAGES: frozenset[Path] = frozenset({("j", "stage"), ("j", "previous")})
_COMPARING = frozenset({"==", "!=", "<", "<=", ">", ">="})
_KEYS = 3
"""Parts of `j.visits.paid`."""


class Keys(NamedTuple):
    """What a definition calls its stages and pain points."""

    stages: frozenset[str]
    pain_points: frozenset[str]


def check_meaning(tree: Node, keys: Keys) -> None:
    """Raises RuleProblem for what can never be so."""
    for path in sorted(fields_of(tree)):
        for of, known in (("visits", keys.stages), ("pain_points", keys.pain_points)):
            if path[:2] == ("j", of) and len(path) >= _KEYS:
                _check_key(path[2], known, "stage" if of == "visits" else "pain point", _offset(tree, path))
    for node in _nodes(tree):
        if isinstance(node, Binary):
            _check_comparison(node, keys)


def _check_comparison(node: Binary, keys: Keys) -> None:
    found = field_path(node.left)
    if found is None:
        return
    path, offset = found
    texts = [one.value for one in _compared(node) if isinstance(one, Literal) and isinstance(one.value, str)]
    if path in _STAGES:
        for text in texts:
            _check_key(text, keys.stages, "stage", offset)
    if texts and node.sign in _COMPARING and _is_number(path):
        raise RuleProblem(f"{'.'.join(path)} is a number; write {texts[0]} without quotes", offset)


def _compared(node: Binary) -> Iterable[Node]:
    return node.right.items if node.sign == "in" and isinstance(node.right, Items) else (node.right,)


def _is_number(path: Path) -> bool:
    if path[0] == "j":
        return path[1:] in {("touchpoints",), ("number",), ("effort",)} or path[1] in {"visits", "pain_points"}
    return path[:2] == ("i", "measures") or path[1:] in {("sentiment",), ("survey", "score"), ("money", "amount")}


def _check_key(key: str, known: Iterable[str], what: str, offset: int) -> None:
    if key in known:
        return
    near = difflib.get_close_matches(key, sorted(known), n=1)
    instead = f"write {near[0]}" if near else f"there are {', '.join(sorted(known)) or 'none'}"
    raise RuleProblem(f"there is no {what} {key!r} here; {instead}", offset)


def _offset(tree: Node, path: Path) -> int:
    return next(found[1] for node in _nodes(tree) if (found := field_path(node)) and found[0] == path)


def _nodes(tree: Node) -> Iterator[Node]:
    yield tree
    for part in parts(tree):
        yield from _nodes(part)

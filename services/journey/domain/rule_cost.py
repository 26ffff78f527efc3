"""What a rule costs at most, in steps, by the sizes of what it reads. A function of rule and values, and of no clock.

An estimate from above, after the cost model of cel-go (`checker.Cost`), which Kubernetes refuses expensive rules by
(KEP-2876). What differs are the prices: those of the interpreter used here, where a step takes about half a
microsecond, handing a value over costs more than looking at it, `map` and `filter` copy what they have found for each
item, and a regular expression is compiled each time.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from services.journey.domain.cel_syntax import (
    Binary,
    Call,
    Choice,
    Entries,
    Index,
    Items,
    Literal,
    Name,
    Node,
    Select,
    Unary,
    parts,
)
from services.journey.domain.rule_fields import MACROS, Path, field_path
from services.journey.domain.rule_size import ENDLESS, ONE, Shape, Size, below, either, joined, text_of

HAND_OVER_STEPS = 5
"""For each value in what is handed to the interpreter."""
PATTERN_TEXT = 200
"""Characters that a regular expression is taken to look at, at least."""
_COPYING = frozenset({"map", "filter"})
_CLASSES = {"w": 2_000, "W": 2_000, "p": 2_000, "P": 2_000, "b": 100, "B": 100, **dict.fromkeys("dDsS", 500)}
_ATOM_STEPS = 20
_ATOM = re.compile(
    r"\\(?P<escape>.)|\{(?:\d*,)?(?P<times>\d+),?\}|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<sign>[()*+?])|.",
    re.DOTALL,
)


class _Costed(NamedTuple):
    """The steps that a node takes, and the shape of its value."""

    steps: int
    shape: Shape


Sizes = Callable[[Path], Shape]


def cost(node: Node, sizes: Sizes) -> int:
    """How many steps the node takes at most, where fields have these sizes."""
    handed_over = {path: sizes(path)[0].weight for path in fields_of(node)}
    return HAND_OVER_STEPS * sum(handed_over.values()) + _Coster(sizes).of(node, {}).steps


def fields_of(node: Node) -> set[Path]:
    """The fields that a node reads."""
    if found := field_path(node):
        return {found[0]}
    return {path for part in parts(node) for path in fields_of(part)}


def listed_fields(node: Node) -> set[Path]:
    """The fields that a node takes for lists or maps."""
    found = {path for part in parts(node) for path in listed_fields(part)}
    match node:
        case Call(name=name, target=target) if name in MACROS or name == "size":
            lists = [target, *node.arguments[:1]]
        case Binary(sign="in", right=right):
            lists = [right]
        case Index(target=target):
            lists = [target]
        case _:
            return found
    return found | {read[0] for one in lists if one is not None and (read := field_path(one))}


def pattern_steps(pattern: str) -> int:
    """What compiling a regular expression costs at most: counted repetitions are written out."""
    groups: list[list[int]] = [[]]
    for atom in _ATOM.finditer(pattern):
        if atom["times"]:
            groups[-1][-1:] = [steps * max(1, int(atom["times"])) for steps in groups[-1][-1:]]
        elif atom["sign"] == "(":
            groups.append([])
        elif atom["sign"] == ")" and len(groups) > 1:
            inner = sum(groups.pop())
            groups[-1].append(inner)
        elif not atom["sign"]:
            groups[-1].append(_atom_steps(atom))
    return sum(map(sum, groups))


def _atom_steps(atom: re.Match[str]) -> int:
    escapes = atom["escape"] or "".join(re.findall(r"\\(.)", atom["class"] or ""))
    return _ATOM_STEPS + sum(_CLASSES.get(escape, 0) for escape in escapes)


class _Coster:
    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes

    def of(self, node: Node, bound: Mapping[str, Shape]) -> _Costed:
        """The steps and the shape of a node; `bound` are the shapes of what macros have named."""
        if found := field_path(node):
            return _Costed(1, self._sizes(found[0]))
        steps, shape = _COST[type(node)](self, node, bound)
        return _Costed(min(steps, ENDLESS), tuple(Size(*(min(n, ENDLESS) for n in size)) for size in shape))

    def _all(self, nodes: Iterable[Node], bound: Mapping[str, Shape]) -> tuple[int, list[Shape]]:
        costed = [self.of(node, bound) for node in nodes]
        return sum(one.steps for one in costed), [one.shape for one in costed]

    def literal(self, node: Literal, _: Mapping[str, Shape]) -> _Costed:
        return _Costed(1, text_of(len(node.text)) if node.text[:1] in "\"'rR" else ONE)

    def name(self, node: Name, bound: Mapping[str, Shape]) -> _Costed:
        return _Costed(1, bound.get(node.name, ONE))

    def inner(self, node: Select | Index, bound: Mapping[str, Shape]) -> _Costed:
        steps, (whole, *_) = self._all(parts(node), bound)
        return _Costed(1 + steps, below(whole))

    def unary(self, node: Unary, bound: Mapping[str, Shape]) -> _Costed:
        return _Costed(1 + self.of(node.operand, bound).steps, ONE)

    def binary(self, node: Binary, bound: Mapping[str, Shape]) -> _Costed:
        steps, (left, *_, right) = self._all(parts(node), bound)
        if node.sign in {"||", "&&"}:
            return _Costed(1 + steps, ONE)
        if node.sign == "in":
            return _Costed(1 + steps + right[0].weight, ONE)
        if node.sign == "+":
            return _Costed(1 + steps + left[0].weight + right[0].weight, joined(left, right))
        return _Costed(1 + steps + min(left[0].weight, right[0].weight), ONE)

    def choice(self, node: Choice, bound: Mapping[str, Shape]) -> _Costed:
        yes, no = self.of(node.yes, bound), self.of(node.no, bound)
        steps = 1 + self.of(node.condition, bound).steps + max(yes.steps, no.steps)
        return _Costed(steps, either(yes.shape, no.shape))

    def listed(self, node: Items | Entries, bound: Mapping[str, Shape]) -> _Costed:
        steps, shapes = self._all(parts(node), bound)
        inside = ONE
        for shape in shapes:
            inside = either(inside, shape)
        whole = Size(len(shapes), 1 + sum(shape[0].weight for shape in shapes))
        return _Costed(1 + steps + whole.weight, (whole, *inside))

    def call(self, node: Call, bound: Mapping[str, Shape]) -> _Costed:
        if node.name in MACROS and node.target is not None:
            return self._macro(node, node.target, bound)
        steps, shapes = self._all(parts(node), bound)
        steps += 1 + (0 if node.name in {"has", "size"} else sum(shape[0].weight for shape in shapes))
        if node.name == "matches" and shapes:
            steps += max(shapes[0][0].items, PATTERN_TEXT) + pattern_steps(pattern_of(node))
        return _Costed(steps, text_of(100) if node.name == "string" else shapes[0] if node.name == "dyn" else ONE)

    def _macro(self, node: Call, target: Node, bound: Mapping[str, Shape]) -> _Costed:
        over, item = self.of(target, bound), node.arguments[0]
        times, inside = (
            over.shape[0].items,
            {**bound, item.name: below(over.shape)} if isinstance(item, Name) else bound,
        )
        steps, shapes = self._all(node.arguments[1:], inside)
        steps = 1 + over.steps + times * (1 + steps)
        if node.name not in _COPYING:
            return _Costed(steps, ONE)
        kept = below(over.shape) if node.name == "filter" else shapes[-1]
        return _Costed(steps + times * times * kept[0].weight, (Size(times, 1 + times * kept[0].weight), *kept))


def pattern_of(call: Call) -> str:
    """The regular expression that a call of `matches` is given, as it is after the escapes of CEL."""
    given = call.arguments[-1] if call.arguments else None
    if not isinstance(given, Literal):
        return ""
    return given.text if given.text[:1] in "rR" else given.text.replace("\\\\", "\\")


_COST: dict[type, Callable[[_Coster, Any, Mapping[str, Shape]], _Costed]] = {
    Literal: _Coster.literal,
    Name: _Coster.name,
    Select: _Coster.inner,
    Index: _Coster.inner,
    Call: _Coster.call,
    Unary: _Coster.unary,
    Binary: _Coster.binary,
    Choice: _Coster.choice,
    Items: _Coster.listed,
    Entries: _Coster.listed,
}

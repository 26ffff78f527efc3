"""Writes a rule's tree as CEL again: fields become plain variables, and comparisons are guarded against absent ones."""

from collections.abc import Callable, Iterable
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
    chain,
    operands,
)
from services.journey.domain.rule_fields import (
    IN_SEGMENTS,
    MACROS,
    ROOTS,
    SEGMENTS,
    TYPE_NAMES,
    Path,
    RuleProblem,
    check_function,
    check_path,
    field_path,
    unknown_name,
)

_MACRO_ARGUMENTS = (2, 3)


class Mention(NamedTuple):
    """A segment that a rule names, and where."""

    segment: str
    offset: int


class RuleWriter:
    """Keeps which variable stands for which field, and patterns and segments met, while it writes one rule."""

    def __init__(self) -> None:
        self.variables: dict[Path, str] = {}
        self.patterns: list[tuple[str, int]] = []
        self.segments: list[Mention] = []
        self._bound: list[str] = []

    @property
    def reads_profile(self) -> bool:
        """Whether a field of the profile was met."""
        return any(path[0] == "p" for path in self.variables)

    def condition(self, node: Node) -> str:
        """The node where true or false is wanted: whatever compares an absent field is false. Raises RuleProblem."""
        match node:
            case Binary(sign="||" | "&&" as sign):
                return f"({f' {sign} '.join(self.condition(part) for part in chain(node))})"
            case Unary(sign="!", operand=operand):
                return f"!({self.condition(operand)})"
            case Choice():
                return f"({self.condition(node.condition)} ? {self.condition(node.yes)} : {self.condition(node.no)})"
            case Binary(sign="==" | "!=", left=left, right=right):
                return self._guarded(self.value(node), [side for side in (left, right) if field_path(side) is None])
            case _:
                return self._leaf(node)

    def _leaf(self, node: Node) -> str:
        match node:
            case Call(target=None, name="has"):
                return self.value(node)
            case Binary(sign="in", left=left, right=right) if found := field_path(right, SEGMENTS):
                return self._membership(left, found[1])
            case _:
                return self._guarded(self.value(node), [node])

    def value(self, node: Node) -> str:
        """The node as it stands. Raises RuleProblem."""
        if found := field_path(node):
            return self._variable(*found)
        return _WRITE[type(node)](self, node)

    def required(self, node: Node) -> frozenset[str]:
        """The variables without which a condition that was written is false whatever the others are."""
        match node:
            case Binary(sign="&&", left=left, right=right):
                return self.required(left) | self.required(right)
            case Binary(sign="||" | "==" | "!=") | Unary(sign="!") | Choice() | Call(target=None, name="has"):
                return frozenset()
            case _:
                return frozenset(self._read(node))

    def _guarded(self, written: str, nodes: Iterable[Node]) -> str:
        read = sorted({variable for node in nodes for variable in self._read(node)})
        return f"({' && '.join([*(f'{name} != null' for name in read), written])})" if read else written

    def _read(self, node: Node) -> set[str]:
        """The variables whose absence would make this node fail."""
        if found := field_path(node):
            return {self.variables[found[0]]}
        if isinstance(node, Choice) or (isinstance(node, Binary) and node.sign in {"||", "&&"}):
            return set()
        parts = operands(node)
        if isinstance(node, Call) and (node.name in MACROS or node.name == "has"):
            parts = parts[:1] if node.target is not None else ()
        return {variable for part in parts for variable in self._read(part)}

    def _membership(self, segment: Node, offset: int) -> str:
        """Only names that are written out: so it is known what depends on what."""
        if not isinstance(segment, Literal) or not isinstance(segment.value, str):
            raise RuleProblem(IN_SEGMENTS, offset)
        self.segments.append(Mention(segment.value, offset))
        name = self.variables.setdefault(SEGMENTS, f"v{len(self.variables)}")
        return f"({name} != null && {segment.text} in {name})"

    def _variable(self, path: Path, offset: int) -> str:
        check_path(path, offset)
        return self.variables.setdefault(path, f"v{len(self.variables)}")

    def _name(self, node: Name) -> str:
        if node.name in self._bound:
            return f"x_{node.name}"
        if node.name in TYPE_NAMES:
            return node.name
        raise unknown_name(node)

    def _select(self, node: Select) -> str:
        rest, target = f".{node.field}", node.target
        while isinstance(target, Select):
            rest, target = f".{target.field}{rest}", target.target
        if isinstance(target, Name) and target.name not in self._bound:
            raise unknown_name(target, rest)
        return f"({self.value(node.target)}).{node.field}"

    def _choice(self, node: Choice) -> str:
        return f"({self.condition(node.condition)} ? {self.value(node.yes)} : {self.value(node.no)})"

    def _items(self, node: Items) -> str:
        return f"[{', '.join(self.value(item) for item in node.items)}]"

    def _entries(self, node: Entries) -> str:
        return f"{{{', '.join(f'{self.value(key)}: {self.value(value)}' for key, value in node.entries)}}}"

    def _call(self, node: Call) -> str:
        check_function(node.name, node.offset)
        if node.name == "has":
            return self._has(node)
        if node.name in MACROS:
            return self._macro(node)
        if node.name == "matches" and node.arguments and isinstance(node.arguments[-1], Literal):
            self.patterns.append((node.arguments[-1].text, node.offset))
        target = "" if node.target is None else f"({self.value(node.target)})."
        return f"{target}{node.name}({', '.join(self.value(argument) for argument in node.arguments)})"

    def _has(self, node: Call) -> str:
        argument = node.arguments[0] if len(node.arguments) == 1 and node.target is None else None
        if argument is not None and (found := field_path(argument)):
            return f"({self._variable(*found)} != null)"
        if isinstance(argument, Select):
            return f"has({self.value(argument)})"
        raise RuleProblem("has() takes one field; write has(i.reason)", node.offset)

    def _macro(self, node: Call) -> str:
        item = node.arguments[0] if len(node.arguments) in _MACRO_ARGUMENTS else None
        if node.target is None or not isinstance(item, Name) or item.name in ROOTS:
            raise RuleProblem(f"write i.identifiers.{node.name}(x, a condition on x)", node.offset)
        over = self.value(node.target)
        self._bound.append(item.name)
        write = self.value if node.name == "map" else self.condition
        body = ", ".join(write(argument) for argument in node.arguments[1:])
        self._bound.pop()
        return f"({over}).{node.name}(x_{item.name}, {body})"


_WRITE: dict[type, Callable[[RuleWriter, Any], str]] = {
    Literal: lambda _, node: str(node.text),
    Name: RuleWriter._name,  # noqa: SLF001
    Select: RuleWriter._select,  # noqa: SLF001
    Index: lambda writer, node: f"({writer.value(node.target)})[{writer.value(node.key)}]",
    Unary: lambda writer, node: f"{node.sign}({writer.value(node.operand)})",
    Binary: lambda writer, node: f"({writer.value(node.left)} {node.sign} {writer.value(node.right)})",
    Choice: RuleWriter._choice,  # noqa: SLF001
    Items: RuleWriter._items,  # noqa: SLF001
    Entries: RuleWriter._entries,  # noqa: SLF001
    Call: RuleWriter._call,  # noqa: SLF001
}

"""The syntax of CEL as a small tree, so that rules can be checked, indexed and made null-safe before they are compiled.

Follows the grammar of the CEL language definition; left out are messages (`Type{field: value}`) and byte strings,
which rules over interactions have no use for.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

MAX_DEPTH = 50

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
      | (?P<string>[rR]?(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
      | (?P<number>0x[0-9a-fA-F]+u?|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?u?)
      | (?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
      | (?P<sign>\|\||&&|<=|>=|==|!=|[-+*/%<>!?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
_CONSTANTS = {"true": True, "false": False, "null": None}
_MEANT = {
    "=": "==",
    **dict.fromkeys(("and", "AND", "&"), "&&"),
    **dict.fromkeys(("or", "OR", "|"), "||"),
    **dict.fromkeys("\u201c\u201d\u201e", '"'),
    **dict.fromkeys("\u2018\u2019", "'"),
}


class SyntaxProblem(Exception):
    """The text is not CEL; `offset` is where, in characters from its start."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; `value` is None for null and for what needs no value here."""

    text: str
    value: str | bool | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable. Two are the same wherever they stand."""

    name: str
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Select:
    """`target.field`"""

    target: "Node"
    field: str


@dataclass(frozen=True, slots=True)
class Index:
    """`target[key]`"""

    target: "Node"
    key: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)` or `target.name(arguments)`."""

    target: "Node | None"
    name: str
    arguments: tuple["Node", ...]
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`!x` or `-x`"""

    sign: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Any operator with two sides, `in` too."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? yes : no`"""

    condition: "Node"
    yes: "Node"
    no: "Node"


@dataclass(frozen=True, slots=True)
class Items:
    """`[a, b]`"""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """`{a: b}`"""

    entries: tuple[tuple["Node", "Node"], ...]


Node: TypeAlias = Literal | Name | Select | Index | Call | Unary | Binary | Choice | Items | Entries


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int


def parse(text: str) -> Node:
    """The tree of a CEL expression. Raises SyntaxProblem."""
    parser = _Parser(list(_tokens(text)), len(text))
    tree = parser.expression()
    parser.expect_end()
    return tree


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SyntaxProblem(_means_nothing(text, at), at)
        if match.lastgroup != "space":
            yield _Token(str(match.lastgroup), match.group(), at)
        at = match.end()


def _means_nothing(text: str, at: int) -> str:
    sign = text[at]
    if sign in "\"'":
        return f"the quote {sign} is not closed"
    word = re.match(r"\w+", text[at:])
    if word is not None and not word[0].isdigit():
        return f'{word[0]} is text; write "{word[0]}" in quotes'
    return f"{sign!r} means nothing here{_meant(sign)}"


def _meant(text: str) -> str:
    return f", {_MEANT[text]} is meant" if text in _MEANT else ""


def _plain(text: str) -> str | None:
    """The value of a string literal; None when it has escapes, which nothing here needs to read."""
    if "\\" in text:
        return None
    quoted = text.lstrip("rR")
    quotes = 3 if quoted.startswith(('"""', "'''")) else 1
    return quoted[quotes:-quotes]


_LEVELS = (("||",), ("&&",), ("<", "<=", ">", ">=", "==", "!=", "in"), ("+", "-"), ("*", "/", "%"))


class _Parser:
    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = [*tokens, _Token("end", "the end", length)]
        self._at = 0
        self._depth = 0

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SyntaxProblem("the rule is nested too deeply", self._peek.offset)
        condition = self._binary(0)
        if self._take("?"):
            yes = self._binary(0)
            self._expect(":")
            condition = Choice(condition, yes, self.expression())
        self._depth -= 1
        return condition

    def expect_end(self) -> None:
        if self._peek.kind != "end":
            if self._peek.text == "not":
                raise SyntaxProblem("not is written before all of it: !(i.type in [...])", self._peek.offset)
            raise SyntaxProblem(f"{self._peek.text!r} is one too many{_meant(self._peek.text)}", self._peek.offset)

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def _take(self, *texts: str) -> _Token | None:
        if self._peek.text in texts and self._peek.kind in {"sign", "name"}:
            return self._next()
        return None

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise SyntaxProblem(f"{text!r} is missing before {self._peek.text!r}", self._peek.offset)

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while sign := self._take(*_LEVELS[level]):
            left = Binary(sign.text, left, self._binary(level + 1))
        return left

    def _unary(self) -> Node:
        signs = []
        while sign := self._take("!", "-"):
            signs.append(sign.text)
        node = self._member()
        for text in reversed(signs):
            node = Unary(text, node)
        return node

    def _member(self) -> Node:
        node = self._primary()
        while sign := self._take(".", "["):
            if sign.text == "[":
                node = Index(node, self.expression())
                self._expect("]")
            else:
                node = self._selected(node)
        return node

    def _selected(self, target: Node) -> Node:
        token = self._next()
        if token.kind != "name":
            raise SyntaxProblem(f"a field's name is missing before {token.text!r}", token.offset)
        if self._take("("):
            return Call(target, token.text, self._list(")"), token.offset)
        return Select(target, token.text)

    def _primary(self) -> Node:
        token = self._next()
        if token.kind == "string":
            return Literal(token.text, _plain(token.text))
        if token.kind == "number":
            return Literal(token.text)
        if token.kind == "name":
            return self._named(token)
        return self._bracketed(token)

    def _named(self, token: _Token) -> Node:
        if token.text in _CONSTANTS:
            return Literal(token.text, _CONSTANTS[token.text])
        if self._take("("):
            return Call(None, token.text, self._list(")"), token.offset)
        return Name(token.text, token.offset)

    def _bracketed(self, token: _Token) -> Node:
        if token.text == "(":
            inner = self.expression()
            if self._peek.text == ",":
                raise SyntaxProblem("a list stands in [ ]", token.offset)
            self._expect(")")
            return inner
        if token.text == "[":
            return Items(self._list("]"))
        if token.text == "{":
            return self._entries()
        meant = ", != is meant" if token.text == ">" else ""
        raise SyntaxProblem(f"a value is missing before {token.text!r}{meant}", token.offset)

    def _list(self, closing: str) -> tuple[Node, ...]:
        items = []
        while not self._take(closing):
            items.append(self.expression())
            if not self._take(","):
                self._expect(closing)
                break
        return tuple(items)

    def _entries(self) -> Node:
        entries = []
        while not self._take("}"):
            key = self._binary(0)
            self._expect(":")
            entries.append((key, self.expression()))
            if not self._take(","):
                self._expect("}")
                break
        return Entries(tuple(entries))


def parts(node: Node) -> tuple[Node, ...]:
    """All nodes that a node is made of; of a chain of `&&` or of `||` all that it links."""
    match node:
        case Binary(sign="&&" | "||"):
            return chain(node)
        case Choice():
            return node.condition, node.yes, node.no
        case Entries():
            return tuple(part for entry in node.entries for part in entry)
        case _:
            return operands(node)


def chain(node: Binary) -> tuple[Node, ...]:
    """What the same operator links, from left to right."""
    links: list[Node] = []
    left: Node = node
    while isinstance(left, Binary) and left.sign == node.sign:
        links.append(left.right)
        left = left.left
    return (left, *reversed(links))


def depth(node: Node) -> int:
    """How deep the tree is: 1 for a node without parts."""
    deepest, to_do = 1, [(node, 1)]
    while to_do:
        one, level = to_do.pop()
        deepest = max(deepest, level)
        to_do += [(part, level + 1) for part in parts(one)]
    return deepest


_OPERANDS: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    Select: lambda node: (node.target,),
    Index: lambda node: (node.target, node.key),
    Call: lambda node: node.arguments if node.target is None else (node.target, *node.arguments),
    Unary: lambda node: (node.operand,),
    Binary: lambda node: (node.left, node.right),
    Items: lambda node: node.items,
}


def operands(node: Node) -> tuple[Node, ...]:
    """The nodes that an expression without a condition of its own is made of, in order."""
    of = _OPERANDS.get(type(node))
    return of(node) if of else ()

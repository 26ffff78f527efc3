"""The text of a journey definition or a segment: YAML 1.2 or JSON, read so that a problem names its line and field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from services.journey.domain.definition_advice import MAX_NESTED, TOO_DEEP, Place, advice, yaml_advice

MAX_CHARACTERS = 200_000
MOST_TOLD = 20

Document = TypeVar("Document", bound=BaseModel)


class Problem(NamedTuple):
    """One thing to change: where, and what to write instead."""

    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        """As one sentence."""
        where = f"line {self.line}, " if self.line else ""
        return f"{where}{self.field}: {self.message}"


class DefinitionProblem(Exception):
    """The text is not what it should define; `problems` says what is wrong with it, the first of many."""

    def __init__(self, name: str, problems: Sequence[Problem], more: int = 0) -> None:
        told = problems[:MOST_TOLD]
        if more := more + len(problems) - len(told):
            told = [*told, Problem(None, "text", f"{more:,} more problems are told once these are mended")]
        super().__init__(f"{name}: " + "; ".join(map(str, told)))
        self.name = name
        self.problems = tuple(told)


@dataclass(frozen=True, slots=True)
class Source(Generic[Document]):
    """A definition with the lines that its fields stand on."""

    definition: Document
    name: str
    lines: Mapping[Place, int]

    def problem(self, place: Place, message: str) -> Problem:
        """A problem at `place`."""
        return Problem(_line(self.lines, place), _dotted(place), message)


_SCALARS = (
    ("bool", r"^(?:true|false|True|False)$", "tfTF"),
    ("int", r"^[-+]?[0-9]{1,18}$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})(?:[eE][-+]?[0-9]{1,2})?$", "-+.0123456789"),
    ("null", r"^(?:~|null|)$", ("~", "n", "")),
)


class _Loader(yaml.SafeLoader):
    """YAML 1.2: `on` and `no` are words, and dates are text."""

    yaml_implicit_resolvers: Any = {  # noqa: RUF012 -- typed by PyYAML as of the instance
        first: [
            (f"tag:yaml.org,2002:{tag}", re.compile(pattern)) for tag, pattern, begins in _SCALARS if first in [*begins]
        ]
        for first in ("", "~", *"ntfTF-+.0123456789")
    }

    def fetch_flow_collection_start(self, token: Any) -> None:
        """Goes one deeper. Raises ScannerError when that is too deep."""
        self._refuse_depth()
        super().fetch_flow_collection_start(token)

    def add_indent(self, column: int) -> bool:
        """Whether it goes one deeper. Raises ScannerError when that is too deep."""
        if column > self.indent:
            self._refuse_depth()
        return bool(super().add_indent(column))

    def _refuse_depth(self) -> None:
        """While it is scanned: what is built of it takes time that grows with the square of the depth."""
        if self.flow_level + len(self.indents) >= MAX_NESTED:
            raise yaml.scanner.ScannerError(None, None, TOO_DEEP, self.get_mark())


def read_definition(text: str, kind: type[Document], *, name: str, json: bool) -> Source[Document]:
    """The checked definition and where its fields stand. Raises DefinitionProblem."""
    if len(text) > MAX_CHARACTERS:
        raise DefinitionProblem(name, [Problem(None, "", f"write at most {MAX_CHARACTERS} characters")])
    node = _composed(text.replace("\t", " ") if json else text, name)
    lines = dict(_lines(node, ()))
    try:
        definition = kind.model_validate(_Loader("").construct_document(node))
    except ValidationError as error:
        raise _refused(error, kind, name, lines) from None
    return Source(definition, name, lines)


def _composed(text: str, name: str) -> yaml.Node:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            raise DefinitionProblem(name, [Problem(None, "", "write out what *aliases stand for")])
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line, message = yaml_advice(error, text)
        raise DefinitionProblem(name, [Problem(line, "text", message)]) from None
    except (yaml.YAMLError, RecursionError):
        raise DefinitionProblem(name, [Problem(None, "text", "this is not YAML")]) from None
    if not isinstance(node, yaml.MappingNode):
        raise DefinitionProblem(name, [Problem(1, "text", "write fields, beginning with key: and version:")])
    _refuse_repeated(node, name)
    return node


def _refuse_repeated(node: yaml.Node, name: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                message = "write each field once, as a word; another item of a list begins with a dash"
                field = key.value[:60] if isinstance(key, yaml.ScalarNode) else "text"
                raise DefinitionProblem(name, [Problem(key.start_mark.line + 1, field, message)])
            if value.tag.startswith("!"):
                message = "put all of the text after the colon in single quotes: it begins with !"
                raise DefinitionProblem(name, [Problem(key.start_mark.line + 1, key.value, message)])
            seen.add(key.value)
            _refuse_repeated(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_repeated(item, name)


def _lines(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*place, key.value))
            yield (*place, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _lines(item, (*place, number))


def _line(lines: Mapping[Place, int], place: Place) -> int | None:
    while place not in lines and place:
        place = place[:-1]
    return lines.get(place)


def _dotted(place: Place) -> str:
    return ".".join(map(str, place)) or "text"


def _refused(error: ValidationError, kind: type[BaseModel], name: str, lines: Mapping[Place, int]) -> DefinitionProblem:
    """The first problems, without those of a field in which others are told."""
    errors = [(_place(one), one) for one in error.errors(include_url=False)]
    above = {place[:length] for place, _ in errors for length in range(1, len(place))}
    deepest = [(place, one) for place, one in errors if place not in above]
    told = [
        Problem(_line(lines, place), _dotted(place), advice(one, kind, place)) for place, one in deepest[:MOST_TOLD]
    ]
    return DefinitionProblem(name, told, len(deepest) - len(told))


def _place(error: Any) -> Place:
    return tuple(error.get("ctx", {}).get("place", error["loc"]))

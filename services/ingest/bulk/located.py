"""YAML whose every value knows its line, so that an error can name it.

Scalars are read as in JSON: `true`, `false`, `null` and plain numbers; everything else is text. So `NO`, `0:00:00`,
`007` and `2010-08-01` mean what they look like. Keys are always text.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]


class NotYaml(ValueError):
    """The text is not YAML, or writes one key twice; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- PyYAML's own hook


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9]\d*)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9]\d*)\.\d+$"), list("-0123456789"))


@dataclass(frozen=True, slots=True)
class Located:
    """A YAML document's value and the line of everything in it."""

    value: Any
    lines: dict[Path, int] = field(repr=False)

    def find(self, location: tuple[str | int, ...]) -> tuple[Path, int]:
        """The path and line that a validator's `location` means; parts that are not in the document are passed over."""
        path: Path = ()
        for part in location:
            path = (*path, part) if (*path, part) in self.lines else path
        return path, self.lines[path]


def load(text: str) -> Located:
    """`text` as a value with lines. Raises NotYaml."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {(): 1}
        return Located(_build(loader, node, (), lines) if node else None, lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NotYaml(line, error.problem or "not YAML") from error
    except yaml.YAMLError as error:
        raise NotYaml(1, str(error)) from error
    finally:
        loader.dispose()


def _build(loader: _Loader, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, index), lines) for index, item in enumerate(node.value)]
    return loader.construct_object(node)


def _mapping(loader: _Loader, node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise NotYaml(line, "a key must be a plain text; put quotes around a value that begins with a brace")
        if key_node.value in result:
            raise NotYaml(line, f"{key_node.value!r} is written twice")
        lines[(*path, key_node.value)] = line
        result[key_node.value] = _build(loader, value_node, (*path, key_node.value), lines)
    return result

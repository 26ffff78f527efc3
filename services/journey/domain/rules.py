"""Rules: CEL expressions over one interaction (`i`) and the journey so far (`j`), compiled once.

A rule is handed only the values that it reads. A comparison with an absent field is false however the rule combines
it, so `!(i.measures.wait_seconds > 120.0)` holds when nobody measured; `==` and `!=` take an absent field for null.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cel

from services.journey.domain.cel_syntax import SyntaxProblem, parse
from services.journey.domain.rule_fields import Path, RuleProblem
from services.journey.domain.rule_index import Only, needs
from services.journey.domain.rule_writer import RuleWriter

MAX_REASON = 120


class RuleFailure(Exception):
    """A rule met values it was not written for; it counts as false."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule. `types` and `stages` are None when it may hold for any type, in any stage."""

    name: str
    text: str
    types: Only | None
    stages: Only | None
    variables: tuple[tuple[str, Path], ...]
    program: cel.Program

    def holds(self, i: Mapping[str, Any], j: Mapping[str, Any]) -> bool:
        """Whether the rule holds for this interaction in this journey. Raises RuleFailure."""
        values = {name: _value(i if path[0] == "i" else j, path) for name, path in self.variables}
        try:
            result = self.program.execute(values)
        except KeyError:
            return False  # an absent field of an item in a list
        except Exception as error:
            raise RuleFailure(f"{type(error).__name__}: {str(error)[:MAX_REASON]}") from error
        if not isinstance(result, bool):
            raise RuleFailure(f"gives a {type(result).__name__}, not true or false")
        return result


def compile_rule(name: str, text: str) -> Rule:
    """The rule, ready to run. Raises RuleProblem."""
    try:
        tree = parse(text)
    except SyntaxProblem as problem:
        hint = 'write a CEL expression such as i.type == "order.placed"'
        raise RuleProblem(f"{problem}; {hint}", problem.offset) from None
    writer = RuleWriter()
    guarded = writer.condition(tree)
    for pattern, offset in writer.patterns:
        _check_pattern(pattern, offset)
    return Rule(
        name=name,
        text=text,
        types=needs(tree, ("i", "type")),
        stages=needs(tree, ("j", "stage")),
        variables=tuple((variable, path) for path, variable in writer.variables.items()),
        program=_compiled(guarded),
    )


def _compiled(text: str) -> cel.Program:
    try:
        return cel.compile(text)
    except ValueError as error:
        raise RuleProblem(f"this is not CEL: {str(error).splitlines()[0][:MAX_REASON]}") from error


def _check_pattern(pattern: str, offset: int) -> None:
    try:
        cel.evaluate(f'"".matches({pattern})')
    except Exception as error:
        raise RuleProblem(f"{pattern} is not a regular expression; RE2 syntax is understood", offset) from error


def _value(root: Mapping[str, Any], path: Path) -> Any:
    value: Any = root
    for part in path[1:]:
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value

"""Rules: CEL expressions over one interaction (`i`) and the journey so far (`j`), compiled once.

A rule is handed only the values that it reads. A comparison with an absent field is false however the rule combines
it, so `!(i.measures.wait_seconds > 120.0)` holds when nobody measured; `==` and `!=` take an absent field for null.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cel

from services.journey.domain.cel_syntax import Node, SyntaxProblem, parse
from services.journey.domain.model import Journey
from services.journey.domain.rule_fields import Path, RuleProblem
from services.journey.domain.rule_index import Only, split
from services.journey.domain.rule_writer import RuleWriter

MAX_REASON = 120


class RuleFailure(Exception):
    """A rule met values it was not written for; it counts as false."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule.

    `types` and `stages` are None when it may hold for any type, in any stage. `program` evaluates what they do not
    decide; None when they decide all. Without a value for each of `required` the rule is false.
    """

    name: str
    text: str
    types: Only | None
    stages: Only | None
    variables: tuple[tuple[str, Path], ...]
    required: frozenset[str]
    program: cel.Program | None

    def holds(self, i: Mapping[str, Any], j: Journey | None) -> bool:
        """Whether the rule holds for this interaction in this journey, None outside of one. Raises RuleFailure."""
        if self.types is not None and not self.types.admits(i.get("type")):
            return False
        if self.stages is not None and not self.stages.admits(j.stage if j else None):
            return False
        if self.program is None:
            return True
        values = {}
        for name, path in self.variables:
            value = _value(i, j, path)
            if value is None and name in self.required:
                return False
            values[name] = value
        return self._evaluated(self.program, values)

    def _evaluated(self, program: cel.Program, values: dict[str, Any]) -> bool:
        try:
            result = program.execute(values)
        except KeyError:
            return False  # an absent field of an item in a list
        except Exception as error:
            raise RuleFailure(f"{type(error).__name__}: {str(error)[:MAX_REASON]}") from error
        if not isinstance(result, bool):
            raise RuleFailure(f"gives a {type(result).__name__}, not true or false")
        return result


def compile_rule(name: str, text: str) -> Rule:
    """The rule, ready to run. Raises RuleProblem."""
    tree = _parsed(text)
    RuleWriter().condition(tree)  # for its problems: the index may leave little of the rule to be written
    types = split(tree, ("i", "type"))
    stages = split(types.rest, ("j", "stage")) if types.rest else types._replace(need=None)
    writer = RuleWriter()
    guarded = writer.condition(stages.rest) if stages.rest else None
    for pattern, offset in writer.patterns:
        _check_pattern(pattern, offset)
    return Rule(
        name=name,
        text=text,
        types=types.need,
        stages=stages.need,
        variables=tuple((variable, path) for path, variable in writer.variables.items()),
        required=writer.required(stages.rest) if stages.rest else frozenset(),
        program=_compiled(guarded) if guarded else None,
    )


def _parsed(text: str) -> Node:
    try:
        return parse(text)
    except SyntaxProblem as problem:
        hint = 'write a CEL expression such as i.type == "order.placed"'
        raise RuleProblem(f"{problem}; {hint}", problem.offset) from None


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


def _value(i: Mapping[str, Any], j: Journey | None, path: Path) -> Any:
    value: Any = i.get(path[1]) if path[0] == "i" else getattr(j, path[1], None)
    for part in path[2:]:
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value

"""Rules: CEL expressions over one interaction (`i`) and the journey so far (`j`), compiled once.

A rule is handed only the values that it reads. A comparison with an absent field is false however the rule combines
it, so `!(i.measures.wait_seconds > 120.0)` holds when nobody measured; `==` and `!=` take an absent field for null.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cel
import msgspec

from services.journey.domain.cel_syntax import Node, SyntaxProblem, depth, parse
from services.journey.domain.model import Journey, Kind
from services.journey.domain.rule_budget import (
    DEFINITION_STEPS,
    MOST_READ,
    RULE_STEPS,
    TOO_MANY,
    TOO_MANY_TOGETHER,
    Steps,
    steps_of,
    usual_steps,
)
from services.journey.domain.rule_direct import Condition, Unsure, direct, getter
from services.journey.domain.rule_fields import Path, RuleProblem
from services.journey.domain.rule_index import STAGE, Only, split
from services.journey.domain.rule_meaning import Keys, check_meaning
from services.journey.domain.rule_writer import Mention, RuleWriter

MAX_REASON = 120
MAX_DEPTH = 30
"""The interpreter reads expressions that are three times as deep."""
SELDOM_READ = 1_000
"""Values of which a rule that is evaluated directly wants one."""
TYPE, CHANNEL, REASON = ("i", "type"), ("i", "channel"), ("i", "reason")
INDEXED: tuple[Path, ...] = (TYPE, CHANNEL, REASON, STAGE)
"""The fields by which rules are looked up."""


class RuleFailure(Exception):
    """A rule met values it was not written for, or too many; it counts as false."""


class Budget(msgspec.Struct, gc=False):
    """The steps that all rules of a definition may take together on one interaction."""

    left: int = DEFINITION_STEPS


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule.

    `types`, `channels`, `reasons` and `stages` are None where the rule may hold for any. `condition` evaluates what
    they do not decide; None when they decide all. `steps` counts what it takes, where that is not known beforehand.
    `tree` is that of a rule that reads the profile, and has to be `answered` by one before it is asked; `segments` are
    those that it names. One that is `never` true concerns nothing.
    """

    name: str
    text: str
    types: Only | None
    channels: Only | None
    reasons: Only | None
    stages: Only | None
    condition: Condition | None
    steps: Steps | None = None
    tree: Node | None = None
    segments: Sequence[Mention] = ()
    never: bool = False

    def concerns(self, kind: Kind) -> bool:
        """Whether the rule can hold for interactions of this kind."""
        return (
            not self.never
            and (self.types is None or self.types.admits(kind.type))
            and (self.channels is None or self.channels.admits(kind.channel))
            and (self.reasons is None or self.reasons.admits(kind.reason))
        )

    def holds(self, i: Mapping[str, Any], j: Journey | None, budget: Budget | None = None) -> bool:
        """Whether the rule holds for this interaction in this journey, None outside of one.

        `i` is of a kind that the rule concerns. What the rule takes is taken off the `budget`. Raises RuleFailure.
        """
        if self.stages is not None and (j is None or not self.stages.admits(j.stage)):
            return False
        if self.steps is not None:
            _spend(self.steps, i, j, budget or Budget())
        return self.condition is None or self.condition(i, j)


def _spend(count: Steps, i: Mapping[str, Any], j: Journey | None, budget: Budget) -> None:
    """Raises RuleFailure where too little is left; a rule that takes too much has used up its share all the same."""
    steps = count(i, j) if budget.left > 0 else 1
    left, budget.left = budget.left, budget.left - min(steps, RULE_STEPS)
    if steps > RULE_STEPS:
        raise RuleFailure(TOO_MANY)
    if steps > left:
        raise RuleFailure(TOO_MANY_TOGETHER)


def steps_at_most(text: str, keys: Keys | None = None) -> int:
    """How many steps the rule takes where all that it reads is of a usual size.

    Raises RuleProblem for too many, and for what can never be so in a definition with these keys.
    """
    tree = _parsed(text)
    if keys is not None:
        check_meaning(tree, keys)
    return usual_steps(tree)


def compile_rule(name: str, text: str) -> Rule:
    """The rule, ready to run. Raises RuleProblem."""
    tree, writer = _parsed(text), RuleWriter()
    writer.condition(tree)  # for its problems: the index may leave little of the rule to be written
    rule = indexed(name, text, tree)
    return replace(rule, tree=tree, segments=writer.segments) if writer.reads_profile else rule


def indexed(name: str, text: str, tree: Node | None) -> Rule:
    """The rule of a checked tree; without one it always holds. Raises RuleProblem for a pattern that is none."""
    rest = tree
    needs: dict[Path, Only | None] = {}
    for path in INDEXED:
        needs[path], rest = split(rest, path) if rest else (None, None)
    return Rule(
        name=name,
        text=text,
        types=needs[TYPE],
        channels=needs[CHANNEL],
        reasons=needs[REASON],
        stages=needs[STAGE],
        condition=condition_of(rest) if rest else None,
        steps=steps_of(rest) if rest and direct(rest) is None else None,
    )


def without_meaning(name: str, text: str, problem: str) -> Rule:
    """Stands for a rule that was understood once: it fails whenever it is asked."""

    def condition(_i: Mapping[str, Any], _j: Journey | None) -> bool:
        raise RuleFailure(f"is no longer understood: {problem[:MAX_REASON]}")

    return Rule(name, text, None, None, None, None, condition)


def condition_of(node: Node) -> Condition:
    """The condition, evaluated directly where that is known to say the same. It may raise RuleFailure."""
    quick = direct(node)
    return _quick(quick, _bounded(node)) if quick else interpreted(node)


def bounded(node: Node) -> Condition:
    """The condition where no rule is asked how many steps it takes. It may raise RuleFailure, for too many too."""
    quick = direct(node)
    return _quick(quick, _bounded(node)) if quick else _bounded(node, MOST_READ)


def _bounded(node: Node, most_read: int = SELDOM_READ) -> Condition:
    """The condition as CEL, where its rule is not asked how many steps it takes because it hardly ever does."""
    slow, steps = interpreted(node), steps_of(node, most_read)

    def condition(i: Mapping[str, Any], j: Journey | None) -> bool:
        if steps is not None and steps(i, j) > RULE_STEPS:
            raise RuleFailure(TOO_MANY)
        return slow(i, j)

    return condition


def _quick(quick: Condition, slow: Condition) -> Condition:
    def condition(i: Mapping[str, Any], j: Journey | None) -> bool:
        try:
            return quick(i, j)
        except Unsure:
            return slow(i, j)

    return condition


def interpreted(node: Node) -> Condition:
    """The condition as CEL, which may raise RuleFailure; not asked where a value is absent that it needs."""
    writer = RuleWriter()
    program = _compiled(writer.condition(node))
    for pattern, offset in writer.patterns:
        _check_pattern(pattern, offset)
    required = writer.required(node)
    variables = [(name, getter(path), name in required) for path, name in writer.variables.items()]

    def condition(i: Mapping[str, Any], j: Journey | None) -> bool:
        values = {}
        for name, get, needed in variables:
            value = get(i, j)
            if value is None and needed:
                return False
            values[name] = value
        return _evaluated(program, values)

    return condition


def _evaluated(program: cel.Program, values: dict[str, Any]) -> bool:
    try:
        result = program.execute(values)
    except KeyError:
        return False  # an absent field of an item in a list
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the interpreter is no Exception
        raise RuleFailure(f"{type(error).__name__}: {str(error)[:MAX_REASON]}") from error
    if not isinstance(result, bool):
        raise RuleFailure(f"gives a {type(result).__name__}, not true or false")
    return result


def _parsed(text: str) -> Node:
    try:
        tree = parse(text)
    except SyntaxProblem as problem:
        hint = 'write a CEL expression such as i.type == "order.placed"'
        raise RuleProblem(f"{problem}; {hint}", problem.offset) from None
    if depth(tree) > MAX_DEPTH:
        raise RuleProblem(f"the rule is nested more than {MAX_DEPTH} deep; write it as a list, as in i.type in [...]")
    return tree


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

"""What a rule may cost: refused when it is written, by what is usual; stopped when it runs, by what is there.

Steps are counted from sizes and not from a clock, so that a fold stays a function of the evidence: the same rule on the
same interaction is stopped everywhere and always, or nowhere and never.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.journey.domain.cel_syntax import Call, Literal, Node, parts
from services.journey.domain.model import Journey
from services.journey.domain.rule_cost import (
    HAND_OVER_STEPS,
    Sizes,
    cost,
    fields_of,
    listed_fields,
    pattern_of,
    pattern_steps,
)
from services.journey.domain.rule_direct import direct, getter
from services.journey.domain.rule_fields import MACROS, Path, RuleProblem
from services.journey.domain.rule_size import ENDLESS, Shape, Size, fits, shape_of, text_of

RULE_STEPS = 100_000
"""Of one rule on one interaction: some 50 ms."""
DEFINITION_STEPS = 10 * RULE_STEPS
"""Of all rules of a definition together."""
TOO_MANY = f"would take more than {RULE_STEPS:,} steps: what it reads is too large here"
TOO_MANY_TOGETHER = f"the definition's rules would take more than {DEFINITION_STEPS:,} steps together"
MOST_READ = RULE_STEPS // HAND_OVER_STEPS

USUAL_LIST: Shape = (Size(50, 1_000), Size(10, 20), Size(10, 6))
"""What is taken for granted of lists that no schema limits: 50 items of 10 fields."""
USUAL: Shape = text_of(200)
_LIMITED: Mapping[str, Shape] = {"visits": (Size(50, 101), *text_of(60)), "pain_points": (Size(100, 201), *text_of(60))}
_UNLIMITED = frozenset(
    {("i", "identifiers"), ("i", "traits"), ("i", "properties"), ("i", "survey", "comment"), ("p", "traits")}
)

Steps = Callable[[Mapping[str, Any], Journey | None], int]
"""How many steps a rule takes at most on an interaction in a journey; 0 for no more than when it was accepted."""


def usual_steps(tree: Node) -> int:
    """How many steps a rule may take at usual sizes. Raises RuleProblem for too many."""
    _check_patterns(tree)
    usual = _usual(tree)
    steps = 0 if direct(tree) else cost(tree, usual)
    if steps > RULE_STEPS:
        raise RuleProblem(
            f"this may take {_number(steps)} steps, and at most {RULE_STEPS:,} are allowed, counted for lists of"
            f" {USUAL_LIST[0].items} items; {_advice(tree)}",
            max(_calls(tree), key=lambda call: cost(call, usual), default=Call(None, "", (), 0)).offset,
        )
    return steps


def steps_of(node: Node, most_read: int = MOST_READ) -> Steps | None:
    """Counts the steps of a condition that reads what no schema limits; None for one that reads no such thing.

    What weighs more than `most_read` counts as endless.
    """
    unlimited = [(path, getter(path)) for path in sorted(fields_of(node)) if _is_unlimited(path)]
    if not unlimited:
        return None
    usual = _usual(node)

    def steps(i: Mapping[str, Any], j: Journey | None) -> int:
        shapes = {path: shape_of(get(i, j), most_read) for path, get in unlimited}
        if all(fits(shape, usual(path)) or fits(shape, USUAL) for path, shape in shapes.items()):
            return 0
        return cost(node, lambda path: shapes.get(path) or usual(path))

    return steps


def _usual(tree: Node) -> Sizes:
    listed = listed_fields(tree)

    def usual(path: Path) -> Shape:
        if path in listed and _is_unlimited(path):
            return USUAL_LIST
        return _LIMITED.get(path[-1], USUAL) if path[0] == "j" else USUAL

    return usual


def _is_unlimited(path: Path) -> bool:
    return any(path[: len(one)] == one for one in _UNLIMITED)


def _check_patterns(tree: Node) -> None:
    for call in _calls(tree):
        if call.name == "matches" and not (call.arguments and isinstance(call.arguments[-1], Literal)):
            raise RuleProblem('matches() takes a pattern in quotes; write i.reason.matches("^refund")', call.offset)


def _calls(node: Node) -> list[Call]:
    found = [call for part in parts(node) for call in _calls(part)]
    return [node, *found] if isinstance(node, Call) else found


def _advice(tree: Node) -> str:
    calls = _calls(tree)
    if any(pattern_steps(pattern_of(call)) > RULE_STEPS // 10 for call in calls if call.name == "matches"):
        return "write a shorter pattern, with fewer \\w and {…}, or startsWith, endsWith or contains"
    if any(call.name in MACROS for call in calls):
        return f"write at most two of {', '.join(sorted(MACROS))} inside or behind one another"
    return "write a shorter rule"


def _number(steps: int) -> str:
    return f"more than {ENDLESS:,}" if steps >= ENDLESS else f"{steps:,}"

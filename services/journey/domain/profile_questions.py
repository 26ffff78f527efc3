"""What rules ask of the profile, answered before they are asked about any interaction.

A profile is the same for all of its interactions, so a part of a rule that reads nothing but the profile is true or
false for all of them. Answered once, it leaves a smaller rule, which is looked up by its interaction's type and
evaluated like any other. Where profiles give the same answers, they have the same rules.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from services.journey.domain.cel_syntax import Binary, Choice, Entries, Literal, Name, Node, Unary, operands
from services.journey.domain.model import Journey
from services.journey.domain.profile_figures import Wanted, wanted
from services.journey.domain.rule_cost import fields_of
from services.journey.domain.rule_direct import getter
from services.journey.domain.rule_fields import OF_FIGURES, ROOTS, TRAITS, Path, field_path
from services.journey.domain.rules import Rule, RuleFailure, bounded, indexed

PROFILE = "p"
FAILED = "failed"
YES, NO = Literal("true", value=True), Literal("false", value=False)

Profile = Mapping[str, Any]
"""`figures`, `segments` and `traits`, as rules see them."""


class Question(NamedTuple):
    """Something that rules ask of the profile; those of the same `node` are the same."""

    node: Node
    answer: Callable[[Profile], Hashable]


def roots(node: Node) -> frozenset[str]:
    """Which of `i`, `j` and `p` an expression reads."""
    if isinstance(node, Name):
        return frozenset({node.name}) & ROOTS
    return frozenset().union(*map(roots, _parts(node)))


def traits_named(rules: Iterable[Rule]) -> frozenset[str]:
    """The traits of the profile that these rules read."""
    read = {path for rule in rules if rule.tree for path in fields_of(rule.tree)}
    return frozenset(name for path in read if path[:2] == TRAITS for name in path[2:3])


def questions(rules: Iterable[Rule]) -> tuple[Question, ...]:
    """All that these rules ask of the profile, once each."""
    asked = {question.node: question for rule in rules if rule.tree for question in _asked(rule.tree)}
    return tuple(asked.values())


def figures_read(rules: Iterable[Rule]) -> Wanted:
    """Which of a profile's figures these rules read at all."""
    read = {path for rule in rules if rule.tree for path, _ in _read(rule.tree)}
    return wanted([path[2:] for path in read if path[:2] == OF_FIGURES])


class Failed(NamedTuple):
    """A rule that failed on a profile, and so counted as false."""

    journey: str
    rule: str
    reason: str


def is_true_of(rule: Rule, p: Profile, journey: str, failed: list[Failed]) -> bool:
    """Whether a rule that reads nothing else holds for a profile; one that fails does not, and is added to `failed`."""
    try:
        return rule.holds({PROFILE: p}, None)
    except RuleFailure as failure:
        failed.append(Failed(journey, rule.name, str(failure)))
        return False


def answered(rule: Rule, p: Profile) -> Rule:
    """The rule as it is for profiles that answer its questions like this one."""
    if rule.tree is None:
        return rule
    tree = _settled(rule.tree, p)
    if tree == NO:
        return replace(rule, **_NEVER)
    own = indexed(rule.name, rule.text, None if tree == YES else tree)
    if PROFILE not in roots(tree) or own.condition is None:
        return own
    return replace(own, condition=_beside(own.condition, p), steps=own.steps and _beside(own.steps, p))


_NEVER: dict[str, Any] = {"condition": lambda _i, _j: False, "never": True, "tree": None}


def _beside(asked: Callable[[Mapping[str, Any], Journey | None], Any], p: Profile) -> Any:
    return lambda i, j: asked({**i, PROFILE: p}, j)


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Choice):
        return node.condition, node.yes, node.no
    if isinstance(node, Entries):
        return tuple(part for entry in node.entries for part in entry)
    return operands(node)


def _asked(node: Node) -> Iterator[Question]:
    read = roots(node)
    if PROFILE not in read:
        return
    if isinstance(node, Binary) and node.sign in {"&&", "||"}:
        yield from _asked(node.left)
        yield from _asked(node.right)
    elif isinstance(node, Unary) and node.sign == "!":
        yield from _asked(node.operand)
    elif read == {PROFILE}:
        yield Question(node, _whether(node))
    else:
        yield from (Question(node, _what(path)) for path, node in _read(node))


def _whether(node: Node) -> Callable[[Profile], Hashable]:
    condition = bounded(node)

    def answer(p: Profile) -> Hashable:
        try:
            return condition({PROFILE: p}, None)
        except RuleFailure:
            return FAILED

    return answer


def _what(path: Path) -> Callable[[Profile], Hashable]:
    get = getter(path)
    return lambda p: repr(get({PROFILE: p}, None))


def _read(node: Node) -> Iterator[tuple[Path, Node]]:
    """The fields of the profile that an expression reads."""
    found = field_path(node)
    if found:
        if found[0][0] == PROFILE:
            yield found[0], node
        return
    for part in _parts(node):
        yield from _read(part)


def _settled(node: Node, p: Profile) -> Node:
    """The same condition for these answers, without what they decide."""
    match node:
        case Binary(sign="&&" | "||" as sign, left=left, right=right):
            return _combined(sign, _settled(left, p), _settled(right, p))
        case Unary(sign="!", operand=operand):
            inner = _settled(operand, p)
            return NO if inner == YES else YES if inner == NO else Unary("!", inner)
        case _ if roots(node) == {PROFILE} and (said := _whether(node)(p)) != FAILED:
            return YES if said else NO
        case _:
            return node


def _combined(sign: str, left: Node, right: Node) -> Node:
    deciding, other = (NO, YES) if sign == "&&" else (YES, NO)
    if deciding in (left, right):
        return deciding
    return right if left == other else left if right == other else Binary(sign, left, right)

"""What rules may read: the fields of an interaction and of the journey so far, and the functions of CEL."""

import difflib
from collections.abc import Iterable, Mapping

from schemas.interaction import Channel, InteractionData, Measures, Money, Survey
from services.journey.domain.cel_syntax import Index, Literal, Name, Node, Select
from services.journey.domain.profile_figures import CHANNEL_FIELDS, FIGURES, SURVEY_FIELDS, TYPE_FIELDS

Path = tuple[str, ...]

ROOTS = frozenset({"i", "j", "p"})
SEGMENTS: Path = ("p", "segments")
TRAITS: Path = ("p", "traits")
OF_FIGURES: Path = ("p", "figures")
ONE_TRAIT = 'name one trait: p.traits.plan == "gold", or has(p.traits.plan) for whether it is known'
IN_SEGMENTS = 'ask for one segment by its name, as a condition of its own: "high_value" in p.segments'
LEFT_OUT = frozenset({"text", "raw", "revision", "consents"})
"""Fields of an interaction that do not travel beyond the profile service, or say nothing about the customer."""
INTERACTION_FIELDS = frozenset({"id", "source", "type", "time", *InteractionData.model_fields}) - LEFT_OUT
JOURNEY_FIELDS: Mapping[str, str] = {
    "number": "which of the customer's journeys of this kind it is, from 1",
    "stage": "the stage the customer is in; null outside a journey",
    "previous": "the stage before that one",
    "opened_at": "when the journey began",
    "entered_at": "when the present stage was entered",
    "touched_at": "when the last touchpoint was",
    "touchpoints": "how many touchpoints there were",
    "visits": "touchpoints by stage: j.visits.chasing",
    "pain_points": "pain points by key: j.pain_points.long_wait",
    "effort": "the sum of their weights",
}
_NESTED: Mapping[str, frozenset[str]] = {
    "measures": frozenset(Measures.model_fields),
    "survey": frozenset(Survey.model_fields),
    "money": frozenset(Money.model_fields),
}
PROFILE_FIELDS: Mapping[str, str] = {
    "figures": "sums over everything the customer did: p.figures.interactions",
    "segments": 'the segments they are in: "high_value" in p.segments',
    "traits": 'what their golden record shows: p.traits.plan == "gold"',
}
_BY_NAME: Mapping[str, tuple[Iterable[str] | None, Iterable[str]]] = {
    "channels": ([channel.value for channel in Channel], CHANNEL_FIELDS),
    "types": (None, TYPE_FIELDS),
    "surveys": (["nps", "csat", "ces", "other"], SURVEY_FIELDS),
}
"""Figures of one channel, type or survey: which there are, if that is known, and the fields of each."""
_EXAMPLES = {"i": "i.type", "j": "j.stage", "p": "p.figures.interactions"}
MACROS = frozenset({"exists", "exists_one", "all", "filter", "map"})
FUNCTIONS = MACROS | {
    *("has", "size", "startsWith", "endsWith", "contains", "matches"),
    *("int", "uint", "double", "string", "bool", "timestamp", "duration", "dyn", "type"),
    *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"),
    *("getHours", "getMinutes", "getSeconds", "getMilliseconds"),
}
TYPE_NAMES = frozenset({"int", "uint", "double", "string", "bool", "list", "map", "null_type"})


class RuleProblem(Exception):
    """A rule that cannot be accepted; the message says what to write instead, `offset` where."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def field_path(node: Node, only: Path | None = None) -> tuple[Path, int] | None:
    """The field that a node reads, counted from its root, and where; None if the node is something else.

    With `only`, None if it is another field.
    """
    if only is not None:
        return found if (found := field_path(node)) and found[0] == only else None
    if isinstance(node, Name):
        return ((node.name,), node.offset) if node.name in ROOTS else None
    if isinstance(node, Select):
        inner, part = field_path(node.target), node.field
    elif isinstance(node, Index) and isinstance(node.key, Literal) and isinstance(node.key.value, str):
        inner, part = field_path(node.target), node.key.value
    else:
        return None
    return None if inner is None else ((*inner[0], part), inner[1])


def check_path(path: Path, offset: int) -> None:
    """Raises RuleProblem for a field that no interaction, no journey and no profile has."""
    root, *parts = path
    if not parts:
        raise RuleProblem(f"{root} alone is not a value; write {_EXAMPLES[root]}", offset)
    if root == "p":
        _check_profile(parts, offset)
        return
    if root == "j":
        _check_part(root, parts[0], JOURNEY_FIELDS, offset)
        return
    if parts[0] in LEFT_OUT:
        raise RuleProblem(f"i.{parts[0]} is not kept with journeys; use another field, such as i.reason", offset)
    _check_part(root, parts[0], INTERACTION_FIELDS, offset)
    if len(parts) > 1 and parts[0] in _NESTED:
        _check_part(f"i.{parts[0]}", parts[1], _NESTED[parts[0]], offset)


def _check_profile(parts: list[str], offset: int) -> None:
    _check_part("p", parts[0], PROFILE_FIELDS, offset)
    if parts[0] == "segments":
        raise RuleProblem(IN_SEGMENTS, offset)
    if parts[0] == "traits":
        if len(parts) == 1:
            raise RuleProblem(f"p.traits alone is not a value; {ONE_TRAIT}", offset)
        return
    if len(parts) == 1:
        raise RuleProblem(f"p.{parts[0]} alone is not a value; write {_EXAMPLES['p']}", offset)
    _check_part("p.figures", parts[1], FIGURES, offset)
    if parts[1] not in _BY_NAME:
        return
    of, (names, fields) = f"p.figures.{parts[1]}", _BY_NAME[parts[1]]
    if len(parts) > 2 and names is not None:  # noqa: PLR2004 -- p.figures.channels.call
        _check_part(of, parts[2], names, offset)
    if len(parts) > 3:  # noqa: PLR2004 -- p.figures.channels.call.interactions
        _check_part(f"{of}.{parts[2]}", parts[3], fields, offset)


def unknown_name(node: Name, rest: str = "") -> RuleProblem:
    """What to say of a name that is neither a root nor bound by a macro; `rest` are the fields that follow it."""
    root = "i" if node.name in INTERACTION_FIELDS else "j" if node.name in JOURNEY_FIELDS else None
    whole = f"{node.name}{rest}"
    hint = f"{root}.{whole}" if root else whole.lower() if whole in {"True", "False", "Null", "None"} else f'"{whole}"'
    return RuleProblem(f"{whole!r} is not known in rules; write {hint}, or a field of i or j", node.offset)


def check_function(name: str, offset: int) -> None:
    """Raises RuleProblem for a function that CEL does not have."""
    if name not in FUNCTIONS:
        raise RuleProblem(f"there is no function {name!r}{_nearest(name, FUNCTIONS)}", offset)


def _check_part(of: str, part: str, known: Iterable[str], offset: int) -> None:
    if part not in known:
        fields = [f"{of}.{name}" for name in sorted(known)]
        inside = [f"i.{name}.{part}" for name, parts in _NESTED.items() if of == "i" and part in parts]
        hint = _nearest(f"{of}.{part}", [*fields, *inside]) or f"; write one of {', '.join(fields)}"
        raise RuleProblem(f"there is no {of}.{part}{hint}", offset)


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    return f"; write {near[0]}" if near else ""

"""Segments as they run: rules about the profile, each after those that it depends on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from schemas.segment_definition import SegmentDefinition
from services.journey.domain.definition_rules import Rules
from services.journey.domain.definition_text import DefinitionProblem, Problem, Source, read_definition
from services.journey.domain.profile_questions import Failed, is_true_of, traits_named
from services.journey.domain.rules import Rule

WHEN = "when"
NO_JOURNEY = ""
"""Under which failures of segments are kept."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment with its rule."""

    what: SegmentDefinition
    rule: Rule

    @property
    def key(self) -> str:
        """The segment's key."""
        return self.what.key

    @property
    def traits(self) -> frozenset[str]:
        """The traits of the profile that its rule reads."""
        return traits_named([self.rule])

    @property
    def depends_on(self) -> frozenset[str]:
        """The segments that its rule names."""
        return frozenset(mention.segment for mention in self.rule.segments)


def rule_name(key: str) -> str:
    """What the rule of a segment is called where it fails."""
    return f"segments.{key}"


def load_segment(text: str, *, name: str = "segment", json: bool = False) -> Segment:
    """The segment written in `text` (YAML, or JSON). Raises DefinitionProblem with the problems found."""
    return _compiled(read_definition(text, SegmentDefinition, name=name, json=json))


def compile_segment(what: SegmentDefinition) -> Segment:
    """A segment that was accepted before. Raises DefinitionProblem when its rule is no longer understood."""
    return _compiled(Source(what, what.key, {}))


def _compiled(source: Source[SegmentDefinition]) -> Segment:
    what, rules = source.definition, Rules(source)
    rule = rules.of_profile(rule_name(what.key), what.when, (WHEN,), "a segment")
    rules.check()
    assert rule is not None
    return Segment(what, rule)


def in_order(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments, each after those that it depends on. Raises DefinitionProblem, naming the field."""
    by_key = {segment.key: segment for segment in sorted(segments, key=lambda one: one.key)}
    for segment in by_key.values():
        if missing := sorted(segment.depends_on - by_key.keys()):
            known = ", ".join(key for key in by_key if key != segment.key) or "none is in force yet"
            raise _problem(segment, f"there is no segment {missing[0]!r}; those that there are: {known}")
    try:
        order = TopologicalSorter({key: sorted(segment.depends_on) for key, segment in by_key.items()})
        return tuple(by_key[key] for key in order.static_order())
    except CycleError as error:
        circle: Sequence[str] = error.args[1][::-1]
        raise _problem(
            by_key[circle[0]], f"{' needs '.join(circle)}; a segment cannot depend on itself: leave one of them out"
        ) from error


def _problem(segment: Segment, message: str) -> DefinitionProblem:
    return DefinitionProblem(segment.key, [Problem(None, WHEN, message)])


def members(segments: Iterable[Segment], p: Mapping[str, Any], failed: list[Failed]) -> tuple[str, ...]:
    """The keys of those segments, which are in order, that a profile with these fields is in, sorted.

    Whose rules fail on it is added to `failed`, under no journey.
    """
    found: list[str] = []
    fields = {**p, "segments": found}
    for segment in segments:
        found += [segment.key] if is_true_of(segment.rule, fields, NO_JOURNEY, failed) else []
    return tuple(sorted(found))

"""Journey definitions as they run: parsed, checked, with their rules compiled and indexed by interaction type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from schemas.journey_definition import ActionDefinition, JourneyDefinition, PainPointDefinition, StageDefinition
from services.journey.domain.definition_text import DefinitionProblem, Problem, Source, read_definition
from services.journey.domain.model import Kind
from services.journey.domain.rule_fields import RuleProblem
from services.journey.domain.rules import Rule, compile_rule

MAX_KINDS = 1_000


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage with its rule."""

    what: StageDefinition
    rule: Rule

    @property
    def key(self) -> str:
        """The stage's key."""
        return self.what.key


@dataclass(frozen=True, slots=True)
class PainPoint:
    """A pain point with its rule."""

    what: PainPointDefinition
    rule: Rule


@dataclass(frozen=True, slots=True)
class Action:
    """An action with its rule, if it has one."""

    what: ActionDefinition
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Relevant:
    """The rules that can hold for one kind of interaction; None as `entry` when its rule cannot."""

    entry: Rule | None
    stages: tuple[Stage, ...]
    pain_points: tuple[PainPoint, ...]
    anything: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition ready to fold with.

    `expected` says how long stages should last, where that is written; `patience` is how long a journey may go
    untouched before anything becomes of it.
    """

    what: JourneyDefinition
    entry: Rule | None
    stages: tuple[Stage, ...]
    pain_points: tuple[PainPoint, ...]
    expected: Mapping[str, timedelta]
    patience: timedelta | None
    actions: tuple[Action, ...]
    _by_kind: dict[Kind, Relevant] = field(default_factory=dict, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The definition's key."""
        return self.what.key

    @property
    def version(self) -> int:
        """The definition's version."""
        return self.what.version

    def relevant(self, kind: Kind) -> Relevant:
        """The rules that can hold for interactions of this kind."""
        known = self._by_kind.get(kind)
        if known is None:
            known = self._relevant(kind)
            if len(self._by_kind) >= MAX_KINDS:
                self._by_kind.clear()
            self._by_kind[kind] = known
        return known

    def _relevant(self, kind: Kind) -> Relevant:
        entry = self.entry if self.entry and self.entry.concerns(kind) else None
        stages = tuple(stage for stage in self.stages if stage.rule.concerns(kind))
        pain_points = tuple(pain for pain in self.pain_points if pain.rule.concerns(kind))
        return Relevant(entry, stages, pain_points, anything=bool(entry or stages or pain_points))


def load_definition(text: str, *, name: str = "definition", json: bool = False) -> Definition:
    """The definition written in `text` (YAML, or JSON). Raises DefinitionProblem with every problem found."""
    source = read_definition(text, name=name, json=json)
    return _compiled(source.definition, source)


def compile_definition(definition: JourneyDefinition) -> Definition:
    """A definition that was accepted before. Raises DefinitionProblem when its rules are no longer understood."""
    return _compiled(definition, Source(definition, definition.key, {}))


def _compiled(what: JourneyDefinition, source: Source) -> Definition:
    rules = _Rules(source)
    definition = Definition(
        what=what,
        entry=rules.optional("entry", what.entry, ("entry",)),
        stages=tuple(
            Stage(stage, rule)
            for number, stage in enumerate(what.stages)
            if (rule := rules(f"stages.{stage.key}", stage.when, ("stages", number, "when")))
        ),
        pain_points=tuple(
            PainPoint(pain, rule)
            for number, pain in enumerate(what.pain_points)
            if (rule := rules(f"pain_points.{pain.key}", pain.when, ("pain_points", number, "when")))
        ),
        actions=tuple(
            Action(action, rules.optional(f"actions.{action.key}", action.when, ("actions", number, "when")))
            for number, action in enumerate(what.actions)
        ),
        patience=min(filter(None, (what.stalled_after, what.abandoned_after)), default=None),
        expected={stage.key: stage.expected for stage in what.stages if stage.expected},
    )
    if rules.problems:
        raise DefinitionProblem(source.name, rules.problems)
    return definition


class _Rules:
    """Compiles rules and collects what is wrong with them, so that all of it is told at once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.problems: list[Problem] = []

    def optional(self, name: str, text: str | None, place: tuple[str | int, ...]) -> Rule | None:
        return None if text is None else self(name, text, place)

    def __call__(self, name: str, text: str, place: tuple[str | int, ...]) -> Rule | None:
        try:
            return compile_rule(name, text)
        except RuleProblem as problem:
            shown = f"{problem} (at character {problem.offset + 1} of the rule)"
            self.problems.append(self._source.problem(place, shown))
            return None

"""Journey definitions as they run: parsed, checked, with their rules compiled and indexed by interaction type."""

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from schemas.journey_definition import (
    ActionDefinition,
    JourneyDefinition,
    PainPointDefinition,
    PersonaDefinition,
    StageDefinition,
)
from services.journey.domain.definition_rules import AcceptedRules, Rules
from services.journey.domain.definition_sense import senseless
from services.journey.domain.definition_text import Source, read_definition
from services.journey.domain.model import Kind
from services.journey.domain.profile_questions import (
    Failed,
    Profile,
    Question,
    answered,
    is_true_of,
    questions,
    traits_named,
)
from services.journey.domain.rule_meaning import Keys
from services.journey.domain.rules import Rule

MAX_KINDS = 1_000
MAX_VARIANTS = 200
PERSONA = "a persona"


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
class Persona:
    """A persona with its rule, which reads the profile alone."""

    what: PersonaDefinition
    rule: Rule


@dataclass(frozen=True, slots=True)
class Action:
    """An action with its rule, if it has one."""

    what: ActionDefinition
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Relevant:
    """The rules that can hold for one kind of interaction; None as `entry` when its rule cannot.

    Where none of them `opens` a journey, only one that is open is concerned.
    """

    entry: Rule | None
    stages: tuple[Stage, ...]
    pain_points: tuple[PainPoint, ...]
    anything: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition ready to fold with.

    `expected` says how long stages should last, where that is written; `patience` is how long a journey may go
    untouched before anything becomes of it. One that has `questions` about the profile is folded as it is `of` one,
    and then has the expectations of that profile's `persona`.
    """

    what: JourneyDefinition
    entry: Rule | None
    stages: tuple[Stage, ...]
    pain_points: tuple[PainPoint, ...]
    expected: Mapping[str, timedelta]
    patience: timedelta | None
    actions: tuple[Action, ...]
    personas: tuple[Persona, ...] = ()
    persona: PersonaDefinition | None = None
    questions: tuple[Question, ...] = ()
    key: str = field(init=False)
    version: int = field(init=False)
    _by_kind: dict[Kind, Relevant] = field(default_factory=dict, compare=False, repr=False)
    _variants: dict[Hashable, "Definition"] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Both are asked for with every interaction."""
        object.__setattr__(self, "key", self.what.key)
        object.__setattr__(self, "version", self.what.version)

    @property
    def segments(self) -> frozenset[str]:
        """The segments that its rules name."""
        return frozenset(mention.segment for rule in self.rules for mention in rule.segments)

    @property
    def rules(self) -> Iterator[Rule]:
        """All its rules."""
        yield from filter(None, [self.entry, *[action.rule for action in self.actions]])
        yield from [stage.rule for stage in self.stages]
        yield from [pain.rule for pain in self.pain_points]
        yield from [persona.rule for persona in self.personas]

    @property
    def traits(self) -> frozenset[str]:
        """The traits of the profile that its rules read."""
        return traits_named(self.rules)

    def answers(self, p: Profile) -> tuple[Hashable, ...]:
        """What decides how the definition is for a profile: where two give the same answers, it is the same."""
        return tuple([question.answer(p) for question in self.questions])

    def of(self, p: Profile) -> "Definition":
        """The definition as it is for this profile, with nothing left to ask."""
        if not self.questions:
            return self
        answers = self.answers(p)
        variant = self._variants.get(answers)
        if variant is None:
            variant = self._of(p)
            if len(self._variants) >= MAX_VARIANTS:
                self._variants.clear()
            self._variants[answers] = variant
        return variant

    def persona_of(self, p: Profile, failed: list[Failed]) -> PersonaDefinition | None:
        """The first persona that fits a profile; rules that fail on it are added to `failed`."""
        return next((one.what for one in self.personas if is_true_of(one.rule, p, self.key, failed)), None)

    def _of(self, p: Profile) -> "Definition":
        persona = self.persona_of(p, [])
        weights: Mapping[str, float] = persona.weights if persona else {}
        return replace(
            self,
            persona=persona,
            expected={**self.expected, **(persona.expected if persona else {})},
            entry=self.entry and answered(self.entry, p),
            stages=tuple(Stage(one.what, answered(one.rule, p)) for one in self.stages),
            pain_points=tuple(
                PainPoint(_weighing(one.what, weights), answered(one.rule, p)) for one in self.pain_points
            ),
            actions=tuple(Action(one.what, one.rule and answered(one.rule, p)) for one in self.actions),
            questions=(),
            _by_kind={},
            _variants={},
        )

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
        opens = entry is not None if self.entry else any(stage.rule.stages is None for stage in stages)
        return Relevant(entry, stages, pain_points, bool(entry or stages or pain_points), opens)


def load_definition(
    text: str, *, name: str = "definition", json: bool = False, segments: Collection[str] | None = None
) -> Definition:
    """The definition written in `text` (YAML, or JSON). Raises DefinitionProblem with the problems found.

    It may name these `segments`; where they are not known here, any.
    """
    source = read_definition(text, JourneyDefinition, name=name, json=json)
    what = source.definition
    keys = Keys(frozenset(one.key for one in what.stages), frozenset(one.key for one in what.pain_points))
    rules = Rules(source, segments, keys)
    rules.refuse_senseless(senseless(what))
    return _compiled(what, rules)


def compile_definition(definition: JourneyDefinition) -> Definition:
    """A definition that was accepted before, and would not have to be now.

    A rule that is no longer understood fails whenever it is asked.
    """
    return _compiled(definition, AcceptedRules(Source(definition, definition.key, {})))


def _compiled(what: JourneyDefinition, rules: "Rules[JourneyDefinition]") -> Definition:
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
        personas=tuple(
            Persona(persona, rule)
            for number, persona in enumerate(what.personas)
            if (
                rule := rules.of_profile(f"personas.{persona.key}", persona.when, ("personas", number, "when"), PERSONA)
            )
        ),
        patience=min(filter(None, (what.stalled_after, what.abandoned_after)), default=None),
        expected={stage.key: stage.expected for stage in what.stages if stage.expected},
    )
    rules.check()
    return replace(definition, questions=questions(definition.rules))


def _weighing(what: PainPointDefinition, weights: Mapping[str, float]) -> PainPointDefinition:
    return what.model_copy(update={"weight": weights[what.key]}) if what.key in weights else what

"""The rules of one document, compiled; what is wrong with them is collected, so that all of it is told at once."""

import difflib
from collections.abc import Collection, Iterable
from typing import Generic, TypeVar

from pydantic import BaseModel

from services.journey.domain.definition_advice import Place
from services.journey.domain.definition_sense import Senseless
from services.journey.domain.definition_text import DefinitionProblem, Problem, Source
from services.journey.domain.profile_questions import PROFILE, roots
from services.journey.domain.rule_budget import DEFINITION_STEPS
from services.journey.domain.rule_fields import RuleProblem
from services.journey.domain.rule_meaning import Keys
from services.journey.domain.rules import Rule, compile_rule, steps_at_most, without_meaning

Document = TypeVar("Document", bound=BaseModel)


class Rules(Generic[Document]):
    """Compiles rules of `source`. They may name these `segments` and `keys`; where they are not known, any."""

    def __init__(
        self, source: Source[Document], segments: Collection[str] | None = None, keys: Keys | None = None
    ) -> None:
        self._source = source
        self._keys = keys
        self._segments = segments
        self.problems: list[Problem] = []
        self._steps: dict[str, int] = {}

    def check(self) -> None:
        """Raises DefinitionProblem if anything was wrong."""
        if sum(self._steps.values()) > DEFINITION_STEPS:
            self.problems.append(self._source.problem((), self._too_many_steps()))
        if self.problems:
            raise DefinitionProblem(self._source.name, self.problems)

    def optional(self, name: str, text: str | None, place: Place) -> Rule | None:
        """The rule, if there is one."""
        return None if text is None else self(name, text, place)

    def __call__(self, name: str, text: str, place: Place) -> Rule | None:
        """The rule that stands at `place`; None for one that cannot be accepted."""
        try:
            rule = compile_rule(name, text)
            self._check_segments(rule)
            self._steps[name] = steps_at_most(text, self._keys)
        except RuleProblem as problem:
            self.refuse(place, problem)
            return None
        return rule

    def of_profile(self, name: str, text: str, place: Place, what: str) -> Rule | None:
        """The rule that stands at `place`, which reads the profile and nothing else; `what` it is for is told."""
        rule = self(name, text, place)
        if rule and (rule.tree is None or roots(rule.tree) != {PROFILE}):
            instead = "write a rule such as p.figures.interactions > 10"
            self.refuse(place, RuleProblem(f"{what} is about the profile alone; {instead}"))
        return rule

    def refuse_senseless(self, found: Iterable[Senseless]) -> None:
        """Adds what can never come to pass."""
        self.problems += [self._source.problem(place, says) for place, says in found]

    def refuse(self, place: Place, problem: RuleProblem) -> None:
        """Adds what is wrong with the rule at `place`."""
        shown = f"{problem} (at character {problem.offset + 1} of the rule)"
        self.problems.append(self._source.problem(place, shown))

    def _too_many_steps(self) -> str:
        dearest = sorted(self._steps, key=self._steps.__getitem__, reverse=True)[:3]
        listed = ", ".join(f"{name} {self._steps[name]:,}" for name in dearest)
        return (
            f"the rules may take {sum(self._steps.values()):,} steps together, and at most {DEFINITION_STEPS:,} are"
            f" allowed; write fewer over lists. The most take {listed}"
        )

    def _check_segments(self, rule: Rule) -> None:
        for segment, offset in rule.segments:
            if self._segments is not None and segment not in self._segments:
                near = difflib.get_close_matches(segment, sorted(self._segments), n=1) or sorted(self._segments)
                instead = f"write {near[0]!r}" if near else "put it in force first"
                raise RuleProblem(f"there is no segment {segment!r}; {instead}", offset)


class AcceptedRules(Rules[Document]):
    """Compiles rules that were accepted before; what they cost is known when they run."""

    def __call__(self, name: str, text: str, place: Place) -> Rule:  # noqa: ARG002
        """The rule; one that is no longer understood fails whenever it is asked."""
        try:
            return compile_rule(name, text)
        except RuleProblem as problem:
            return without_meaning(name, text, str(problem))

    def of_profile(self, name: str, text: str, place: Place, what: str) -> Rule:  # noqa: ARG002
        """The rule, which was looked at when it was accepted."""
        return self(name, text, place)

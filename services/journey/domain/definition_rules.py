"""The rules of one document, compiled; what is wrong with them is collected, so that all of it is told at once."""

import difflib
from collections.abc import Collection
from typing import Generic, TypeVar

from pydantic import BaseModel

from services.journey.domain.definition_text import DefinitionProblem, Place, Problem, Source
from services.journey.domain.profile_questions import PROFILE, roots
from services.journey.domain.rule_fields import RuleProblem
from services.journey.domain.rules import Rule, compile_rule

Document = TypeVar("Document", bound=BaseModel)


class Rules(Generic[Document]):
    """Compiles rules of `source`. They may name these `segments`; where they are not known, any."""

    def __init__(self, source: Source[Document], segments: Collection[str] | None = None) -> None:
        self._source = source
        self._segments = segments
        self.problems: list[Problem] = []

    def check(self) -> None:
        """Raises DefinitionProblem if anything was wrong."""
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

    def refuse(self, place: Place, problem: RuleProblem) -> None:
        """Adds what is wrong with the rule at `place`."""
        shown = f"{problem} (at character {problem.offset + 1} of the rule)"
        self.problems.append(self._source.problem(place, shown))

    def _check_segments(self, rule: Rule) -> None:
        for segment, offset in rule.segments:
            if self._segments is not None and segment not in self._segments:
                near = difflib.get_close_matches(segment, sorted(self._segments), n=1) or sorted(self._segments)
                instead = f"write {near[0]!r}" if near else "put it in force first"
                raise RuleProblem(f"there is no segment {segment!r}; {instead}", offset)

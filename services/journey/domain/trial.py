"""What a version of a definition makes of everybody's past, beside the version in force. Nothing is kept of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.definition import Definition
from services.journey.domain.fold import fold, settled
from services.journey.domain.measures.funnel import Group, StagePart, funnel
from services.journey.domain.model import ABANDONED, ACTIVE, Interaction, Journey
from services.journey.domain.profile_questions import Profile

MOST_EXAMPLES = 5


class Sums(NamedTuple):
    """All journeys of one version together; `ended` are those that reached an exit."""

    journeys: int
    active: int
    ended: int
    abandoned: int
    transitions: int
    pains: int
    effort: float


@dataclass(slots=True)
class Told:
    """What one version makes of everybody."""

    what: JourneyDefinition
    groups: Counter[tuple[frozenset[str], str, str]] = field(default_factory=Counter)
    transitions: int = 0
    pains: int = 0
    effort: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)

    def stages(self) -> list[StagePart]:
        """How far journeys got."""
        return funnel([stage.key for stage in self.what.stages], [Group(*at, n) for at, n in self.groups.items()])

    def sums(self) -> Sums:
        """All journeys together."""
        by_status: Counter[str] = Counter()
        for (_, _, status), count in self.groups.items():
            by_status[status] += count
        journeys, active, abandoned = sum(by_status.values()), by_status[ACTIVE], by_status[ABANDONED]
        ended = journeys - active - abandoned
        return Sums(journeys, active, ended, abandoned, self.transitions, self.pains, self.effort)


class Trial:
    """Folds customer after customer with both versions; `before` is None of a journey that is new."""

    def __init__(self, before: Definition | None, after: Definition, now: datetime) -> None:
        self._versions = before, after
        self._now = now
        self.before = Told(before.what) if before else None
        self.after = Told(after.what)
        self.customers = 0
        self.elsewhere = 0
        self.examples: list[str] = []

    def add(self, profile: str, timeline: Sequence[Interaction], p: Profile) -> None:
        """One customer, with all interactions in order, and as rules see the profile."""
        before, after = self._versions
        was = self._told(before.of(p), self.before, timeline) if before and self.before else []
        is_ = self._told(after.of(p), self.after, timeline)
        self.customers += 1
        if was != is_:
            self.elsewhere += 1
            if len(self.examples) < MOST_EXAMPLES:
                self.examples.append(profile)

    def _told(
        self, definition: Definition, told: Told, timeline: Sequence[Interaction]
    ) -> Sequence[tuple[str, str, datetime]]:
        """Where each of the customer's journeys stands or ended, and since when."""
        folded = fold(definition, None, timeline)
        told.transitions += len(folded.transitions)
        told.pains += len(folded.pains)
        told.failures.update(failure.rule for failure in folded.failures)
        journeys = [settled(definition.what, journey, self._now) for journey in folded.journeys.values()]
        for journey in journeys:
            told.effort += journey.effort
            told.groups[_visited(journey), journey.stage, journey.status] += 1
        return [(journey.stage, journey.status, journey.entered_at) for journey in journeys]


def _visited(journey: Journey) -> frozenset[str]:
    return frozenset(stage for stage, times in journey.visits.items() if times)

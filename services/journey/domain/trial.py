"""What a version of a definition makes of everybody's past, beside the version in force. Nothing is kept of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.cues import Cue, cues
from services.journey.domain.definition import Definition
from services.journey.domain.fold import Folded, fold, settled
from services.journey.domain.lapses import lapsed
from services.journey.domain.measures.funnel import Group, StagePart, funnel
from services.journey.domain.model import ABANDONED, ACTIVE, Failure, Interaction, Journey, Lapse, Pain, Position
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


class Way(NamedTuple):
    """What one version makes of one customer: where journeys stand since when, and all that happened on the way."""

    standing: list[tuple[str, str, datetime]]
    steps: list[tuple[str | None, str, Position]]
    pains: list[tuple[str, str, float, Position]]
    lapses: list[tuple[str, str, datetime]]
    actions: list[tuple[str, str, datetime]]

    @property
    def path(self) -> tuple[object, ...]:
        """What moves: the rest is only felt, told or done on the same way."""
        return self.standing, self.steps


NOWHERE = Way([], [], [], [], [])


@dataclass(slots=True)
class Told:
    """What one version makes of everybody; `lapses` are counted by kind and stage, `actions` are those called for.

    Cooldown, caps, consent and quiet hours are not looked at: fewer actions may be requested.
    """

    what: JourneyDefinition
    groups: Counter[tuple[frozenset[str], str, str]] = field(default_factory=Counter)
    transitions: int = 0
    pains: Counter[str] = field(default_factory=Counter)
    lapses: Counter[tuple[str, str]] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
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
        return Sums(journeys, active, ended, abandoned, self.transitions, self.pains.total(), self.effort)


class Trial:
    """Folds customer after customer with both versions; `before` is None of a journey that is new.

    So many customers would be `elsewhere`, on another path; of so many anything would be `different`, that or a pain
    point, its weight, what time does, or an action.
    """

    def __init__(self, before: Definition | None, after: Definition, now: datetime) -> None:
        self._versions = before, after
        self._now = now
        self.before = Told(before.what) if before else None
        self.after = Told(after.what)
        self.customers = 0
        self.elsewhere = 0
        self.different = 0
        self.examples: list[str] = []

    def add(self, profile: str, timeline: Sequence[Interaction], p: Profile) -> None:
        """One customer, with all interactions in order, and as rules see the profile."""
        before, after = self._versions
        was = self._told(before.of(p), self.before, timeline) if before and self.before else NOWHERE
        is_ = self._told(after.of(p), self.after, timeline)
        self.customers += 1
        self.elsewhere += was.path != is_.path
        if was != is_:
            self.different += 1
            if len(self.examples) < MOST_EXAMPLES:
                self.examples.append(profile)

    def _told(self, definition: Definition, told: Told, timeline: Sequence[Interaction]) -> Way:
        folded = fold(definition, None, timeline)
        journeys = [settled(definition.what, journey, self._now) for journey in folded.journeys.values()]
        for journey in journeys:
            told.effort += journey.effort
            told.groups[_visited(journey), journey.stage, journey.status] += 1
        way = _way(folded, journeys, *_by_now(definition, folded, self._now))
        told.transitions += len(way.steps)
        told.pains.update(key for key, *_ in way.pains)
        told.lapses.update((kind, stage) for kind, stage, _ in way.lapses)
        told.actions.update(action for action, *_ in way.actions)
        told.failures.update(failure.rule for failure in folded.failures)
        return way


def _by_now(definition: Definition, folded: Folded, now: datetime) -> tuple[list[Lapse], list[Cue]]:
    """All lapses, those that no interaction followed too, and all actions that anything calls for."""
    latest = folded.latest
    last = lapsed(definition, latest, now) if latest else []
    failures: list[Failure] = []
    called = list(cues(definition, last, latest, None, failures)) if latest else []
    folded.failures += failures
    return [*folded.lapses, *last], [*folded.cues, *called]


def _way(folded: Folded, journeys: Sequence[Journey], lapses: Sequence[Lapse], actions: Sequence[Cue]) -> Way:
    return Way(
        [(journey.stage, journey.status, journey.entered_at) for journey in journeys],
        [(step.from_stage, step.to, step.position) for step in folded.transitions],
        [_felt(pain) for pain in folded.pains],
        [(lapse.kind, lapse.stage, lapse.at) for lapse in lapses],
        [(cue.action, cue.stage, cue.at) for cue in actions],
    )


def _felt(pain: Pain) -> tuple[str, str, float, Position]:
    return pain.key, pain.stage, pain.weight, pain.position


def _visited(journey: Journey) -> frozenset[str]:
    return frozenset(stage for stage, times in journey.visits.items() if times)

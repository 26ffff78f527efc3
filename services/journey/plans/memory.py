"""Plans in memory."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.journey.domain.effects.observed import Observed, Place, Sum, observed
from services.journey.domain.effects.subject import Subject
from services.journey.domain.effects.windows import Windows
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.measured import Measured
from services.journey.domain.model import Pain, Position
from services.journey.plans.port import Change, Deed, PlanFact
from services.journey.window import Window


class Seen(Protocol):
    """What plans are measured by."""

    facts: dict[str, Sequence[Measured]]
    pains: list[tuple[str, Pain]]


Whose = tuple[str, Place]
"""A profile, and when and where."""


class MemoryPlans:
    """Plans that live as long as the process."""

    def __init__(self, tables: Callable[[], Seen]) -> None:
        self._tables = tables
        self._changes: dict[tuple[str, int], Change] = {}

    async def put(self, change: Change) -> bool:
        """Keeps a change."""
        return self._changes.setdefault((change.id, change.revision), change) is change

    async def of(self, definition: str) -> list[Change]:
        """The latest changes."""
        latest = {change.id: change for _, change in sorted(self._changes.items(), key=_place)}
        standing = [one for one in latest.values() if one.definition == definition and one.deed is not Deed.DROPPED]
        return sorted(standing, key=lambda one: (one.wish.since, one.id), reverse=True)

    async def record(self, definition: str, plan: str) -> list[Change]:
        """All changes of a plan."""
        found = [change for change in self._changes.values() if change.id == plan and change.definition == definition]
        return sorted(found, key=lambda change: change.revision)

    async def observed(self, definition: str, subject: Subject, windows: Windows) -> Observed:
        """Summed up by customer."""
        sums = self._of_pain_point if subject.measure is None else self._of_measure
        found = sums(definition, subject, windows)
        people = {profile for profile, _ in found}
        return observed([found.get((profile, place), Sum()) for place in Place] for profile in sorted(people))

    async def facts(
        self, definition: str, subject: Subject, window: Window, after: Position | None, limit: int
    ) -> list[PlanFact]:
        """A page of facts."""
        found = sorted(self._facts(definition, subject, window), key=lambda one: one.position)
        if subject.measure is None:
            first = {(one.profile, one.number): one for one in reversed(found)}
            found = sorted(first.values(), key=lambda one: one.position)
        return [one for one in found if after is None or one.position > after][:limit]

    def _facts(self, definition: str, subject: Subject, window: Window) -> Iterator[PlanFact]:
        met = {
            (profile, pain.number)
            for profile, pain in self._tables().pains
            if (pain.journey, pain.key) == (definition, subject.pain_point)
            and subject.stage in {None, pain.stage}
            and window.holds(pain.position.time)
        }
        for profile, those in self._tables().facts.items():
            for one in those:
                here = one.journey == definition and subject.stage in {None, one.stage} and window.holds(one.time)
                value = one.values.get(subject.measure) if subject.measure else float((profile, one.number) in met)
                stay = subject.measure is Measure.TIME_IN_STAGE
                if here and value is not None and (not stay or _ends(one, value, window)):
                    yield PlanFact(profile, one.number, one.position, one.stage, value)

    async def first_fact(self, definition: str) -> datetime | None:
        """The first fact's time."""
        times = (one.time for those in self._tables().facts.values() for one in those if one.journey == definition)
        return min(times, default=None)

    def _of_measure(self, definition: str, subject: Subject, windows: Windows) -> Mapping[Whose, Sum]:
        assert subject.measure is not None
        values: defaultdict[Whose, list[tuple[int, float]]] = defaultdict(list)
        for whose, one, window in self._within(definition, subject, windows):
            value = one.values.get(subject.measure)
            if value is not None and (subject.measure is not Measure.TIME_IN_STAGE or _ends(one, value, window)):
                values[whose].append((one.number, value))
        return {
            whose: Sum(len(those), sum(value for _, value in those), len({number for number, _ in those}))
            for whose, those in values.items()
        }

    def _of_pain_point(self, definition: str, subject: Subject, windows: Windows) -> Mapping[Whose, Sum]:
        journeys: defaultdict[Whose, set[int]] = defaultdict(set)
        for whose, one, _ in self._within(definition, subject, windows):
            journeys[whose].add(one.number)
        met: defaultdict[Whose, set[int]] = defaultdict(set)
        for profile, pain in self._tables().pains:
            found = _where(subject, windows, pain.position.time, pain.stage)
            if found and (pain.journey, pain.key) == (definition, subject.pain_point):
                met[profile, found[0]].add(pain.number)
        return {
            whose: Sum(len(numbers), float(len(met[whose] & numbers)), len(numbers))
            for whose, numbers in journeys.items()
        }

    def _within(self, definition: str, subject: Subject, windows: Windows) -> Iterator[tuple[Whose, Measured, Window]]:
        for profile, those in self._tables().facts.items():
            for one in those:
                found = _where(subject, windows, one.time, one.stage)
                if found and one.journey == definition:
                    yield (profile, found[0]), one, found[1]


def _where(subject: Subject, windows: Windows, time: datetime, stage: str) -> tuple[Place, Window] | None:
    here = subject.stage in {None, stage}
    if windows.before.holds(time):
        return (Place.BEFORE if here else Place.BEFORE_ELSEWHERE), windows.before
    if windows.after.holds(time):
        return (Place.AFTER if here else Place.AFTER_ELSEWHERE), windows.after
    return None


def _ends(one: Measured, seconds: float, window: Window) -> bool:
    assert window.until is not None
    return one.time + timedelta(seconds=seconds) < window.until


def _place(item: tuple[tuple[str, int], Change]) -> tuple[str, int]:
    return item[0]

"""What counts open to, in memory."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from schemas.journey_definition import JourneyDefinition
from services.journey.counted.port import FoundJourney, FoundStep, JourneysAsked, StepsAsked, place_of
from services.journey.domain.fold import settled
from services.journey.domain.model import Journey, Position
from services.journey.store import JourneyRow, StoredTransition


class Seen(Protocol):
    """What is counted."""

    journeys: dict[tuple[str, str, int], JourneyRow]
    transitions: dict[str, StoredTransition]

    def is_in(self, profile: str, segment: str | None) -> bool:
        """Whether a profile is in a segment, None being that of everybody."""


class MemoryCounted:
    """Answers from journeys and transitions."""

    def __init__(self, tables: Callable[[], Seen]) -> None:
        self._tables = tables

    async def journeys(self, asked: JourneysAsked, after: Position | None, limit: int) -> list[FoundJourney]:
        """A page of journeys."""
        found = [
            FoundJourney(profile, one.number, place_of(one.opened_at, profile, one.number), one.stage, one.status)
            for profile, one in self._settled(asked.definition, asked.now, asked.segment)
            if asked.window.holds(one.opened_at) and asked.those.hold(one.visits.keys(), one.stage, one.status)
        ]
        return sorted((one for one in found if after is None or one.position > after), key=_position)[:limit]

    async def steps(self, asked: StepsAsked, after: Position | None, limit: int) -> list[FoundStep]:
        """A page of steps."""
        found = self._ends(asked) if asked.to is None else self._taken(asked, asked.to)
        inside = (one for one in found if asked.window.holds(one.position.time))
        return sorted((one for one in inside if after is None or one.position > after), key=_position)[:limit]

    def _taken(self, asked: StepsAsked, to: str) -> Iterator[FoundStep]:
        tables = self._tables()
        for stored in tables.transitions.values():
            step = stored.step
            there = (step.journey, step.to) == (asked.definition.key, to)
            came = asked.anywhere or step.from_stage == asked.from_stage
            if there and came and tables.is_in(stored.profile, asked.segment):
                yield FoundStep(stored.profile, step.number, step.position, step.channel)

    def _ends(self, asked: StepsAsked) -> Iterator[FoundStep]:
        for profile, one in self._settled(asked.definition, asked.now, asked.segment):
            if one.closed_at is not None and (asked.anywhere or one.stage == asked.from_stage):
                yield FoundStep(profile, one.number, place_of(one.closed_at, profile, one.number), None)

    def _settled(
        self, definition: JourneyDefinition, now: datetime, segment: str | None
    ) -> Iterator[tuple[str, Journey]]:
        tables = self._tables()
        for row in tables.journeys.values():
            if row.definition == definition.key and tables.is_in(row.profile, segment):
                yield row.profile, settled(definition, row.journey, now)


def _position(one: FoundJourney | FoundStep) -> Position:
    return one.position

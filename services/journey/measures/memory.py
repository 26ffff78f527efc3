"""What can be asked about measures, in memory."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.cells import cells, exact_sum
from services.journey.domain.measures.figures import Dimension, Figure, figures, groups_of, in_order
from services.journey.domain.measures.journey_map import Cell
from services.journey.domain.measures.measured import Measured
from services.journey.domain.measures.pain_points import PainCount
from services.journey.domain.measures.snakes_and_ladders import OF_STEPS
from services.journey.domain.model import Pain, Position
from services.journey.measures.port import FactsAsked, FoundFact, MetPain, Narrowing, PainsAsked
from services.journey.window import Window


class MemoryReading:
    """Answers from facts by profile, and from pain points; `is_in` tells whether a profile is in a segment now."""

    def __init__(
        self,
        facts: Mapping[str, Sequence[Measured]],
        pains: Sequence[tuple[str, Pain]],
        is_in: Callable[[str, str | None], bool],
    ) -> None:
        self._facts = facts
        self._pains = pains
        self._is_in = is_in

    async def figures(self, definition: str, window: Window, by: Dimension | None) -> list[Figure]:
        """Every measure, by group."""
        return figures((one for _, one in self._within(definition, window)), by)

    async def cells(self, definition: str, window: Window, segment: str | None = None) -> list[Cell]:
        """What a map is made of."""
        return cells(one for profile, one in self._within(definition, window) if self._is_in(profile, segment))

    async def touchpoints(self, definition: str, window: Window) -> list[Figure]:
        """What touchpoints lead to."""
        values: defaultdict[tuple[str | None, Measure], list[float]] = defaultdict(list)
        for _, one in self._within(definition, window):
            for measure in OF_STEPS:
                if measure in one.values:
                    values[one.touchpoint, measure].append(one.values[measure])
        return in_order(Figure(*place, len(those), exact_sum(those)) for place, those in values.items())

    async def of_profile(self, profile: str) -> list[Figure]:
        """Every measure of one profile, by definition."""
        by_definition: defaultdict[str, list[Measured]] = defaultdict(list)
        for one in self._facts.get(profile, ()):
            by_definition[one.journey].append(one)
        return [
            figure._replace(group=definition)
            for definition, those in sorted(by_definition.items())
            for figure in figures(those, None)
        ]

    async def facts(self, asked: FactsAsked, after: Position | None, limit: int) -> list[FoundFact]:
        """A page of facts."""
        found = [
            FoundFact(
                profile, one.number, one.position, one.touchpoint, one.stage, one.channel, one.values[asked.measure]
            )
            for profile, one in self._within(asked.definition, asked.window)
            if self._is_in(profile, asked.segment)
            if asked.measure in one.values and (asked.by is None or asked.group in groups_of(one, asked.by))
            if all(_part(one, part) == value for part, value in asked.within.items())
        ]
        return sorted((one for one in found if after is None or one.position > after), key=_position)[:limit]

    async def pain_counts(self, definition: str, window: Window, segment: str | None = None) -> list[PainCount]:
        """How often each pain point was met."""
        met: defaultdict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
        for profile, pain in self._met(definition, window, segment):
            met[pain.key, pain.stage].append((profile, pain.weight))
        return [
            PainCount(
                *place, len(those), len({profile for profile, _ in those}), math.fsum(weight for _, weight in those)
            )
            for place, those in sorted(met.items())
        ]

    async def pains(self, asked: PainsAsked, after: Position | None, limit: int) -> list[MetPain]:
        """A page of meetings with a pain point."""
        found = [
            MetPain(profile, pain.number, pain.position, pain.stage, pain.weight)
            for profile, pain in self._met(asked.definition, asked.window, asked.segment)
            if pain.key == asked.pain_point and asked.stage in {None, pain.stage}
            if after is None or pain.position > after
        ]
        return sorted(found, key=_position)[:limit]

    def _within(self, definition: str, window: Window) -> Iterable[tuple[str, Measured]]:
        for profile, measured in self._facts.items():
            for one in measured:
                if one.journey == definition and window.holds(one.position.time):
                    yield profile, one

    def _met(self, definition: str, window: Window, segment: str | None) -> Iterable[tuple[str, Pain]]:
        return (
            (profile, pain)
            for profile, pain in self._pains
            if pain.journey == definition and window.holds(pain.position.time) and self._is_in(profile, segment)
        )


def _part(one: Measured, part: Narrowing) -> str | None:
    value: str | None = one.position.source if part is Narrowing.SOURCE else getattr(one, part.value)
    return value


def _position(one: FoundFact | MetPain) -> Position:
    return one.position

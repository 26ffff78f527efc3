"""What maps need, in memory."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from services.journey.domain.measures.blueprint import Behind, Served, System
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.journey_map import Average
from services.journey.domain.measures.measured import Measured
from services.journey.domain.measures.reading import text
from services.journey.maps.port import Encounter, Way
from services.journey.store import StoredInteraction
from services.journey.window import Window
from services.journey.wire import as_seen


class Seen(Protocol):
    """What maps are made of."""

    facts: dict[str, Sequence[Measured]]
    interactions: dict[tuple[str, str], StoredInteraction]

    def is_in(self, profile: str, segment: str | None) -> bool:
        """Whether a profile is in a segment now."""


class MemoryMaps:
    """Answers from facts by profile."""

    def __init__(self, tables: Callable[[], Seen]) -> None:
        self._tables = tables

    async def behind(self, definition: str, window: Window, segment: str | None = None) -> Behind:
        """Groups of agents, and systems."""
        served: defaultdict[tuple[str, str | None], list[Measured]] = defaultdict(list)
        systems: Counter[tuple[str, str]] = Counter()
        for profile, those in self._tables().facts.items():
            for one in those:
                if one.journey == definition and window.holds(one.time) and self._tables().is_in(profile, segment):
                    served[one.stage, one.queue].append(one)
                    systems[one.stage, one.position.source] += 1
        return Behind(
            [Served(*place, *(_average(those, each) for each in _SERVED)) for place, those in served.items()],
            [System(*place, count) for place, count in systems.items()],
        )

    async def encounters(self, way: Way, limit: int) -> Sequence[Encounter]:
        """Interactions on the way."""
        those = [
            one
            for one in self._tables().facts.get(way.profile, ())
            if (one.journey, one.number) == (way.definition, way.number)
        ]
        return [self._encounter(one) for one in sorted(those, key=lambda one: one.position)[:limit]]

    def _encounter(self, one: Measured) -> Encounter:
        stored = self._tables().interactions.get((one.position.source, one.position.id))
        values: Mapping[Measure, float] = one.values
        return Encounter(
            one.position,
            one.touchpoint,
            one.stage,
            one.channel,
            one.queue,
            wait=values.get(Measure.WAIT),
            handle=values.get(Measure.HANDLE),
            transfers=values.get(Measure.TRANSFERS),
            emotion=values.get(Measure.EMOTION),
            effort=values.get(Measure.EFFORT),
            agent=text(as_seen(stored), "agent") if stored else None,
        )


_SERVED = (Measure.HANDLE, Measure.WAIT, Measure.TRANSFERS)


def _average(those: Sequence[Measured], measure: Measure) -> Average:
    values = [one.values[measure] for one in those if measure in one.values]
    return Average(len(values), math.fsum(values))

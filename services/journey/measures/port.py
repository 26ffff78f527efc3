"""What can be asked about measures, as a port. Two forms keep it: `memory_reading` and `postgres_reading`."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.figures import Dimension, Figure
from services.journey.domain.measures.journey_map import Cell
from services.journey.domain.measures.pain_points import PainCount
from services.journey.domain.model import Position
from services.journey.window import Window


class Narrowing(StrEnum):
    """What facts of a figure can be narrowed down by, as the cells of maps are. `source` is the system that told."""

    STAGE = "stage"
    TOUCHPOINT = "touchpoint"
    CHANNEL = "channel"
    QUEUE = "queue"
    SOURCE = "source"


EVERYWHERE: Mapping[Narrowing, str | None] = MappingProxyType({})


class FactsAsked(NamedTuple):
    """Which facts: of a measure in a definition; of one group, if `by` is named, None being the facts of no group.

    Only those that are what `within` says, None being what has none. Of customers who are in `segment` now, if one is
    named.
    """

    definition: str
    measure: Measure
    window: Window
    by: Dimension | None = None
    group: str | None = None
    within: Mapping[Narrowing, str | None] = EVERYWHERE
    segment: str | None = None


class FoundFact(NamedTuple):
    """One fact, whose it is, and of which of their journeys."""

    profile: str
    number: int
    position: Position
    touchpoint: str
    stage: str
    channel: str | None
    value: float


class MetPain(NamedTuple):
    """A pain point that a customer met in one of their journeys."""

    profile: str
    number: int
    position: Position
    stage: str
    weight: float


class PainsAsked(NamedTuple):
    """Which meetings with a pain point of a definition: in one stage, or in any; of one segment, or of everybody."""

    definition: str
    pain_point: str
    window: Window
    stage: str | None = None
    segment: str | None = None


class Reading(Protocol):
    """Questions about facts and pain points. All raise Unavailable."""

    async def figures(self, definition: str, window: Window, by: Dimension | None) -> list[Figure]:
        """Every measure, by group, of the interactions in `window`."""

    async def cells(self, definition: str, window: Window, segment: str | None = None) -> list[Cell]:
        """What a map is made of, by stage, touchpoint and channel, in their order.

        Of customers who are in `segment` now, if one is named; so it is with all that names one.
        """

    async def touchpoints(self, definition: str, window: Window) -> list[Figure]:
        """What touchpoints lead to: progress and change of satisfaction by type of interaction, without percentiles."""

    async def of_profile(self, profile: str) -> list[Figure]:
        """Every measure of one profile; the groups are definitions."""

    async def facts(self, asked: FactsAsked, after: Position | None, limit: int) -> list[FoundFact]:
        """Up to `limit` facts in the order of their interactions, after this one."""

    async def pain_counts(self, definition: str, window: Window, segment: str | None = None) -> list[PainCount]:
        """How often each pain point was met in each stage in `window`."""

    async def pains(self, asked: PainsAsked, after: Position | None, limit: int) -> list[MetPain]:
        """Up to `limit` meetings with a pain point, in the order of their interactions, after this one."""

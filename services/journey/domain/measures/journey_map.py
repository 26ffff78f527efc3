"""The journey map: what happens in each stage, touchpoint by touchpoint, and how it is for the customer.

Everything is a sum over facts, told apart by stage, touchpoint and channel; a stage's figures are the sums over its
touchpoints. Means are totals by counts, so a mean of a stage weighs its touchpoints by how often they happened.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.measures.drop_off import DropOff
from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.measures.pain_points import PainPoint

Part = TypeVar("Part")


class Average(NamedTuple):
    """So many facts with this total."""

    facts: int = 0
    total: float = 0.0

    @property
    def mean(self) -> float | None:
        """The total by the number of facts; None of none."""
        return self.total / self.facts if self.facts else None

    def plus(self, other: "Average") -> "Average":
        """Both together."""
        return Average(self.facts + other.facts, self.total + other.total)


class Cell(NamedTuple):
    """What happened at one touchpoint of a stage on one channel.

    `sources` are the systems that told of it, `queues` the groups of agents who had to do with it.
    """

    stage: str
    touchpoint: str
    channel: str | None
    interactions: int
    emotion: Average
    wait: Average
    handle: Average
    time_in_stage: Average
    effort: float
    sources: Sequence[str] = ()
    queues: Sequence[str] = ()


class MapStage(NamedTuple):
    """A stage of the map: its sums, its touchpoints the most frequent first, its pain points the worst first."""

    key: str
    together: Cell
    touchpoints: Sequence[Cell]
    funnel: StagePart
    drop_off: DropOff
    pain_points: Sequence[PainPoint]

    @property
    def dropped(self) -> float | None:
        """The share of those who got here that got no further and were abandoned; None of nobody."""
        return self.drop_off.abandoned / self.drop_off.reached if self.drop_off.reached else None


class Figures(NamedTuple):
    """What a map is made of."""

    cells: Iterable[Cell]
    funnel: Iterable[StagePart]
    drop_off: Iterable[DropOff]
    pain_points: Iterable[PainPoint]


def journey_map(what: JourneyDefinition, figures: Figures) -> list[MapStage]:
    """By stage, in the order written; what happened in stages that the definition no longer has is left out."""
    funnel = {part.stage: part for part in figures.funnel}
    drop_off = {part.stage: part for part in figures.drop_off}
    cells = _by_stage(what, ((cell.stage, cell) for cell in figures.cells))
    pains = _by_stage(what, ((pain.stage, pain) for pain in figures.pain_points))
    return [
        MapStage(
            key,
            together(key, those),
            sorted(those, key=lambda cell: (-cell.interactions, cell.touchpoint, cell.channel or "")),
            funnel[key],
            drop_off[key],
            pains[key],
        )
        for key, those in cells.items()
    ]


def together(stage: str, cells: Iterable[Cell]) -> Cell:
    """All touchpoints of a stage as one."""
    those = list(cells)

    def average(of: Iterable[Average]) -> Average:
        total = Average()
        for one in of:
            total = total.plus(one)
        return total

    return Cell(
        stage,
        "",
        None,
        sum(cell.interactions for cell in those),
        average(cell.emotion for cell in those),
        average(cell.wait for cell in those),
        average(cell.handle for cell in those),
        average(cell.time_in_stage for cell in those),
        sum(cell.effort for cell in those),
        sorted({source for cell in those for source in cell.sources}),
        sorted({queue for cell in those for queue in cell.queues}),
    )


def _by_stage(what: JourneyDefinition, parts: Iterable[tuple[str, Part]]) -> Mapping[str, list[Part]]:
    found: dict[str, list[Part]] = {stage.key: [] for stage in what.stages}
    for stage, part in parts:
        if stage in found:
            found[stage].append(part)
    return found

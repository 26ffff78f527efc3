"""What is said of measurements: percentiles, medians, and ratios of things measured side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles by the nearest rank, in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


def latency(seconds: Sequence[float]) -> Latency | None:
    """The percentiles of durations in seconds; None of none."""
    if not seconds:
        return None
    ranked = sorted(seconds)
    p50, p95, p99 = (round(nearest_rank(ranked, share) * 1000, 2) for share in (0.50, 0.95, 0.99))
    return Latency(len(ranked), p50, p95, p99, round(ranked[-1] * 1000, 2))


def nearest_rank(ranked: Sequence[float], share: float) -> float:
    """The least value of a sorted sequence that at least `share` of the values do not exceed."""
    rank = -int(-share * len(ranked) // 1)
    return ranked[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Beside:
    """A thing and its floor, measured in turns: the machine's mood is the same for both."""

    floor: Sequence[float]
    step: Sequence[float]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return median(step / floor for floor, step in zip(self.floor, self.step, strict=True))


def in_turns(rounds: int, floor: Callable[[], float], step: Callable[[], float]) -> Beside:
    """Both measured `rounds` times, each time in the other order, so that neither always comes first."""
    floors, steps = [], []
    for number in range(rounds):
        if number % 2:
            steps.append(step())
            floors.append(floor())
        else:
            floors.append(floor())
            steps.append(step())
    return Beside(floors, steps)


def growth(points: Sequence[tuple[float, float]]) -> float:
    """How much the second value grows from the first to the last third of the first: the difference of medians."""
    if not points:
        return 0.0
    ordered = sorted(points)
    third = max(1, len(ordered) // 3)
    return median(value for _, value in ordered[-third:]) - median(value for _, value in ordered[:third])

"""How large a run is."""

from dataclasses import dataclass
from pathlib import Path

LEAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`scale` multiplies sizes and durations; `folder` is for files that go when the run is over."""

    folder: Path
    scale: float = 1.0
    rounds: int = 5
    kafka: bool = False

    def size(self, full: int, least: int = 1) -> int:
        """A number of things at this scale."""
        return max(least, round(full * self.scale))

    def seconds(self, full: float) -> float:
        """A duration at this scale."""
        return max(LEAST_SECONDS, full * self.scale)

    @property
    def brokers(self) -> tuple[bool, ...]:
        """Whether each broker to be measured is Apache Kafka."""
        return (False, True) if self.kafka else (False,)

"""When to start a dead child again: a pure decision."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RestartPolicy:
    """Doubles the wait at each death within `window_seconds`, and gives up after `most` of them."""

    most: int = 5
    window_seconds: float = 60.0
    first_delay_seconds: float = 0.25
    longest_delay_seconds: float = 4.0

    def delay(self, deaths: Sequence[float], now: float) -> float | None:
        """Seconds to wait after the latest of `deaths` (clock readings up to `now`); None to give up."""
        recent = sum(1 for death in deaths if now - death <= self.window_seconds)
        if recent > self.most:
            return None
        return float(min(self.first_delay_seconds * 2 ** (recent - 1), self.longest_delay_seconds))

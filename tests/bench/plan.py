"""What a load generator is told and what it answers; both travel as MessagePack over its standard streams."""

import msgspec


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A load that is bounded in count and time.

    With a `schedule` (seconds from the start, one per request) the loop is open: requests are due at their times
    however slow the answers are. Without, it is closed: each connection sends its next request when the last one is
    answered, round and round through `requests`, for `seconds`.
    """

    host: str
    port: int
    requests: list[bytes]
    connections: int
    schedule: list[float] = []
    seconds: float = 0.0
    stream: bytes | None = None
    awaited: list[str] = []
    patience_seconds: float = 60.0
    server_pid: int | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, in seconds from the start; `due` is when a request was to be sent, the start of its latency.

    `seen` tells when each awaited interaction was first named on the stream. The processor times are those of the
    generator and of the server, over `wall_seconds` from the start to when the last thing awaited had happened.
    """

    due: list[float]
    answered: list[float]
    statuses: list[int]
    seen: dict[str, float]
    wall_seconds: float
    cpu_seconds: float
    server_cpu_seconds: float
    reconnects: int = 0

    @property
    def failures(self) -> int:
        """Requests that were not answered with success; 0 stands for a broken connection."""
        return sum(1 for status in self.statuses if not 200 <= status < 300)

    @property
    def busy(self) -> float:
        """The share of one processor that the generator took: near 1, it measured itself."""
        return self.cpu_seconds / self.wall_seconds

    @property
    def server_busy(self) -> float:
        """The same of the server with all that it started; above 1 it used several processors."""
        return self.server_cpu_seconds / self.wall_seconds

    def latencies(self, after: float = 0.0) -> list[float]:
        """Seconds from when a request was due to when it was answered well, of those due `after` the warm-up."""
        return [
            end - due
            for due, end, status in zip(self.due, self.answered, self.statuses, strict=True)
            if due >= after and 200 <= status < 300
        ]

    def per_second(self, after: float = 0.0) -> float:
        """Requests answered well in a second, counted from `after` the warm-up."""
        ends = [
            end for end, status in zip(self.answered, self.statuses, strict=True) if end >= after and status // 100 == 2
        ]
        return len(ends) / (max(ends) - after) if len(ends) > 1 else 0.0

"""What the supervisor needs to know of a program to look after it."""

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

Check = Callable[[], Awaitable[bool]]
Step = Callable[[], Awaitable[None]]


async def at_once() -> bool:
    """Ready as soon as it runs."""
    return True


async def nothing() -> None:
    """No preparation."""


@dataclass(frozen=True, kw_only=True)
class Child:
    """One program. `ready` is polled until true; it may set up what others expect to find.

    Children of one `start_stage` start together, when those of the lower stages are ready. On a clean stop, children of
    the lowest `stop_stage` are told first, and the next stage only when they are gone.
    `death_signal` is what the kernel sends when the supervisor itself is killed.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    prepare: Step = nothing
    ready: Check = at_once
    start_stage: int = 0
    start_seconds: float = 30.0
    stop_stage: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    death_signal: signal.Signals = signal.SIGKILL


class ChildFailed(Exception):
    """A child could not be started, or died too often. `last_lines` is the end of its log."""

    def __init__(self, name: str, what: str, last_lines: tuple[str, ...]) -> None:
        super().__init__(f"{name} {what}")
        self.name = name
        self.last_lines = last_lines
        self.add_note("\n".join(last_lines))

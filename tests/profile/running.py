"""The profile step on a store, as the worker runs it."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from services.profile.applying import Applier
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.tombstones import Engraver
from services.profile.linking import LARGE
from services.profile.step import ProfileStep
from services.profile.store import Store
from services.profile.wire import decode
from services.runtime.errors import Unavailable
from services.runtime.log import Message
from tests.profile.policies import TIGHT

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ENGRAVER = Engraver(b"a key of thirty-two bytes or more")
Replay = Callable[[Coroutine[Any, Any, None]], None]
"""Runs one history to its end, and counts it if it held."""


def ids(of: int = 1) -> Callable[[], str]:
    """Profile ids that can be told apart and told again; two makers of different kinds give no id twice."""
    numbers = count(1)
    return lambda: f"0000000{of}-0000-7000-8000-{next(numbers):012d}"


def profile_step(policy: IdentityPolicy, new_id: Callable[[], str] | None = None) -> ProfileStep:
    """Under most policies somebody who has two identifiers counts as large."""
    large_from = LARGE if policy in TIGHT[::3] else 2
    return ProfileStep(policy, new_id or ids(), lambda: NOW, ENGRAVER, large_from)


@cache
def tight_step(place: int) -> ProfileStep:
    """The step under `TIGHT[place]`: one for all examples, since parsing telephone numbers anew is slow."""
    return profile_step(TIGHT[place])


async def apply(store: Store, step: ProfileStep, values: Sequence[bytes]) -> list[str]:
    """The outcomes of one batch."""
    batch = [step.spot(decode(value)) for value in values]
    await Applier(store, step).apply(batch)
    return [one.outcome for one in batch]


class Recorder:
    """A producer that remembers; it can be away."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.away = False

    @property
    def messages(self) -> list[Message]:
        return [message for _, message in self.sent]

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        if self.away:
            raise Unavailable("the log is away")
        self.sent += [(topic, message) for message in messages]

    async def close(self) -> None:
        """Nothing to let go of."""

"""When what the profile step says of interactions was sent."""

import re
import time
from collections.abc import Sequence

from services.runtime.log import Message
from tests.bench.profile_runner import NoProducer


class Told(NoProducer):
    """Remembers what is sent, and when."""

    def __init__(self) -> None:
        self._sent: list[tuple[float, Sequence[Message]]] = []

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """In the order of sending."""
        self._sent.append((time.perf_counter(), messages))

    def ends(self, name: str, of: int, batches: int) -> list[float]:
        """When the last of each batch of `of` interactions was told; they are called `name` and a number from 0 on.

        Raises AssertionError if one was never told.
        """
        number = re.compile(rf'"id":"{name}-(\d+)"'.encode())
        ends, told = [0.0] * batches, set[int]()
        for at, messages in self._sent:
            for message in messages:
                for found in map(int, number.findall(message.value)):
                    ends[found // of] = max(ends[found // of], at)
                    told.add(found)
        assert len(told) == of * batches
        return ends

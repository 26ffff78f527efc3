"""What goes over the wire, and what a sender must know to write and sign it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One HTTP POST."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where the service is, and what its senders prove themselves with."""

    url: str
    source_key: str
    channel_secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """One telling of a story: `id` makes everything in it its own. Pure: the time of each step is given."""

    id: str
    step: int
    at: datetime

    def own(self, name: str) -> str:
        """An id of this telling, the same in all its steps: for a call, an order."""
        return f"{name}-{self.id}"

    @property
    def once(self) -> str:
        """An id of this step alone."""
        return f"{self.id}-{self.step}"

    @property
    def number(self) -> int:
        """A number for this telling, for vendors whose ids are numbers; below 2**40."""
        return int(sha256(self.id.encode()).hexdigest()[:10], 16)

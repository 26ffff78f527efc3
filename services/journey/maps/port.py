"""What maps need beside measures, as a port. Two forms keep it: `memory` and `postgres`."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from services.journey.domain.measures.blueprint import Behind
from services.journey.domain.model import Position
from services.journey.window import Window


class Way(NamedTuple):
    """One journey of one profile, in one definition."""

    profile: str
    definition: str
    number: int


class Encounter(NamedTuple):
    """One interaction on a customer's way; None is what nobody measured. `agent` is a person who works for us."""

    position: Position
    touchpoint: str
    stage: str
    channel: str | None
    queue: str | None
    wait: float | None
    handle: float | None
    transfers: float | None
    emotion: float | None
    effort: float | None
    agent: str | None


class Maps(Protocol):
    """Questions of maps. All raise Unavailable."""

    async def behind(self, definition: str, window: Window, segment: str | None = None) -> Behind:
        """Groups of agents and systems by stage, of the interactions in `window`; in no order.

        Of customers who are in `segment` now, if one is named.
        """

    async def encounters(self, way: Way, limit: int) -> Sequence[Encounter]:
        """The first `limit` interactions on the way, in their order."""

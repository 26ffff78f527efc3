"""Every version of a definition that was ever in force, as a port. Two forms keep it: `memory` and `postgres`."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from schemas.journey_definition import JourneyDefinition


class Version(NamedTuple):
    """A version and since when it was in force; `what` is None of one that this Kesher does not understand."""

    number: int
    since: datetime
    what: JourneyDefinition | None


class Versions(Protocol):
    """Keeps them. Raises Unavailable."""

    async def of(self, definition: str) -> Sequence[Version]:
        """All versions of a definition, the latest first."""

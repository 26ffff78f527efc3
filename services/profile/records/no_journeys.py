"""What is kept of journeys where the journey service is not in this process: nothing."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from schemas.exported_journeys import JourneyRead, KeptOfJourneys, Pages

T = TypeVar("T")


class NoJourneyRecords:
    """Every part is empty."""

    def of(self, _: str, __: datetime) -> Mapping[str, Pages]:
        """All parts."""
        return {name: _empty() for name in KeptOfJourneys.model_fields}

    def reads(self, _: Sequence[str]) -> AsyncIterator[Sequence[JourneyRead]]:
        """Nobody's."""
        return _empty()


async def _empty() -> AsyncIterator[Sequence[T]]:
    return
    yield

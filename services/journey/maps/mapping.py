"""The current state of a journey, put together from what is asked at once."""

import asyncio
from datetime import datetime

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.measures.journey_map import Figures, MapStage, journey_map
from services.journey.domain.measures.pain_points import pain_points
from services.journey.store import Store
from services.journey.window import Window


async def current_map(
    store: Store, what: JourneyDefinition, window: Window, now: datetime, segment: str | None = None
) -> list[MapStage]:
    """The map of what happened in `window`, by stage; of customers in `segment` now, if named. Raises Unavailable."""
    cells, funnel, drop_off, pains = await asyncio.gather(
        store.reading.cells(what.key, window, segment),
        store.funnel(what, window, now, segment),
        store.drop_off(what, window, now, segment),
        store.reading.pain_counts(what.key, window, segment),
    )
    return journey_map(what, Figures(cells, funnel, drop_off, pain_points(what, pains)))

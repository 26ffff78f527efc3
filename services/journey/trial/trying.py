"""A definition tried on everybody's past, in pages, while the service goes on. Nothing is written."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from services.journey.domain.definition import Definition
from services.journey.domain.trial import Trial
from services.journey.store import Store

PAGE = 50


async def trying(store: Store, after: Definition, now: datetime) -> AsyncIterator[Trial]:
    """The same trial after each page of customers, complete at the end. Raises Unavailable."""
    registry = await store.registry()
    before = registry.definitions.get(after.key)
    trial = Trial(before, after, now)
    last: str | None = None
    read = after.traits | (before.traits if before else frozenset())
    while page := await store.timelines(last, PAGE):
        pins = await store.pins([*page]) if read | registry.traits.names else {}
        for profile, timeline in page.items():
            last = profile
            trial.add(profile, timeline, registry.profile(timeline, pins.get(profile, ()), read))
            await asyncio.sleep(0)
        yield trial

"""Long computations beside the event loop, which has to tell the log in time that this worker lives."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import ParamSpec, TypeVar

from services.journey.domain.model import Interaction

LONG_INTERACTIONS = 5_000
"""Folding so many takes some tenths of a second."""

P = ParamSpec("P")
T = TypeVar("T")


async def aside(
    timelines: Mapping[str, Sequence[Interaction]], compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """What `compute` gives; in a thread of its own where these timelines are long. It must be pure."""
    if sum(map(len, timelines.values())) < LONG_INTERACTIONS:
        return compute(*args, **kwargs)
    return await asyncio.to_thread(compute, *args, **kwargs)

"""What several routes of the journey service are asked for."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import AwareDatetime

from schemas.journey_definition import JourneyDefinition
from services.journey.store import Store
from services.journey.window import Window
from services.runtime.access import Person
from services.runtime.errors import NotFound, Rejected
from services.runtime.web import ERRORS

Asks = Callable[..., Awaitable[Person]]
"""A dependency that lets a person pass, or not."""

MISSING: dict[int | str, dict[str, Any]] = {400: ERRORS[400], 404: ERRORS[404], 422: ERRORS[422]}


def _window(
    since: Annotated[AwareDatetime | None, Query(description="From this moment on")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Until before this moment")] = None,
) -> Window:
    if since and until and since >= until:
        raise Rejected("since lies at or after until", field="since")
    return Window(since, until)


AskedWindow = Annotated[Window, Depends(_window)]

AskedSegment = Annotated[
    str | None, Query(max_length=200, description="Only customers who are in this segment now; without it, everybody")
]

AskedCursor = Annotated[str | None, Query(max_length=3_000, description="The `next` of the page before")]

AskedLimit = Annotated[int, Query(ge=1, le=1_000)]


async def definition_of(store: Store, key: str) -> JourneyDefinition:
    """The definition in force. Raises NotFound."""
    definition = (await store.registry()).definitions.get(key)
    if definition is None:
        raise NotFound("there is no such journey; GET /v1/journeys lists them", field="key")
    return definition.what


async def check_segment(store: Store, key: str | None) -> None:
    """Raises NotFound for a segment that there is not."""
    if key is not None and key not in (await store.registry()).segments:
        raise NotFound("there is no such segment; GET /v1/segments lists them", field="segment")


def stages_of(what: JourneyDefinition) -> list[str]:
    """The keys of its stages, in the order written."""
    return [stage.key for stage in what.stages]


def check_stage(what: JourneyDefinition, stage: str | None) -> None:
    """Raises NotFound for a stage that the definition does not have."""
    if stage is not None and stage not in stages_of(what):
        raise NotFound("the journey has no such stage", field="stage")

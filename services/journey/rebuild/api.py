"""Rebuilds over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path

from services.journey.rebuild.port import Rebuilds, Stretch
from services.journey.rebuild.rereading import whole
from services.journey.rebuild.views import RebuildRequest, RebuildView, rebuild_view
from services.runtime.access import Access, Role
from services.runtime.errors import Contradicted, NotFound
from services.runtime.log import Log
from services.runtime.web import ERRORS

LAST = 2**63 - 1
"""The greatest number that the database counts to."""
CUT = (
    "the log does not hold its first {missed:,} messages any more: what was in them would come from the store alone."
    " Nothing that the store has is lost by going on; say partial (--partial) to read what the log still holds"
)


def rebuild_router(rebuilds: Rebuilds, log: Log, access: Access) -> APIRouter:
    """The routes of rebuilds; workers do the work."""
    router = APIRouter(tags=["journey"], responses={status: ERRORS[status] for status in (401, 403, 503)})
    admin = [Depends(access.requires(Role.ADMIN))]

    @router.post(
        "/v1/rebuilds",
        summary="Make all journeys and measures anew",
        description="Goes on with the rebuild that is under way, if there is one.",
        status_code=202,
        dependencies=admin,
        responses={409: ERRORS[400], 422: ERRORS[422]},
    )
    async def begin(request: Annotated[RebuildRequest, Body()]) -> RebuildView:
        stretch = await _stretch(log, request) if request.source == "log" else None
        return await _view(rebuilds, (await rebuilds.begin(stretch)).id)

    @router.get(
        "/v1/rebuilds/{rebuild_id}",
        summary="How far a rebuild is",
        dependencies=admin,
        responses={404: ERRORS[404], 422: ERRORS[422]},
    )
    async def how_far(rebuild_id: Annotated[int, Path(ge=1, le=LAST)]) -> RebuildView:
        return await _view(rebuilds, rebuild_id)

    return router


async def _stretch(log: Log, request: RebuildRequest) -> Stretch:
    stretch = await whole(log)
    if stretch.missed and not request.partial:
        raise Contradicted(CUT.format(missed=stretch.missed), field="partial")
    return stretch


async def _view(rebuilds: Rebuilds, rebuild: int) -> RebuildView:
    progress = await rebuilds.progress(rebuild)
    if progress is None:
        raise NotFound("no such rebuild", field="rebuild_id")
    return rebuild_view(progress)

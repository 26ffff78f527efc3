"""Segments over HTTP: which are in force, how many customers are in each, and new ones."""

from fastapi import APIRouter, Depends, Request

from services.journey.asking import MISSING, Asks
from services.journey.segment_views import SegmentsView, SegmentView, views_of
from services.journey.store import Store
from services.journey.views import AcceptedView
from services.journey.written import BODY, written_segment
from services.runtime.errors import NotFound
from services.runtime.web import ERRORS


def add_segments(router: APIRouter, store: Store, reader: Asks, writer: Asks) -> None:
    """Adds the routes of segments."""

    @router.get("/v1/segments", summary="All segments in force", dependencies=[Depends(reader)])
    async def segments() -> SegmentsView:
        return SegmentsView(items=await views_of(store, (await store.registry()).segments.values()))

    @router.get("/v1/segments/{key}", summary="One segment", dependencies=[Depends(reader)], responses=MISSING)
    async def segment(key: str) -> SegmentView:
        found = (await store.registry()).segments.get(key)
        if found is None:
            raise NotFound("there is no such segment; GET /v1/segments lists them", field="key")
        (view,) = await views_of(store, [found])
        return view

    @router.put(
        "/v1/segments/{key}",
        summary="Put a segment in force",
        dependencies=[Depends(writer)],
        responses={400: ERRORS[400], 413: ERRORS[400], 415: ERRORS[400]},
        openapi_extra=BODY,
    )
    async def put_segment(key: str, request: Request) -> AcceptedView:
        what = (await written_segment(request, key)).what
        return AcceptedView(key=key, version=what.version, accepted=await store.accept_segment(what))

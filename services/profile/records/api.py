"""The routes to what is stored: everything about a person, and one interaction with what became of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from fastapi.responses import StreamingResponse

from services.profile.api import READERS
from services.profile.records.export import Exports
from services.profile.records.export_views import ProfileExport
from services.profile.records.interaction_views import InteractionAnswer
from services.profile.records.interactions import Interactions
from services.runtime.access import Access, Person, Role
from services.runtime.web import ERASED, ERRORS

JSON = "application/json"
LAST = 2**63 - 1


def record_router(exports: Exports, interactions: Interactions, access: Access) -> APIRouter:
    """The routes about stored records."""
    router = APIRouter(tags=["profile"], responses=ERRORS)
    Reader = Annotated[Person, Depends(access.requires(*READERS))]  # noqa: N806 -- a type
    Steward = Annotated[Person, Depends(access.requires(Role.STEWARD))]  # noqa: N806 -- a type

    @router.get(
        "/v1/profiles/{profile_id}/export",
        summary="Everything about a person, machine-readable, with provenance",
        response_class=StreamingResponse,
        responses={200: {"model": ProfileExport, "content": {JSON: {}}}, **ERASED},
    )
    async def export(steward: Steward, profile_id: UUID) -> StreamingResponse:
        live, document = await exports.export(profile_id, steward)
        name = {"Content-Disposition": f'attachment; filename="profile-{live}.json"', "Cache-Control": "no-store"}
        return StreamingResponse(document, media_type=JSON, headers=name)

    @router.get("/v1/interactions/{number}", summary="What became of an interaction, and why")
    async def interaction(reader: Reader, number: Annotated[int, Path(ge=1, le=LAST)]) -> InteractionAnswer:
        return await interactions.explain(number, reader)

    return router

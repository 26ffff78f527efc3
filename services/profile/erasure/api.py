"""The routes for stewards who erase a person."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.profile.erasure.erasing import Erasing
from services.profile.erasure.views import ErasureAnswer, ErasurePreview, ErasureRequest
from services.runtime.access import Access, Person, Role
from services.runtime.web import CONTRADICTED, ERASED, ERRORS


def erase_router(erasing: Callable[[], Erasing], access: Access) -> APIRouter:
    """The routes. `erasing` raises Unavailable until the service runs, and where no key is set."""
    router = APIRouter(tags=["profile"], responses=ERRORS)
    Steward = Annotated[Person, Depends(access.requires(Role.STEWARD))]  # noqa: N806 -- a type

    @router.post(
        "/v1/profiles/{profile_id}/erase/preview",
        summary="What erasing a person would take",
        responses={**CONTRADICTED, **ERASED},
    )
    async def preview(steward: Steward, profile_id: UUID) -> ErasurePreview:
        return await erasing().preview(profile_id, steward)

    @router.post(
        "/v1/profiles/{profile_id}/erase", summary="Forget a person, for ever", responses={**CONTRADICTED, **ERASED}
    )
    async def erase(steward: Steward, profile_id: UUID, asked: ErasureRequest) -> ErasureAnswer:
        return await erasing().erase(profile_id, asked, steward)

    return router

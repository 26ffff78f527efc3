"""The routes for stewards who choose what is shown of a person where sources disagree."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.profile.api import READERS
from services.profile.pins.pinning import Pinning
from services.profile.pins.views import PinAnswer, PinRequest, PinsAnswer
from services.profile.reading.views import WithdrawalRequest
from services.runtime.access import Access, Person, Role
from services.runtime.web import CONTRADICTED, ERASED, ERRORS


def pin_router(pinning: Pinning, access: Access) -> APIRouter:
    """The routes about pins."""
    router = APIRouter(tags=["profile"], responses={**ERRORS, **ERASED})
    Reader = Annotated[Person, Depends(access.requires(*READERS))]  # noqa: N806 -- a type
    Steward = Annotated[Person, Depends(access.requires(Role.STEWARD))]  # noqa: N806 -- a type

    @router.get("/v1/profiles/{profile_id}/pins", summary="What stewards pinned of a person, and took back")
    async def pins(reader: Reader, profile_id: UUID) -> PinsAnswer:
        return await pinning.pins(profile_id, reader)

    @router.post(
        "/v1/profiles/{profile_id}/pins",
        status_code=201,
        summary="Show this value, whatever others say",
        responses=CONTRADICTED,
    )
    async def pin(steward: Steward, profile_id: UUID, asked: PinRequest) -> PinAnswer:
        return await pinning.pin(profile_id, asked, steward)

    @router.delete(
        "/v1/profiles/{profile_id}/pins/{pin_id}",
        summary="Take a pin back; it stays on record",
        responses=CONTRADICTED,
    )
    async def unpin(steward: Steward, profile_id: UUID, pin_id: UUID, asked: WithdrawalRequest) -> PinAnswer:
        return await pinning.unpin(profile_id, pin_id, asked, steward)

    return router

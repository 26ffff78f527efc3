"""The routes of likely duplicates, for stewards. To decide about a pair is a decision like any other."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.profile.duplicates.queue import Duplicates
from services.profile.duplicates.views import DuplicatesAnswer, LikelyPairAnswer
from services.runtime.access import Access, Person, Role
from services.runtime.web import ERASED, ERRORS


def duplicates_router(duplicates: Duplicates, access: Access) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["identity"], responses=ERRORS)
    Steward = Annotated[Person, Depends(access.requires(Role.STEWARD))]  # noqa: N806 -- a type

    @router.get("/v1/duplicates", summary="People who may be one, the likeliest first")
    async def queue(
        steward: Steward,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        least: Annotated[float, Query(ge=0.01, le=1, description="The least probability to be shown")] = 0.1,
    ) -> DuplicatesAnswer:
        return await duplicates.queue(least, cursor, limit, steward)

    @router.get(
        "/v1/duplicates/{profile_id}/{other_id}",
        summary="Why two people may be one, field by field",
        responses=ERASED,
    )
    async def pair(steward: Steward, profile_id: UUID, other_id: UUID) -> LikelyPairAnswer:
        return await duplicates.pair(str(profile_id), str(other_id), steward)

    return router

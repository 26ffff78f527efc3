"""The profile API's routes. Personal data stays out of URLs; ids in them may be old, the answer is the live profile."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query

from schemas.interaction import Channel
from services.profile.decisions.stewards import Stewards
from services.profile.reading.service import Profiles
from services.profile.reading.views import (
    DecisionRequest,
    EffectAnswer,
    IdentityAnswer,
    LookupAnswer,
    LookupRequest,
    PreviewRequest,
    Profile,
    SearchAnswer,
    SearchRequest,
    TimelineAnswer,
    WhyAnswer,
    WhyRequest,
    WithdrawalRequest,
)
from services.profile.reading.why import Explanations
from services.runtime.access import Access, Person, Role
from services.runtime.web import CONTRADICTED, ERASED, ERRORS

READERS = (Role.AGENT, Role.STEWARD, Role.OPS)


def profile_router(profiles: Profiles, access: Access) -> APIRouter:
    """The routes, each for people who may read profiles."""
    router = APIRouter(tags=["profile"], responses=ERRORS)
    Reader = Annotated[Person, Depends(access.requires(*READERS))]  # noqa: N806 -- a type

    @router.post("/v1/profiles/lookup", summary="One person by any identifier")
    async def lookup(reader: Reader, asked: LookupRequest) -> LookupAnswer:
        return await profiles.lookup(asked, reader)

    @router.post("/v1/profiles/search", summary="People by part of a name, or by any identifier")
    async def search(reader: Reader, asked: SearchRequest) -> SearchAnswer:
        return await profiles.search(asked, reader)

    @router.get("/v1/profiles/{profile_id}", summary="One person, by any id the profile ever had", responses=ERASED)
    async def profile(reader: Reader, profile_id: UUID) -> Profile:
        return await profiles.profile(str(profile_id), reader)

    @router.get(
        "/v1/profiles/{profile_id}/timeline",
        summary="What happened, on all channels, newest first",
        responses=ERASED,
    )
    async def timeline(
        reader: Reader,
        profile_id: UUID,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        channel: Channel | None = None,
    ) -> TimelineAnswer:
        return await profiles.timeline(str(profile_id), cursor, limit, channel, reader)

    @router.get(
        "/v1/profiles/{profile_id}/identity",
        summary="Why this is one person, and who was kept apart",
        responses=ERASED,
    )
    async def identity(reader: Reader, profile_id: UUID) -> IdentityAnswer:
        return await profiles.identity(str(profile_id), reader)

    return router


def identity_router(explanations: Explanations, stewards: Callable[[], Stewards], access: Access) -> APIRouter:
    """The routes for people who ask, or decide, who is who. `stewards` raises Unavailable until the service runs."""
    router = APIRouter(tags=["identity"], responses=ERRORS)
    Reader = Annotated[Person, Depends(access.requires(*READERS))]  # noqa: N806 -- a type
    Steward = Annotated[Person, Depends(access.requires(Role.STEWARD))]  # noqa: N806 -- a type

    @router.post("/v1/identity/why", summary="Why two identifiers are, or are not, one person")
    async def why(reader: Reader, asked: WhyRequest) -> WhyAnswer:
        return await explanations.why(asked, reader)

    @router.post(
        "/v1/identity/decisions/preview",
        summary="What a decision, or its withdrawal, would change",
        responses=CONTRADICTED,
    )
    async def preview(steward: Steward, asked: Annotated[PreviewRequest, Body()]) -> EffectAnswer:
        return await stewards().preview(asked, steward)

    @router.post(
        "/v1/identity/decisions",
        status_code=201,
        summary="Two identifiers are one person, or are not",
        responses=CONTRADICTED,
    )
    async def decide(steward: Steward, asked: DecisionRequest) -> EffectAnswer:
        return await stewards().decide(asked, steward)

    @router.delete(
        "/v1/identity/decisions/{decision_id}",
        summary="Take a decision back; it stays on record",
        responses=CONTRADICTED,
    )
    async def withdraw(steward: Steward, decision_id: UUID, asked: WithdrawalRequest) -> EffectAnswer:
        return await stewards().withdraw(decision_id, asked, steward)

    return router

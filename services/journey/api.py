"""The journey service's questions and answers over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.journey.actions.api import add_actions
from services.journey.alerts.api import add_alerts
from services.journey.asking import MISSING, Asks, definition_of
from services.journey.counted.api import add_counted
from services.journey.domain.definition import Definition
from services.journey.domain.trial import Trial
from services.journey.maps.api import add_maps
from services.journey.measures.api import add_measures
from services.journey.measures.views import ProfileMeasuresView, profile_measures_view
from services.journey.noting import note
from services.journey.plans.api import add_plans
from services.journey.segments_api import add_segments
from services.journey.store import Store
from services.journey.trial.trying import trying
from services.journey.trial.views import TrialProgress, trial_view
from services.journey.versions.api import add_versions
from services.journey.views import (
    AcceptedView,
    DefinitionView,
    JourneysView,
    ProfileJourneysView,
    definition_view,
    journey_view,
    profile_journeys_view,
)
from services.journey.webhooks.views import DeadDeliveriesView, dead_deliveries_view
from services.journey.written import BODY, written
from services.runtime.access import Access, Person, Role
from services.runtime.clock import Clock
from services.runtime.errors import Contradicted, Gone, NotFound
from services.runtime.web import ERASED, ERRORS

MOST_JOURNEYS = 100
MOST_DEAD = 200
NOBODYS = "no such profile, or nothing is known of its journeys yet"
OF_PROFILE = {**MISSING, **ERASED}
NDJSON = "application/x-ndjson"


def journey_router(store: Store, access: Access, clock: Clock) -> APIRouter:
    """The routes of definitions, measures and profiles' journeys."""
    router = APIRouter(tags=["journey"], responses={status: ERRORS[status] for status in (401, 403, 503)})
    reader = access.requires(Role.AGENT, Role.OPS, Role.STEWARD)
    _definitions(router, store, reader, access.requires(Role.STEWARD))
    _trial(router, store, access.requires(Role.STEWARD), clock)
    add_versions(router, store, reader)
    add_segments(router, store, reader, access.requires(Role.STEWARD))
    add_measures(router, store, reader, clock)
    add_counted(router, store, reader, clock)
    add_maps(router, store, reader, clock)
    add_plans(router, store, access.requires(Role.OPS, Role.STEWARD), clock)
    add_actions(router, store, reader, clock)
    add_alerts(router, store, reader, clock)
    _webhooks(router, store, access.requires(Role.STEWARD), clock)
    _of_profiles(router, store, reader, clock)
    return router


def _definitions(router: APIRouter, store: Store, reader: Asks, writer: Asks) -> None:
    @router.get("/v1/journeys", summary="All journey definitions in force", dependencies=[Depends(reader)])
    async def journeys() -> JourneysView:
        registry = await store.registry()
        return JourneysView(items=[journey_view(definition.what) for definition in registry.definitions.values()])

    @router.get("/v1/journeys/{key}", summary="One definition", dependencies=[Depends(reader)], responses=MISSING)
    async def journey(key: str) -> DefinitionView:
        return definition_view(await definition_of(store, key), await store.rule_failures(key))

    @router.put(
        "/v1/journeys/{key}",
        summary="Put a definition in force",
        dependencies=[Depends(writer)],
        responses={400: ERRORS[400], 413: ERRORS[400], 415: ERRORS[400]},
        openapi_extra=BODY,
    )
    async def put_journey(key: str, request: Request) -> AcceptedView:
        what = (await written(request, key, (await store.registry()).segments)).what
        return AcceptedView(key=key, version=what.version, accepted=await store.accept(what))


def _trial(router: APIRouter, store: Store, writer: Asks, clock: Clock) -> None:
    under_way = asyncio.Lock()

    async def lines(definition: Definition) -> AsyncIterator[bytes]:
        async with under_way:
            of, trial = await store.customers(), None
            async for trial in trying(store, definition, clock.now()):
                yield _line(TrialProgress(done=trial.customers, of=max(of, trial.customers)))
            trial = trial or Trial(None, definition, clock.now())
            yield _line(TrialProgress(done=trial.customers, of=trial.customers, result=trial_view(trial)))

    @router.post(
        "/v1/journeys/{key}/trial",
        summary="Try a definition on everybody's past",
        description="Lines of JSON: how far it is, and in the last one what would differ. Nothing is kept.",
        dependencies=[Depends(writer)],
        response_class=StreamingResponse,
        responses={
            200: {"content": {NDJSON: {}}, "model": TrialProgress},
            **dict.fromkeys((400, 409, 413, 415), ERRORS[400]),
        },
        openapi_extra=BODY,
    )
    async def try_journey(key: str, request: Request) -> StreamingResponse:
        definition = await written(request, key, (await store.registry()).segments)
        if under_way.locked():
            raise Contradicted("another definition is being tried; wait until it is done")
        return StreamingResponse(lines(definition), media_type=NDJSON)


def _line(progress: TrialProgress) -> bytes:
    return progress.model_dump_json(exclude_none=True).encode() + b"\n"


def _webhooks(router: APIRouter, store: Store, writer: Asks, clock: Clock) -> None:
    @router.get("/v1/webhooks/dead-letters", summary="Webhooks that were given up", dependencies=[Depends(writer)])
    async def dead_webhooks() -> DeadDeliveriesView:
        return dead_deliveries_view(await store.dead_deliveries(MOST_DEAD))

    @router.post(
        "/v1/webhooks/dead-letters/{delivery_id}/replay",
        summary="Try a webhook anew",
        status_code=202,
        dependencies=[Depends(writer)],
        responses=MISSING,
    )
    async def replay_webhook(delivery_id: UUID) -> None:
        if not await store.replay(str(delivery_id), clock.now()):
            raise NotFound("no such webhook was given up", field="delivery_id")


def _of_profiles(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    @router.get("/v1/profiles/{profile_id}/journeys", summary="A customer's journeys", responses=OF_PROFILE)
    async def profile_journeys(profile_id: UUID, person: Annotated[Person, Depends(reader)]) -> ProfileJourneysView:
        found = await store.of_profile(str(profile_id), MOST_JOURNEYS)
        if found is None:
            raise await _nobodys(store, str(profile_id))
        await note(store, person, [found.profile])
        return profile_journeys_view(found, await store.registry(), clock.now())

    @router.get("/v1/profiles/{profile_id}/measures", summary="A customer's measures", responses=OF_PROFILE)
    async def profile_measures(profile_id: UUID, person: Annotated[Person, Depends(reader)]) -> ProfileMeasuresView:
        found = await store.measures_of(str(profile_id))
        if found is None:
            raise await _nobodys(store, str(profile_id))
        profile, figures = found
        await note(store, person, [profile])
        return profile_measures_view(profile, figures)


async def _nobodys(store: Store, profile_id: str) -> NotFound | Gone:
    if await store.erased(profile_id):
        return Gone("whoever had this id was erased", field="profile_id")
    return NotFound(NOBODYS, field="profile_id")

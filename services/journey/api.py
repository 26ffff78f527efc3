"""The journey service's questions and answers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from schemas.journey_definition import JourneyDefinition
from services.journey.actions.views import ActionsView, DeadDeliveriesView, actions_view, dead_deliveries_view
from services.journey.asking import MISSING, AskedWindow, Asks, definition_of
from services.journey.domain.definition import load_definition
from services.journey.domain.definition_text import MAX_CHARACTERS, DefinitionProblem
from services.journey.measure_views import ProfileMeasuresView, profile_measures_view
from services.journey.measures_api import add_measures
from services.journey.store import Store
from services.journey.views import (
    AcceptedView,
    DefinitionView,
    JourneysView,
    ProfileJourneysView,
    definition_view,
    journey_view,
    profile_journeys_view,
)
from services.runtime import telemetry
from services.runtime.access import Access, Person, Role
from services.runtime.clock import Clock
from services.runtime.errors import NotFound, Rejected, TooLarge
from services.runtime.web import ERRORS

MOST_JOURNEYS = 100
MOST_DEAD = 200
BYTES_PER_CHARACTER = 4
JSON_TYPES = frozenset({"application/json"})
NOBODYS = "no such profile, or nothing is known of its journeys yet"
YAML_TYPES = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})


class UnsupportedType(Rejected):
    """The body is in no format that is read here."""

    status = 415


def journey_router(store: Store, access: Access, clock: Clock) -> APIRouter:
    """The routes of definitions, measures and profiles' journeys."""
    router = APIRouter(tags=["journey"], responses={status: ERRORS[status] for status in (401, 403, 503)})
    reader = access.requires(Role.AGENT, Role.OPS, Role.STEWARD)
    _definitions(router, store, reader, access.requires(Role.STEWARD))
    add_measures(router, store, reader, clock)
    _actions(router, store, reader, clock)
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
        openapi_extra=_BODY,
    )
    async def put_journey(key: str, request: Request) -> AcceptedView:
        what = await _written(request)
        if what.key != key:
            raise Rejected(f"the definition is of {what.key!r}; write key: {key}", field="key")
        return AcceptedView(key=key, version=what.version, accepted=await store.accept(what))


def _actions(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    @router.get("/v1/journeys/{key}/actions", summary="Actions", dependencies=[Depends(reader)], responses=MISSING)
    async def actions(key: str, window: AskedWindow) -> ActionsView:
        what = await definition_of(store, key)
        return actions_view(what, await store.actions(what, window, clock.now()))


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
    @router.get("/v1/profiles/{profile_id}/journeys", summary="A customer's journeys", responses=MISSING)
    async def profile_journeys(profile_id: UUID, person: Annotated[Person, Depends(reader)]) -> ProfileJourneysView:
        found = await store.of_profile(str(profile_id), MOST_JOURNEYS)
        if found is None:
            raise NotFound(NOBODYS, field="profile_id")
        await _note(store, person, found.profile)
        return profile_journeys_view(found, await store.registry(), clock.now())

    @router.get("/v1/profiles/{profile_id}/measures", summary="A customer's measures", responses=MISSING)
    async def profile_measures(profile_id: UUID, person: Annotated[Person, Depends(reader)]) -> ProfileMeasuresView:
        found = await store.measures_of(str(profile_id))
        if found is None:
            raise NotFound(NOBODYS, field="profile_id")
        profile, figures = found
        await _note(store, person, profile)
        return profile_measures_view(profile, figures)


async def _note(store: Store, person: Person, profile: str) -> None:
    await store.note_read(person.subject, sorted(person.roles), profile)
    for role in person.roles:
        telemetry.PROFILE_READS.labels(role).inc()


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


async def _written(request: Request) -> JourneyDefinition:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in JSON_TYPES | YAML_TYPES:
        raise UnsupportedType("send the definition as application/yaml or application/json", field="Content-Type")
    try:
        text = (await _body(request)).decode()
        return load_definition(text, json=kind in JSON_TYPES).what
    except UnicodeDecodeError as error:
        raise Rejected("the body is not UTF-8", field="body") from error
    except DefinitionProblem as error:
        raise Rejected("; ".join(map(str, error.problems)), field=error.problems[0].field) from error


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_CHARACTERS * BYTES_PER_CHARACTER:
            raise TooLarge(f"a definition has at most {MAX_CHARACTERS} characters", field="body")
    return body

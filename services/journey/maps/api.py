"""The kinds of map over HTTP: current state, target state, service blueprint, and one customer's own way."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.journey.asking import MISSING, AskedSegment, AskedWindow, Asks, check_segment, definition_of
from services.journey.domain.fold import settled
from services.journey.domain.measures.blueprint import blueprint
from services.journey.domain.measures.target_map import target_map
from services.journey.maps.mapping import current_map
from services.journey.maps.port import Way
from services.journey.maps.views import (
    BlueprintView,
    CustomerMapView,
    TargetMapView,
    blueprint_view,
    customer_map_view,
    encounter_views,
    target_map_view,
)
from services.journey.measures.map_views import MapView, map_view
from services.journey.noting import note
from services.journey.store import Store
from services.runtime.access import Person, Role
from services.runtime.clock import Clock
from services.runtime.errors import Gone, NotFound
from services.runtime.web import ERASED

MOST_JOURNEYS = 100
Number = Annotated[int | None, Query(ge=1, le=1_000_000, description="Which journey; without it, the latest")]
Limit = Annotated[int, Query(ge=1, le=1_000)]


def add_maps(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    """Adds the routes of maps."""
    _of_all(router, store, reader, clock)
    _of_customers(router, store, reader, clock)


def _of_all(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    @router.get("/v1/journeys/{key}/map", summary="The journey map", dependencies=[Depends(reader)], responses=MISSING)
    async def the_map(key: str, window: AskedWindow, segment: AskedSegment = None) -> MapView:
        what = await definition_of(store, key)
        await check_segment(store, segment)
        return map_view(what, await current_map(store, what, window, clock.now(), segment))

    @router.get(
        "/v1/journeys/{key}/map/target",
        summary="The target state beside what is",
        dependencies=[Depends(reader)],
        responses=MISSING,
    )
    async def target(key: str, window: AskedWindow, segment: AskedSegment = None) -> TargetMapView:
        what = await definition_of(store, key)
        await check_segment(store, segment)
        return target_map_view(what, target_map(what, await current_map(store, what, window, clock.now(), segment)))

    @router.get(
        "/v1/journeys/{key}/map/blueprint",
        summary="The service blueprint",
        dependencies=[Depends(reader)],
        responses=MISSING,
    )
    async def the_blueprint(key: str, window: AskedWindow, segment: AskedSegment = None) -> BlueprintView:
        what = await definition_of(store, key)
        await check_segment(store, segment)
        cells, behind = await asyncio.gather(
            store.reading.cells(key, window, segment), store.maps.behind(key, window, segment)
        )
        return blueprint_view(what, blueprint(what, cells, behind))


def _of_customers(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    @router.get(
        "/v1/profiles/{profile_id}/journeys/{key}/map",
        summary="One customer's way, touchpoint by touchpoint",
        responses={**MISSING, **ERASED},
    )
    async def customer(
        profile_id: UUID,
        key: str,
        person: Annotated[Person, Depends(reader)],
        number: Number = None,
        limit: Limit = 300,
    ) -> CustomerMapView:
        what = await definition_of(store, key)
        found = await store.of_profile(str(profile_id), MOST_JOURNEYS)
        if found is None and await store.erased(str(profile_id)):
            raise Gone("whoever had this id was erased", field="profile_id")
        rows = [row for row in found.journeys if row.definition == key] if found else []
        row = next((row for row in rows if number in {None, row.journey.number}), None)
        if found is None or row is None:
            raise NotFound("no such profile, or it has no such journey", field="number" if rows else "profile_id")
        await note(store, person, [found.profile])
        way = Way(found.profile, key, row.journey.number)
        encounters = encounter_views(
            what,
            await store.maps.encounters(way, limit + 1),
            [pain for pain in found.pains if (pain.journey, pain.number) == (key, way.number)],
            with_agents=person.may(Role.AGENT, Role.STEWARD),
        )
        journey = settled(what, row.journey, clock.now())
        numbers = [row.journey.number for row in rows]
        return customer_map_view(what, found.profile, journey, numbers, encounters, limit)

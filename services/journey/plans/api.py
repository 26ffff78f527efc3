"""Plans over HTTP: what somebody does about a pain point or a measure, and what came of it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from services.journey.asking import MISSING, AskedCursor, AskedLimit, Asks, definition_of
from services.journey.domain.effects.windows import Windows
from services.journey.measures.cursor import read_position
from services.journey.noting import note
from services.journey.plans.measuring import compared, plan_effect
from services.journey.plans.port import Change, Deed
from services.journey.plans.views import (
    EffectView,
    PlanEdit,
    PlanFactsView,
    PlanRecordView,
    PlansView,
    PlanView,
    plan_facts_view,
    plan_record_view,
    plan_view,
)
from services.journey.plans.wish import PlanWish, checked
from services.journey.store import Store
from services.runtime.access import Person
from services.runtime.clock import Clock, new_id
from services.runtime.errors import Contradicted, NotFound, Rejected
from services.runtime.web import ERRORS

MOST_PLANS = 200
AsOf = Annotated[AwareDatetime | None, Query(description="`as_of` of the effect that is opened; without it, now")]
CONFLICT = {**MISSING, 409: ERRORS[400]}


def add_plans(router: APIRouter, store: Store, planner: Asks, clock: Clock) -> None:
    """Adds the routes of plans. Whoever may read them may make and change them: they are a team's own list."""
    _reading(router, store, planner, clock)
    _writing(router, store, planner, clock)


def _reading(router: APIRouter, store: Store, planner: Asks, clock: Clock) -> None:
    @router.get(
        "/v1/journeys/{key}/plans", summary="What is done about it", dependencies=[Depends(planner)], responses=MISSING
    )
    async def plans(key: str) -> PlansView:
        what = await definition_of(store, key)
        items = [plan_view(change) for change in await store.plans.of(key)]
        return PlansView(journey=key, version=what.version, items=items)

    @router.get(
        "/v1/journeys/{key}/plans/{plan_id}",
        summary="A plan with its record",
        dependencies=[Depends(planner)],
        responses=MISSING,
    )
    async def plan(key: str, plan_id: UUID) -> PlanRecordView:
        await definition_of(store, key)
        return plan_record_view(await _record(store, key, plan_id))

    @router.get(
        "/v1/journeys/{key}/plans/{plan_id}/effect",
        summary="What came of a plan: before and after",
        dependencies=[Depends(planner)],
        responses=MISSING,
    )
    async def effect(key: str, plan_id: UUID) -> EffectView:
        what = await definition_of(store, key)
        latest = (await _record(store, key, plan_id))[-1]
        return await plan_effect(store.plans, latest, what, clock.now())

    @router.get(
        "/v1/journeys/{key}/plans/{plan_id}/effect/{side}/facts",
        summary="What a figure before or after is made of",
        responses=MISSING,
    )
    async def facts(
        key: str,
        plan_id: UUID,
        side: Literal["before", "after"],
        person: Annotated[Person, Depends(planner)],
        as_of: AsOf = None,
        cursor: AskedCursor = None,
        limit: AskedLimit = 100,
    ) -> PlanFactsView:
        what, now = await definition_of(store, key), clock.now()
        if as_of is not None and as_of > now:
            raise Rejected("lies in the future", field="as_of")
        latest = (await _record(store, key, plan_id))[-1]
        asked = compared(latest, what, as_of or now)
        if not isinstance(asked, Windows):
            raise NotFound(f"nothing is measured of this plan: {asked}", field="plan_id")
        place = read_position(cursor)
        found = await store.plans.facts(key, latest.wish.subject, getattr(asked, side), place, limit)
        answer = plan_facts_view(found, limit)
        await note(store, person, [one.profile_id for one in answer.items])
        return answer


def _writing(router: APIRouter, store: Store, planner: Asks, clock: Clock) -> None:
    Planner = Annotated[Person, Depends(planner)]  # noqa: N806 -- a type

    @router.post("/v1/journeys/{key}/plans", summary="Plan something", status_code=201, responses=CONFLICT)
    async def make(key: str, asked: PlanWish, person: Planner) -> PlanView:
        what, now = await definition_of(store, key), clock.now()
        wish = checked(asked, what, now)
        if len(await store.plans.of(key)) >= MOST_PLANS:
            raise Contradicted(f"the journey has {MOST_PLANS} plans; drop one first")
        made = Change(new_id(), 1, key, Deed.MADE, wish, person.subject, sorted(person.roles), now)
        return await _keep(store, made)

    @router.put("/v1/journeys/{key}/plans/{plan_id}", summary="Change a plan", responses=CONFLICT)
    async def change(key: str, plan_id: UUID, asked: PlanEdit, person: Planner) -> PlanView:
        what, now = await definition_of(store, key), clock.now()
        latest = (await _record(store, key, plan_id))[-1]
        wish = checked(PlanWish(**asked.model_dump(exclude={"revision"})), what, now)
        if asked.revision != latest.revision:
            raise Contradicted("somebody has changed the plan meanwhile; read it again", field="revision")
        return await _keep(store, _next(latest, Deed.CHANGED, wish, person, clock))

    @router.delete(
        "/v1/journeys/{key}/plans/{plan_id}",
        summary="Drop a plan; it stays on record",
        status_code=204,
        responses=CONFLICT,
    )
    async def drop(key: str, plan_id: UUID, person: Planner) -> None:
        await definition_of(store, key)
        latest = (await _record(store, key, plan_id))[-1]
        await _keep(store, _next(latest, Deed.DROPPED, latest.wish, person, clock))


async def _record(store: Store, key: str, plan: UUID) -> list[Change]:
    changes = await store.plans.record(key, str(plan))
    if not changes or changes[-1].deed is Deed.DROPPED:
        raise NotFound("the journey has no such plan", field="plan_id")
    return changes


async def _keep(store: Store, change: Change) -> PlanView:
    if not await store.plans.put(change):
        raise Contradicted("somebody has changed the plan meanwhile; read it again", field="revision")
    return plan_view(change)


def _next(latest: Change, deed: Deed, wish: PlanWish, person: Person, clock: Clock) -> Change:
    return latest._replace(
        revision=latest.revision + 1,
        deed=deed,
        wish=wish,
        person=person.subject,
        roles=sorted(person.roles),
        at=clock.now(),
    )

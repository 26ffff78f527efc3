"""Counts of funnel, drop-off and flow over HTTP, opened to the customers behind them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from schemas.journey_definition import JourneyDefinition
from services.journey.asking import (
    MISSING,
    AskedCursor,
    AskedLimit,
    AskedSegment,
    AskedWindow,
    Asks,
    check_segment,
    check_stage,
    definition_of,
    stages_of,
)
from services.journey.counted.port import JourneysAsked, StepsAsked
from services.journey.counted.views import (
    CountedJourneysView,
    CountedStepsView,
    counted_journeys_view,
    counted_steps_view,
)
from services.journey.domain.measures.drop_off import DropOffCount, of_drop_off
from services.journey.domain.measures.funnel import FunnelCount, of_funnel
from services.journey.measures.cursor import read_position
from services.journey.noting import note
from services.journey.store import Store
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound, Rejected

OfFunnel = Annotated[FunnelCount, Query(description="Which count of the stage")]
OfDropOff = Annotated[DropOffCount, Query(description="Which count of the stage")]
From = Annotated[str | None, Query(alias="from", max_length=200, description="Without it, from outside")]
To = Annotated[str | None, Query(max_length=200, description="Without it, to the outside")]


def add_counted(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    """Adds the routes of what counts open to."""
    _of_journeys(router, store, reader, clock)
    _of_steps(router, store, reader, clock)


def _of_journeys(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    Reader = Annotated[Person, Depends(reader)]  # noqa: N806 -- a type

    @router.get("/v1/journeys/{key}/funnel/{stage}/customers", summary="Who is counted in a funnel", responses=MISSING)
    async def of_the_funnel(
        key: str,
        stage: str,
        window: AskedWindow,
        person: Reader,
        count: OfFunnel = FunnelCount.REACHED,
        segment: AskedSegment = None,
        cursor: AskedCursor = None,
        limit: AskedLimit = 100,
    ) -> CountedJourneysView:
        what = await _definition(store, key, stage, segment)
        those = of_funnel(stages_of(what), stage, count)
        asked = JourneysAsked(what, those, window, clock.now(), segment)
        return await _journeys(store, person, asked, cursor, limit)

    @router.get("/v1/journeys/{key}/drop-off/{stage}/customers", summary="Who got no further", responses=MISSING)
    async def of_drop_offs(
        key: str,
        stage: str,
        window: AskedWindow,
        person: Reader,
        count: OfDropOff = DropOffCount.ABANDONED,
        segment: AskedSegment = None,
        cursor: AskedCursor = None,
        limit: AskedLimit = 100,
    ) -> CountedJourneysView:
        what = await _definition(store, key, stage, segment)
        those = of_drop_off(stages_of(what), stage, count)
        asked = JourneysAsked(what, those, window, clock.now(), segment)
        return await _journeys(store, person, asked, cursor, limit)


def _of_steps(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    Reader = Annotated[Person, Depends(reader)]  # noqa: N806 -- a type

    @router.get("/v1/journeys/{key}/flow/customers", summary="Who went from one stage to another", responses=MISSING)
    async def of_a_link(
        key: str,
        window: AskedWindow,
        person: Reader,
        from_stage: From = None,
        to: To = None,
        segment: AskedSegment = None,
        cursor: AskedCursor = None,
        limit: AskedLimit = 100,
    ) -> CountedStepsView:
        what = await definition_of(store, key)
        await check_segment(store, segment)
        if from_stage is None and to is None:
            raise Rejected("say which stage customers went from, or to", field="from")
        asked = StepsAsked(what, from_stage, to, window, clock.now(), segment)
        answer = await _steps(store, person, asked, cursor, limit)
        if not answer.items and cursor is None:
            _check_ends(what, from_stage, to)
        return answer

    @router.get("/v1/journeys/{key}/flow/{stage}/customers", summary="Who came to a stage", responses=MISSING)
    async def of_a_node(
        key: str,
        stage: str,
        window: AskedWindow,
        person: Reader,
        segment: AskedSegment = None,
        cursor: AskedCursor = None,
        limit: AskedLimit = 100,
    ) -> CountedStepsView:
        what = await _definition(store, key, stage, segment)
        asked = StepsAsked(what, None, stage, window, clock.now(), segment, anywhere=True)
        return await _steps(store, person, asked, cursor, limit)


async def _definition(store: Store, key: str, stage: str, segment: str | None) -> JourneyDefinition:
    what = await definition_of(store, key)
    check_stage(what, stage)
    await check_segment(store, segment)
    return what


def _check_ends(what: JourneyDefinition, from_stage: str | None, to: str | None) -> None:
    """Raises NotFound for a stage that is none. What is there of stages of an earlier version can be opened."""
    for field, stage in (("from", from_stage), ("to", to)):
        if stage is not None and stage not in stages_of(what):
            raise NotFound("the journey has no such stage", field=field)


async def _journeys(
    store: Store, person: Person, asked: JourneysAsked, cursor: str | None, limit: int
) -> CountedJourneysView:
    answer = counted_journeys_view(await store.counted.journeys(asked, read_position(cursor), limit), limit)
    await note(store, person, [one.profile_id for one in answer.items])
    return answer


async def _steps(store: Store, person: Person, asked: StepsAsked, cursor: str | None, limit: int) -> CountedStepsView:
    answer = counted_steps_view(await store.counted.steps(asked, read_position(cursor), limit), limit)
    await note(store, person, [one.profile_id for one in answer.items])
    return answer

"""Questions about journeys of many customers over HTTP. Figures open to the customers and interactions behind them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

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
)
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.figures import Dimension
from services.journey.domain.measures.pain_points import pain_points
from services.journey.domain.measures.snakes_and_ladders import snakes_and_ladders
from services.journey.measures.cursor import read_position
from services.journey.measures.port import FactsAsked, Narrowing, PainsAsked
from services.journey.measures.views import (
    DropOffView,
    FactsView,
    MeasuresView,
    MetPainsView,
    PainPointsView,
    SnakesAndLaddersView,
    drop_off_view,
    facts_view,
    measures_view,
    met_pains_view,
    pain_points_view,
    snakes_and_ladders_view,
)
from services.journey.noting import note
from services.journey.store import Store
from services.journey.views import FlowView, FunnelView, flow_view, funnel_view
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound, Rejected

By = Annotated[Dimension | None, Query(description="What figures are told apart by")]
Stage = Annotated[str | None, Query(max_length=200, description="A stage; without it, all of them")]
GroupName = Annotated[str | None, Query(max_length=200, description="One group of `by`; without it, what has none")]

Part = Annotated[str | None, Query(max_length=200, description="Only of this; empty: of what has none")]
System = Annotated[str | None, Query(max_length=2_000, description="Only what this system told of")]


def _within(
    stage: Stage = None, touchpoint: Part = None, channel: Part = None, queue: Part = None, system: System = None
) -> dict[Narrowing, str | None]:
    asked = dict(zip(Narrowing, (stage, touchpoint, channel, queue, system), strict=True))
    named = {part: value or None for part, value in asked.items() if value is not None}
    return {**named, Narrowing.STAGE: stage} if stage is not None else named


Within = Annotated[dict[Narrowing, str | None], Depends(_within)]


def add_measures(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    """Adds the routes of funnel, flow and measures."""
    _of_stages(router, store, reader, clock)
    _of_facts(router, store, reader)
    _of_pain_points(router, store, reader)


def _of_stages(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    @router.get("/v1/journeys/{key}/funnel", summary="Funnel", dependencies=[Depends(reader)], responses=MISSING)
    async def funnel(key: str, window: AskedWindow, segment: AskedSegment = None) -> FunnelView:
        what = await definition_of(store, key)
        await check_segment(store, segment)
        return funnel_view(what, await store.funnel(what, window, clock.now(), segment))

    @router.get("/v1/journeys/{key}/drop-off", summary="Drop-off", dependencies=[Depends(reader)], responses=MISSING)
    async def drop_off(key: str, window: AskedWindow, segment: AskedSegment = None) -> DropOffView:
        what = await definition_of(store, key)
        await check_segment(store, segment)
        return drop_off_view(what, await store.drop_off(what, window, clock.now(), segment))

    @router.get("/v1/journeys/{key}/flow", summary="Flow", dependencies=[Depends(reader)], responses=MISSING)
    async def flow(key: str, window: AskedWindow, segment: AskedSegment = None) -> FlowView:
        what = await definition_of(store, key)
        await check_segment(store, segment)
        return flow_view(what, await store.flow(what, window, clock.now(), segment))


def _of_facts(router: APIRouter, store: Store, reader: Asks) -> None:
    @router.get("/v1/journeys/{key}/measures", summary="Measures", dependencies=[Depends(reader)], responses=MISSING)
    async def measures(key: str, window: AskedWindow, by: By = None) -> MeasuresView:
        what = await definition_of(store, key)
        return measures_view(what, by, await store.reading.figures(key, window, by))

    @router.get(
        "/v1/journeys/{key}/measures/{measure}/facts",
        summary="What a figure is made of",
        responses=MISSING,
    )
    async def facts(
        key: str,
        measure: Measure,
        window: AskedWindow,
        person: Annotated[Person, Depends(reader)],
        within: Within,
        by: By = None,
        group: GroupName = None,
        segment: AskedSegment = None,
        cursor: AskedCursor = None,
        limit: AskedLimit = 100,
    ) -> FactsView:
        check_stage(await definition_of(store, key), within.get(Narrowing.STAGE))
        if group is not None and by is None:
            raise Rejected("say what the group is one of: by", field="by")
        await check_segment(store, segment)
        asked = FactsAsked(key, measure, window, by, group, within, segment)
        answer = facts_view(await store.reading.facts(asked, read_position(cursor), limit), limit)
        await note(store, person, [one.profile_id for one in answer.items])
        return answer

    @router.get(
        "/v1/journeys/{key}/snakes-and-ladders",
        summary="Which touchpoints take customers forward, and which back",
        dependencies=[Depends(reader)],
        responses=MISSING,
    )
    async def snakes(key: str, window: AskedWindow) -> SnakesAndLaddersView:
        what = await definition_of(store, key)
        return snakes_and_ladders_view(what, snakes_and_ladders(await store.reading.touchpoints(key, window)))


def _of_pain_points(router: APIRouter, store: Store, reader: Asks) -> None:
    @router.get(
        "/v1/journeys/{key}/pain-points",
        summary="Pain points by weight, frequency and importance",
        dependencies=[Depends(reader)],
        responses=MISSING,
    )
    async def pains(key: str, window: AskedWindow, segment: AskedSegment = None) -> PainPointsView:
        what = await definition_of(store, key)
        await check_segment(store, segment)
        return pain_points_view(what, pain_points(what, await store.reading.pain_counts(key, window, segment)))

    @router.get(
        "/v1/journeys/{key}/pain-points/{pain_point}/customers",
        summary="Who met a pain point",
        responses=MISSING,
    )
    async def customers(
        key: str,
        pain_point: str,
        window: AskedWindow,
        person: Annotated[Person, Depends(reader)],
        stage: Stage = None,
        segment: AskedSegment = None,
        cursor: AskedCursor = None,
        limit: AskedLimit = 100,
    ) -> MetPainsView:
        what = await definition_of(store, key)
        if pain_point not in {pain.key for pain in what.pain_points}:
            raise NotFound("the journey has no such pain point", field="pain_point")
        check_stage(what, stage)
        await check_segment(store, segment)
        asked = PainsAsked(key, pain_point, window, stage, segment)
        found = await store.reading.pains(asked, read_position(cursor), limit)
        answer = met_pains_view(found, limit)
        await note(store, person, [one.profile_id for one in answer.items])
        return answer

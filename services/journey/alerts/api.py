"""Questions about alerts over HTTP."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.journey.alerts.picture import picture
from services.journey.alerts.port import StoredAlert
from services.journey.alerts.views import (
    AlertDetailView,
    AlertsView,
    BehindsView,
    alert_view,
    alerts_view,
    behinds_view,
    reading_view,
)
from services.journey.asking import MISSING, AskedCursor, AskedLimit, AskedWindow, Asks, definition_of
from services.journey.domain.alerts.levels import SLOT, begins
from services.journey.measures.cursor import read_position
from services.journey.noting import note
from services.journey.store import Store
from services.journey.window import Window
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound

Open = Annotated[bool | None, Query(alias="open", description="Only those that are open, or only those that are not")]


def add_alerts(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    """Adds the routes of alerts."""

    @router.get("/v1/journeys/{key}/alerts", summary="Alerts", dependencies=[Depends(reader)], responses=MISSING)
    async def alerts(key: str, window: AskedWindow, is_open: Open = None) -> AlertsView:
        what = await definition_of(store, key)
        found = await store.alerts.alerts(key, window)
        return alerts_view(
            what, (one for one in found if is_open is None or is_open == (one.told.alert.cleared is None))
        )

    @router.get(
        "/v1/journeys/{key}/alerts/{alert_id}",
        summary="One alert, with its measure around it",
        dependencies=[Depends(reader)],
        responses=MISSING,
    )
    async def alert(key: str, alert_id: UUID) -> AlertDetailView:
        what, stored = await definition_of(store, key), await _alert(store, key, alert_id)
        watched = next((one for one in what.alerts if one.key == stored.told.key), None)
        series = await picture(store.alerts, stored, watched, clock.now()) if watched else []
        return AlertDetailView(alert=alert_view(what, stored), series=[reading_view(one) for one in series])

    @router.get(
        "/v1/journeys/{key}/alerts/{alert_id}/customers",
        summary="Who is behind an alert",
        responses=MISSING,
    )
    async def customers(
        key: str,
        alert_id: UUID,
        person: Annotated[Person, Depends(reader)],
        cursor: AskedCursor = None,
        limit: AskedLimit = 100,
    ) -> BehindsView:
        await definition_of(store, key)
        stored = await _alert(store, key, alert_id)
        after = read_position(cursor)
        found = await store.alerts.behind(key, stored.watching, _window(stored, clock), after, limit)
        answer = behinds_view(found, limit)
        await note(store, person, [one.profile_id for one in answer.items])
        return answer


async def _alert(store: Store, key: str, alert_id: UUID) -> StoredAlert:
    stored = await store.alerts.alert(key, str(alert_id))
    if stored is None:
        raise NotFound("the journey has no such alert", field="alert_id")
    return stored


def _window(stored: StoredAlert, clock: Clock) -> Window:
    """From the beginning of the first window that was far, until it was cleared or now."""
    alert = stored.told.alert
    begin = begins(alert.since) - alert.reading.quarters * SLOT
    end = clock.now() + timedelta(microseconds=1) if alert.cleared is None else begins(alert.cleared)
    return Window(begin, max(end, begin + SLOT))

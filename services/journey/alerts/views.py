"""What is answered about alerts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from schemas.journey_definition import JourneyDefinition
from services.journey.alerts.port import Behind, StoredAlert
from services.journey.domain.alerts.levels import SLOT_SECONDS, begins
from services.journey.domain.alerts.series import Watched
from services.journey.domain.alerts.usual import Reading
from services.journey.measures.cursor import position_cursor
from services.journey.views import titled

Side = Literal["high", "low"]
Unit = Literal["customers", "seconds", "share", "weight", "times"]
UNITS: dict[Watched, Unit] = {
    Watched.VOLUME: "customers",
    Watched.DWELL: "seconds",
    Watched.DROP_OFF: "share",
    Watched.EFFORT: "weight",
    Watched.PAIN_POINT: "times",
}


class ReadingView(BaseModel):
    """What the window before `at` amounted to, with `cases` in it; `usual`, and from `low` to `high` is not far."""

    at: datetime
    window_seconds: int
    cases: int
    value: float
    usual: float
    low: float
    high: float


class AlertView(BaseModel):
    """One alert: far to one `side` since `since`, raised, and cleared unless open. `reading` is of `raised_at`."""

    id: str
    key: str
    title: dict[str, str]
    stage: str
    measure: Watched
    unit: Unit
    pain_point: str | None
    side: Side
    since: datetime
    raised_at: datetime
    cleared_at: datetime | None
    reading: ReadingView


class AlertsView(BaseModel):
    """The alerts of a journey that were open at some time in the window, the latest first."""

    journey: str
    version: int
    items: list[AlertView]


class AlertDetailView(BaseModel):
    """One alert with readings around it, oldest first; those with too few cases, or no history, are left out."""

    alert: AlertView
    series: list[ReadingView]


class BehindView(BaseModel):
    """One customer behind an alert: what happened, when, in which of their journeys, and what it is worth."""

    profile_id: str
    number: int
    interaction: str | None = Field(description="`source` and `id`; null for what time did")
    at: datetime
    value: float


class BehindsView(BaseModel):
    """Customers behind an alert, oldest first; `next` is the `cursor` of the page after it."""

    items: list[BehindView]
    next: str | None


def alerts_view(what: JourneyDefinition, found: Iterable[StoredAlert]) -> AlertsView:
    """Alerts, as listed."""
    return AlertsView(journey=what.key, version=what.version, items=[alert_view(what, one) for one in found])


def alert_view(what: JourneyDefinition, stored: StoredAlert) -> AlertView:
    """One alert; without a title in force, its key is its title."""
    told, alert = stored.told, stored.told.alert
    title = next((one.title for one in what.alerts if one.key == told.key), None)
    return AlertView(
        id=stored.id,
        key=told.key,
        title=titled(title, told.key),
        stage=stored.watching.stage,
        measure=Watched(stored.watching.measure),
        unit=UNITS[Watched(stored.watching.measure)],
        pain_point=stored.watching.pain_point,
        side="high" if alert.side == "high" else "low",
        since=begins(alert.since),
        raised_at=begins(alert.raised),
        cleared_at=None if alert.cleared is None else begins(alert.cleared),
        reading=reading_view(alert.reading),
    )


def reading_view(reading: Reading) -> ReadingView:
    """One reading."""
    return ReadingView(
        at=begins(reading.slot),
        window_seconds=reading.quarters * SLOT_SECONDS,
        cases=reading.n,
        value=round(reading.value, 4),
        usual=round(reading.usual, 4),
        low=round(reading.low, 4),
        high=round(reading.high, 4),
    )


def behinds_view(found: Sequence[Behind], limit: int) -> BehindsView:
    """A page of customers."""
    items = [
        BehindView(
            profile_id=one.profile,
            number=one.number,
            interaction=f"{one.position.source} {one.position.id}" if one.position.source else None,
            at=one.position.time,
            value=one.value,
        )
        for one in found
    ]
    return BehindsView(items=items, next=position_cursor(found[-1].position) if len(found) == limit else None)

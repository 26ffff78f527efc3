"""The picture of an alert: how its measure went, beside what was usual."""

from datetime import datetime

from schemas.journey_definition import AlertDefinition
from services.journey.alerts.port import AlertsReading, StoredAlert
from services.journey.domain.alerts.folding import REACH, asked, series_of
from services.journey.domain.alerts.levels import slot_of
from services.journey.domain.alerts.usual import Reading, reading

BEFORE = 192
AFTER = 16
POINTS = 96
"""At most."""


async def picture(alerts: AlertsReading, stored: StoredAlert, what: AlertDefinition, now: datetime) -> list[Reading]:
    """Readings from two days before the alert until some hours after it, or until now."""
    alert, history = stored.told.alert, await alerts.history(stored.definition)
    end = min(slot_of(now), (alert.cleared + AFTER) if alert.cleared is not None else slot_of(now))
    begin = max(alert.since - BEFORE, history or 0)
    if history is None or end < begin:
        return []
    every = -(-(end - begin + 1) // POINTS)
    levels = await alerts.levels(stored.definition, [what.stage], begin - REACH, end)
    series, how = series_of(what, levels), asked(what, history, exact=True)
    found = (reading(series, slot, how) for slot in range(end, begin - 1, -every))
    return [one for one in found if one is not None][::-1]

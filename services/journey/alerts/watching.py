"""Looks whether the alerts of a definition are due, and folds them on."""

from collections.abc import Callable, Collection
from datetime import datetime
from time import perf_counter

from services.journey.alerts.evaluating import evaluate
from services.journey.store import Store
from services.runtime import telemetry


async def watch_alerts(store: Store, now: Callable[[], datetime], targets: Collection[str] = ()) -> bool:
    """Folds one definition that is due some quarters on; whether any was. Raises Unavailable."""
    begun = perf_counter()
    done = await store.run(lambda unit: evaluate(unit, now(), targets))
    if done.definition is None:
        return False
    telemetry.ALERT_SECONDS.observe(perf_counter() - begun)
    for (kind, measure), times in done.said.items():
        telemetry.ALERTS.labels(kind, measure).inc(times)
    return True

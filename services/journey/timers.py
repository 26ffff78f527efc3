"""Time goes on where nothing happens: journeys lapse, actions are decided, and alerts are raised and cleared."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

from services.journey.actions.acting import act
from services.journey.alerts.watching import watch_alerts
from services.journey.consume import count
from services.journey.step import JourneyStep, Ticked
from services.journey.store import Store
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.errors import Unavailable

TICK_JOURNEYS = 500
TICK_SECONDS = 0.5

log = telemetry.logger(__name__)


@asynccontextmanager
async def telling_time(
    store: Store,
    step: JourneyStep,
    caught_up: Callable[[], Awaitable[bool]],
    targets: Collection[str] = (),
    *,
    every_seconds: float = TICK_SECONDS,
) -> AsyncIterator[None]:
    """Tells what has come due, and decides what that calls for, beside whatever else runs inside.

    What is due stands in the database: it goes on after a crash, and several workers share it. It begins once the
    backlog of when this process was not there is worked off: in it may stand what came in time.
    """

    async def forever() -> None:
        begun = False
        while True:
            busy = False
            try:
                begun = begun or await caught_up()
                if begun:
                    busy = await tick(store, step) + await act(store, step.now, targets) > 0
                    busy = await watch_alerts(store, step.now, targets) or busy
            except Unavailable as error:
                log.warning("timers_wait", error=str(error))
            except Exception:  # what is due stays so; without this task it would for ever
                log.exception("tick_failed")
            await asyncio.sleep(0 if busy else every_seconds)

    async with beside(forever()):
        yield


async def tick(store: Store, step: JourneyStep) -> int:
    """Tells some of what has come due; the number of customers looked at. Raises Unavailable."""
    ticked: Ticked = await store.run(lambda unit: step.tick(unit, TICK_JOURNEYS))
    count(ticked.done)
    for kind, late in ticked.late:
        telemetry.TIMER_SECONDS.labels(kind).observe(late.total_seconds())
    return ticked.profiles

"""Delivers what waits for each target, beside everything else: one that hangs delays nobody but itself."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta

import httpx

from services.journey.domain.delivering import again_at
from services.journey.store import Store
from services.journey.webhooks.port import DEAD, DELIVERED, WAITING, Attempt, Delivery
from services.journey.webhooks.targets import Target
from services.journey.webhooks.webhook import Undelivered, client, deliver
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.clock import Clock
from services.runtime.errors import Unavailable

EVERY_SECONDS = 0.5
LEASE = timedelta(seconds=30)
"""Beyond the target's own deadline: whoever dies in the middle leaves it to the others after that."""

log = telemetry.logger(__name__)


class Deliverer:
    """Delivers to one target."""

    def __init__(self, store: Store, name: str, target: Target, clock: Clock, *, to_loopback: bool = False) -> None:
        self._store = store
        self._name = name
        self._target = target
        self._clock = clock
        self._to_loopback = to_loopback

    async def forever(self, every_seconds: float) -> None:
        """Until it is cancelled."""
        async with client(self._target) as http:
            while True:
                done = 0
                try:
                    done = await self.some(http)
                except Unavailable as error:
                    log.warning("webhooks_wait", target=self._name, error=str(error))
                except Exception:  # what waits stays; without this task it would for ever
                    log.exception("webhooks_failed", target=self._name)
                await asyncio.sleep(0 if done else every_seconds)

    async def some(self, http: httpx.AsyncClient) -> int:
        """Tries as many as go at once; how many there were. Raises Unavailable."""
        now, name, most = self._clock.now(), self._name, self._target.at_once
        until = now + timedelta(seconds=self._target.timeout_seconds) + LEASE
        claimed = await self._store.run(lambda unit: unit.webhooks.claim(name, now, until, most))
        attempts = await asyncio.gather(*(self._try(http, one) for one in claimed))
        if attempts:
            await self._store.run(lambda unit: unit.webhooks.attempted(attempts))
        for attempt in attempts:
            telemetry.WEBHOOKS.labels(name, "failed" if attempt.state == WAITING else attempt.state).inc()
        return len(claimed)

    async def _try(self, http: httpx.AsyncClient, delivery: Delivery) -> Attempt:
        now = self._clock.now()
        try:
            await deliver(http, self._target, delivery, now, to_loopback=self._to_loopback)
        except Undelivered as error:
            return self._failed(delivery, str(error))
        except Exception as error:  # noqa: BLE001 -- the others are kept; the message may hold what was sent
            return self._failed(delivery, type(error).__name__)
        return Attempt(delivery.id, DELIVERED, now, None)

    def _failed(self, delivery: Delivery, error: str) -> Attempt:
        now = self._clock.now()
        again: datetime | None = again_at(delivery.attempts, now)
        log.warning("webhook_failed", target=self._name, id=delivery.id, attempts=delivery.attempts, error=error)
        return Attempt(delivery.id, WAITING if again else DEAD, again or now, error)


@asynccontextmanager
async def delivering(
    store: Store,
    targets: Mapping[str, Target],
    clock: Clock,
    *,
    to_loopback: bool = False,
    every_seconds: float = EVERY_SECONDS,
) -> AsyncIterator[None]:
    """Delivers to all targets, each in a task of its own, beside whatever else runs inside."""
    async with AsyncExitStack() as stack:
        for name, target in targets.items():
            deliverer = Deliverer(store, name, target, clock, to_loopback=to_loopback)
            await stack.enter_async_context(beside(deliverer.forever(every_seconds)))
        yield

"""Webhooks in memory, as a part of the units of the journey store in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from services.journey.webhooks.port import DEAD, WAITING, Attempt, DeadDelivery, Delivery

if TYPE_CHECKING:
    from services.journey.memory_store import Tables


@dataclass(frozen=True, slots=True)
class Posted:
    """A delivery with what became of it, and when or until when."""

    what: Delivery
    state: str
    at: datetime
    error: str = ""


class MemoryWebhooks:
    """The deliveries of one transaction on the tables."""

    def __init__(self, tables: "Tables") -> None:
        self._tables = tables

    async def post(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Keeps what is to be delivered."""
        for one in deliveries:
            self._tables.deliveries.setdefault(one.id, Posted(one, WAITING, now))

    async def claim(self, target: str, now: datetime, until: datetime, limit: int) -> list[Delivery]:
        """What is to be tried now."""
        posted = sorted(self._tables.deliveries.values(), key=lambda one: one.at)
        due = [one.what for one in posted if one.what.target == target and one.state == WAITING and one.at <= now]
        claimed = [one._replace(attempts=one.attempts + 1) for one in due[:limit]]
        self._tables.deliveries.update({one.id: Posted(one, WAITING, until) for one in claimed})
        return claimed

    async def attempted(self, attempts: Sequence[Attempt]) -> None:
        """Keeps what became of them."""
        for id_, state, at, error in attempts:
            posted = self._tables.deliveries.get(id_)
            if posted and posted.state == WAITING:
                self._tables.deliveries[id_] = Posted(posted.what, state, at, error or "")


def dead(tables: "Tables", limit: int) -> list[DeadDelivery]:
    """What was given up, the latest first."""
    found = [
        DeadDelivery(id_, what.target, what.journey, what.type, what.about, what.attempts, posted.error, posted.at)
        for id_, posted in tables.deliveries.items()
        for what in (posted.what,)
        if posted.state == DEAD
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def replay(tables: "Tables", delivery: str, now: datetime) -> bool:
    """Whether it was given up; it is tried anew."""
    posted = tables.deliveries.get(delivery)
    if posted is None or posted.state != DEAD:
        return False
    tables.deliveries[delivery] = Posted(posted.what._replace(attempts=0), WAITING, now)
    return True

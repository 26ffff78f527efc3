"""Webhooks as a port: what is to be delivered to which target, and what became of it. Part of a unit of the store.

What is sent is put down in the unit that decides it, so it is sent if and only if that is committed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

WAITING = "waiting"
DELIVERED = "delivered"
DEAD = "dead"


class Delivery(NamedTuple):
    """What a target is sent, and how often it was tried, this time included.

    It is `about` an action or an alert of a journey, by its key; `type` is that of the event.
    """

    id: str
    target: str
    body: str
    journey: str
    type: str
    about: str
    attempts: int = 0


class Attempt(NamedTuple):
    """What became of an attempt: delivered, dead, or waiting until `at` to be tried again."""

    id: str
    state: str
    at: datetime
    error: str | None


class DeadDelivery(NamedTuple):
    """A delivery that was given up."""

    id: str
    target: str
    journey: str
    type: str
    about: str
    attempts: int
    error: str
    at: datetime


class WebhooksUnit(Protocol):
    """The part of a unit that keeps deliveries."""

    async def post(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Keeps what is to be delivered, once each."""

    async def claim(self, target: str, now: datetime, until: datetime, limit: int) -> list[Delivery]:
        """Up to `limit` that are to be tried for this target; nobody else gets them before `until`."""

    async def attempted(self, attempts: Sequence[Attempt]) -> None:
        """Keeps what became of them."""

"""What is answered about webhooks."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, Field

from services.journey.webhooks.port import DeadDelivery


class DeadDeliveryView(BaseModel):
    """A webhook that was given up after its last attempt, `at` which time and why."""

    id: str
    target: str
    journey: str
    type: str = Field(description="Of the event")
    about: str = Field(description="The key of the action or the alert")
    attempts: int
    error: str
    at: datetime


class DeadDeliveriesView(BaseModel):
    """The latest of them."""

    items: list[DeadDeliveryView]


def dead_deliveries_view(found: Iterable[DeadDelivery]) -> DeadDeliveriesView:
    """Webhooks that were given up."""
    return DeadDeliveriesView(items=[DeadDeliveryView(**one._asdict()) for one in found])

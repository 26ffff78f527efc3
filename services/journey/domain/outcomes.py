"""What became of those whom an action was decided for, and what can be said of how many contacts it prevented."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.journey.domain.acting import CAP, HELD_OUT, REQUESTED
from services.journey.domain.effects.intervals import Interval, hybrid, wilson
from services.journey.domain.effects.observed import LEAST_CUSTOMERS
from services.journey.domain.measures.story import Story
from services.journey.domain.model import Interaction

WATCHED = frozenset({REQUESTED, HELD_OUT, CAP})
"""The states whose customers are watched: those reached, and those to compare them with."""


class Group(NamedTuple):
    """So many customers, and those of them who contacted the organisation."""

    customers: int
    contacted: int


def contacted(timeline: Sequence[Interaction], after: datetime, within: timedelta) -> bool:
    """Whether a contact begins after this moment and within this time: a conversation under way is none."""
    begun = (timeline[contact.first].position.time for contact in Story(timeline).contacts)
    return any(after < time <= after + within for time in begun)


def prevented(reached: Group, compared: Group) -> float | None:
    """How many fewer of those reached made contact than at the rate of those compared; None of nobody to compare."""
    if not compared.customers:
        return None
    return reached.customers * compared.contacted / compared.customers - reached.contacted


def likely(reached: Group, compared: Group) -> Interval | None:
    """The interval of `prevented`; None with too few customers in either group."""
    if min(reached.customers, compared.customers) < LEAST_CUSTOMERS:
        return None
    return hybrid(_rate(reached), _rate(compared)).times(reached.customers)


def _rate(group: Group) -> Interval:
    return wilson(group.contacted / group.customers, group.customers)

"""The service blueprint: who acts where in each stage, seen from the customer.

Above the line of interaction stands what the customer does; below it, up to the line of visibility, what the customer
sees of us: what we send and decide, and who serves them. Behind that line stand what they do not see and where they
queue, and last the systems that told of it. After Shostack, Designing Services That Deliver, HBR 1984; Bitner, Ostrom
and Morgan, Service Blueprinting, California Management Review 2008.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.measures.journey_map import Average, Cell


class Lane(StrEnum):
    """Who acts."""

    CUSTOMER = "customer"
    FRONT_STAGE = "front_stage"
    BACK_STAGE = "back_stage"


FRONT_STAGE = frozenset({
    "call.answered", "call.transferred", "chat.message.sent", "chat.conversation.ended", "email.sent", "payment.failed",
    "payment.received", "order.fulfilled", "order.refunded", "claim.approved", "claim.rejected", "refund.sent",
    "campaign.sent",
})  # fmt: skip
"""Types of what the customer sees of us."""
BACK_STAGE = frozenset({
    "call.rang", "call.leg.started", "call.leg.rang", "call.leg.failed", "call.leg.ended", "call.unknown",
    "chat.message.delivered", "chat.message.failed", "chat.identity.changed", "chat.unknown", "email.delivered",
    "email.bounced", "email.unknown", "web.identified", "web.aliased", "web.grouped", "web.unknown", "order.updated",
    "store.customer.updated", "store.unknown", "app.unknown", "social.unknown",
})  # fmt: skip
"""Types of what goes on without the customer seeing it."""


class Served(NamedTuple):
    """A group of agents, None without a name, in a stage: whom they served for how long, and who waited for them."""

    stage: str
    queue: str | None
    handle: Average
    wait: Average
    transfers: Average


class System(NamedTuple):
    """A system that told of so many interactions in a stage."""

    stage: str
    system: str
    interactions: int


class Behind(NamedTuple):
    """What stands behind the stages of a journey."""

    served: Sequence[Served]
    systems: Sequence[System]


class BlueprintStage(NamedTuple):
    """A stage by lanes; the most frequent first in each."""

    key: str
    touchpoints: Mapping[Lane, Sequence[Cell]]
    served: Sequence[Served]
    systems: Sequence[System]


def lane_of(touchpoint: str) -> Lane:
    """Whose lane a touchpoint is in. What is in no list, such as a source's own types, the customer did."""
    if touchpoint in FRONT_STAGE:
        return Lane.FRONT_STAGE
    return Lane.BACK_STAGE if touchpoint in BACK_STAGE else Lane.CUSTOMER


def blueprint(what: JourneyDefinition, cells: Iterable[Cell], behind: Behind) -> list[BlueprintStage]:
    """By stage, in the order written; stages that the definition no longer has are left out."""
    found = sorted(cells, key=lambda cell: (-cell.interactions, cell.touchpoint, cell.channel or ""))
    served = sorted(behind.served, key=lambda one: (-one.handle.facts, -one.wait.facts, one.queue or ""))
    systems = sorted(behind.systems, key=lambda one: (-one.interactions, one.system))
    return [
        BlueprintStage(
            stage.key,
            {
                lane: [cell for cell in found if (cell.stage, lane_of(cell.touchpoint)) == (stage.key, lane)]
                for lane in Lane
            },
            [one for one in served if one.stage == stage.key],
            [one for one in systems if one.stage == stage.key],
        )
        for stage in what.stages
    ]


def _by_lane(cells: Iterable[Cell]) -> dict[Lane, list[Cell]]:
    lanes: dict[Lane, list[Cell]] = {lane: [] for lane in Lane}
    for cell in cells:
        lanes[lane_of(cell.touchpoint)].append(cell)
    return lanes

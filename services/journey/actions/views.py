"""What is answered about a journey's actions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from schemas.journey_definition import ActionDefinition, JourneyDefinition, Trigger
from services.journey.actions.port import FAILED, REQUESTED, WAITING, ActedOn, ActionPart
from services.journey.domain.acting import CAP, HELD_OUT
from services.journey.domain.outcomes import Group, likely, prevented
from services.journey.measures.cursor import position_cursor
from services.journey.views import titled


class GroupView(BaseModel):
    """Customers whose time after the first decision on them is over, and those of them who contacted us in it.

    Each is counted once; a contact is what measures take for one, if it begins after the decision.
    """

    customers: int
    contacted: int


class OutcomeView(BaseModel):
    """How those who were reached compare with those who were not.

    `held_out` were left out by lot, and are like those reached. `cap` had had so many actions already, and may differ.
    `prevented` is how many fewer of those reached contacted us than if they had at the rate of the comparison group;
    null without anybody to compare with. It may be negative. `prevented_low` and `prevented_high` are its 95 %
    confidence interval; null with fewer than ten customers in either group.
    """

    within: str = Field(description="ISO 8601")
    reached: GroupView
    comparison: Literal["held_out", "cap"] | None
    compared: GroupView
    prevented: float | None
    prevented_low: float | None
    prevented_high: float | None


class ActionView(BaseModel):
    """One action: how often it was asked for, waits, or was suppressed, by reason.

    `failed` are those of the requested whose webhook was given up.
    """

    action: str
    title: dict[str, str]
    on: Trigger
    to: str
    requested: int
    failed: int
    waiting: int
    suppressed: dict[str, int]
    outcome: OutcomeView


class ActionsView(BaseModel):
    """The actions of a journey that were called for in the window."""

    journey: str
    version: int
    actions: list[ActionView]


class ActedOnView(BaseModel):
    """A customer whom an action was called for; `contacted` is null of those nobody watches, and until time is over."""

    profile_id: str
    at: datetime
    stage: str
    decided_at: datetime | None
    contacted: bool | None


class ActedOnsView(BaseModel):
    """A page of them, by when it was called for, oldest first; `next` is the `cursor` of the page after it."""

    items: list[ActedOnView]
    next: str | None


def actions_view(what: JourneyDefinition, parts: Iterable[ActionPart]) -> ActionsView:
    """All actions of a definition, those that nothing called for too."""
    listed = list(parts)
    return ActionsView(
        journey=what.key,
        version=what.version,
        actions=[_action(action, [part for part in listed if part.action == action.key]) for action in what.actions],
    )


def acted_ons_view(found: Sequence[ActedOn], limit: int) -> ActedOnsView:
    """A page of so many customers."""
    items = [
        ActedOnView(
            profile_id=one.profile,
            at=one.at,
            stage=one.stage,
            decided_at=one.decided_at,
            contacted=one.contacted,
        )
        for one in found
    ]
    return ActedOnsView(items=items, next=position_cursor(found[-1].position) if len(found) == limit else None)


def _action(what: ActionDefinition, parts: Sequence[ActionPart]) -> ActionView:
    times = {part.state: part.times for part in parts}
    return ActionView(
        action=what.key,
        title=titled(what.title, what.key),
        on=what.on,
        to=what.to,
        requested=times.pop(REQUESTED, 0),
        failed=times.pop(FAILED, 0),
        waiting=times.pop(WAITING, 0),
        suppressed=times,
        outcome=_outcome(what, {part.state: part for part in parts}),
    )


def _outcome(what: ActionDefinition, parts: dict[str, ActionPart]) -> OutcomeView:
    groups = {state: Group(part.watched, part.contacted) for state, part in parts.items()}
    nobody = Group(0, 0)
    reached = groups.get(REQUESTED, nobody)
    comparison: Literal["held_out", "cap"] | None = HELD_OUT if what.hold_out else CAP if what.cap else None
    compared = groups.get(comparison, nobody) if comparison else nobody
    interval = likely(reached, compared)
    return OutcomeView(
        within=what.model_dump(mode="json", include={"outcome_within"})["outcome_within"],
        reached=GroupView(**reached._asdict()),
        comparison=comparison,
        compared=GroupView(**compared._asdict()),
        prevented=_rounded(prevented(reached, compared)),
        prevented_low=_rounded(interval.low if interval else None),
        prevented_high=_rounded(interval.high if interval else None),
    )


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 1)

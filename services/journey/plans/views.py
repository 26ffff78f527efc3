"""What the API says about plans and their effects."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.journey.domain.effects.effect import Caveat, Effect, Met, Turn
from services.journey.domain.effects.intervals import Interval
from services.journey.domain.effects.observed import Side
from services.journey.domain.effects.windows import Windows
from services.journey.measures.cursor import position_cursor
from services.journey.plans.port import Change, Deed, PlanFact
from services.journey.plans.wish import PlanWish
from services.journey.window import Window

State = Literal["measured", "not_begun", "too_early", "not_defined"]


class PlanEdit(PlanWish):
    """The plan as it is to be; `revision` is the one that was read, so that nobody's change is lost."""

    revision: Annotated[int, Field(ge=1)]


class PlanView(PlanWish):
    """A plan as it stands: `revision` counts its changes, of which the latest was made by `changed_by`."""

    id: str
    journey: str
    unit: str
    revision: int
    changed_by: str
    changed_at: datetime


class PlansView(BaseModel):
    """The plans of a journey; those that begin last come first."""

    journey: str
    version: int
    items: list[PlanView]


class PlanChangeView(BaseModel):
    """What somebody did to a plan, and how it was from then on."""

    revision: int
    deed: Deed
    by: str
    at: datetime
    plan: PlanWish


class PlanRecordView(PlanView):
    """A plan with its record, the latest change first."""

    changes: list[PlanChangeView]


class IntervalView(BaseModel):
    """An estimate with its 95 % confidence interval."""

    value: float
    low: float
    high: float


class SideView(BaseModel):
    """The figure in a window: the mean of so many facts (of journeys, for a pain point) of so many customers.

    `low` and `high` are the 95 % confidence interval; null with fewer than ten customers.
    """

    since: datetime
    until: datetime
    value: float | None
    low: float | None
    high: float | None
    facts: int
    customers: int
    journeys: int


class EffectView(BaseModel):
    """The figure before and after the start, in windows of equal length.

    `state` says why nothing is measured: the plan has not begun, what happened since may still change, or the journey
    has no such pain point or stage any more. `difference` is after less before. `beside_others` is how much more the
    figure changed than in the other stages of the journey in the same windows. Both are null with fewer than ten
    customers on a side. `turn` is unclear while the difference's interval holds nought, `met` while the interval of
    what is now holds the target. `caveats` are what the comparison does not prove; `other_plans` ran at the same time.
    """

    plan: str
    journey: str
    unit: str
    as_of: datetime
    state: State
    before: SideView | None
    after: SideView | None
    difference: IntervalView | None
    beside_others: IntervalView | None
    turn: Turn
    met: Met
    caveats: list[Caveat]
    other_plans: list[str]


class PlanFactView(BaseModel):
    """What one interaction contributes to a figure, and whose it is; of a pain point, what one journey does.

    Such a journey stands where its first interaction in the window does, with 1 if it met the pain point, and else 0.
    """

    profile_id: str
    number: int
    interaction: str
    at: datetime
    stage: str
    value: float


class PlanFactsView(BaseModel):
    """A page of facts, oldest first; `next` is the cursor of the page after it."""

    items: list[PlanFactView]
    next: str | None


def plan_facts_view(found: Sequence[PlanFact], limit: int) -> PlanFactsView:
    """Facts of a page of so many."""
    items = [
        PlanFactView(
            profile_id=one.profile,
            number=one.number,
            interaction=f"{one.position.source} {one.position.id}",
            at=one.position.time,
            stage=one.stage,
            value=one.value,
        )
        for one in found
    ]
    return PlanFactsView(items=items, next=position_cursor(found[-1].position) if len(found) == limit else None)


def plan_view(change: Change) -> PlanView:
    """A plan as a change left it."""
    return PlanView(**_plan(change))


def plan_record_view(changes: Sequence[Change]) -> PlanRecordView:
    """A plan with all its changes, which come first first."""
    listed = [
        PlanChangeView(revision=one.revision, deed=one.deed, by=one.person, at=one.at, plan=one.wish)
        for one in reversed(changes)
    ]
    return PlanRecordView(**_plan(changes[-1]), changes=listed)


def _plan(change: Change) -> dict[str, object]:
    return {
        **dict(change.wish),
        "id": change.id,
        "journey": change.definition,
        "unit": change.wish.subject.unit,
        "revision": change.revision,
        "changed_by": change.person,
        "changed_at": change.at,
    }


def unmeasured_view(change: Change, state: State, now: datetime) -> EffectView:
    """Why there is no effect."""
    return EffectView(
        plan=change.id,
        journey=change.definition,
        unit=change.wish.subject.unit,
        as_of=now,
        state=state,
        before=None,
        after=None,
        difference=None,
        beside_others=None,
        turn=Turn.UNCLEAR,
        met=Met.UNCLEAR,
        caveats=[],
        other_plans=[],
    )


def effect_view(
    change: Change, now: datetime, windows: Windows, found: Effect, doubts: list[Caveat], others: list[str]
) -> EffectView:
    """What was measured, and what it does not prove."""
    return unmeasured_view(change, "measured", now).model_copy(
        update={
            "before": _side(windows.before, *found.before),
            "after": _side(windows.after, *found.after),
            "difference": _interval(found.difference),
            "beside_others": _interval(found.beside_others),
            "turn": found.turn,
            "met": found.met,
            "caveats": doubts,
            "other_plans": others,
        }
    )


def _side(window: Window, side: Side, interval: Interval | None) -> SideView:
    assert window.since is not None
    assert window.until is not None
    return SideView(
        since=window.since,
        until=window.until,
        value=side.mean,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        facts=side.facts,
        customers=side.customers,
        journeys=side.journeys,
    )


def _interval(interval: Interval | None) -> IntervalView | None:
    return IntervalView(**interval._asdict()) if interval else None

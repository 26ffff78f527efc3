"""How a plan is doing."""

from collections.abc import Sequence
from datetime import datetime

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.effects.effect import caveats, effect
from services.journey.domain.effects.windows import Windows, windows
from services.journey.plans.port import Change, Plans
from services.journey.plans.views import EffectView, State, effect_view, unmeasured_view
from services.journey.plans.wish import undefined


async def plan_effect(plans: Plans, change: Change, definition: JourneyDefinition, now: datetime) -> EffectView:
    """The effect of a plan as of `now`. Raises Unavailable."""
    wish, key = change.wish, change.definition
    asked = compared(change, definition, now)
    if not isinstance(asked, Windows):
        return unmeasured_view(change, asked, now)
    found = effect(wish.subject, wish.aim, await plans.observed(key, wish.subject, asked))
    others = concurrent(change, await plans.of(key), asked)
    doubts = caveats(asked, found, await plans.first_fact(key), others)
    return effect_view(change, now, asked, found, doubts, others)


def compared(change: Change, definition: JourneyDefinition, now: datetime) -> Windows | State:
    """What is compared of a plan as of `now`, or why nothing is."""
    wish = change.wish
    if undefined(wish.subject, definition):
        return "not_defined"
    if wish.since >= now:
        return "not_begun"
    return windows(wish.subject, wish.since, wish.until, now) or "too_early"


def concurrent(change: Change, all_plans: Sequence[Change], asked: Windows) -> list[str]:
    """The other plans of the journey that were under way at a time that is looked at."""
    begin, end = asked.before.since, asked.after.until
    assert begin is not None
    assert end is not None
    return [
        other.id
        for other in all_plans
        if other.id != change.id and other.wish.since < end and (other.wish.until is None or other.wish.until > begin)
    ]

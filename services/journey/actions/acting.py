"""Decides the actions that wait, and asks for those that nothing speaks against."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from schemas.journey_definition import ActionDefinition
from schemas.topics import JOURNEYS
from services.journey.actions.port import Cued, Past, Verdict, Waiting, Word
from services.journey.announce import ACTION, action_requested, as_webhook
from services.journey.domain.acting import HELD_OUT, REQUESTED, Decision, Subject, decide, granted, lot
from services.journey.registry import Registry
from services.journey.store import Store, Unit
from services.journey.webhooks.port import Delivery
from services.runtime import telemetry

ACTIONS_AT_ONCE = 200
WITHDRAWN = "withdrawn"
"""The definition in force knows the action no more."""


async def act(store: Store, now: Callable[[], datetime], targets: Collection[str] = ()) -> int:
    """Decides some of what waits, and posts what is asked of `targets`; how many there were. Raises Unavailable."""
    states = await store.run(lambda unit: decide_waiting(unit, now(), ACTIONS_AT_ONCE, targets))
    for state, times in states.items():
        telemetry.ACTIONS.labels(state).inc(times)
    return states.total()


async def decide_waiting(unit: Unit, now: datetime, limit: int, targets: Collection[str] = ()) -> Counter[str]:
    """Decides up to `limit` actions; how many became what. What was asked for counts against what comes after it."""
    registry, waiting = await unit.registry(), await unit.actions.lock_waiting(now, limit)
    if not waiting:
        return Counter()
    profiles = sorted({one.cued.profile for one in waiting})
    past, words = await unit.actions.past(profiles), await _words(unit, registry, waiting)
    verdicts, messages, deliveries = [], [], []
    for one in waiting:
        cued, what = one.cued, _action(registry, one)
        decision, drawn = Decision(WITHDRAWN), None
        if what is not None:
            subject = _subject(one, what, past, words)
            decision = decide(what, subject, now)
            drawn = subject.lot if decision.state in {REQUESTED, HELD_OUT} else None
        if drawn is not None:
            reached = decision.state == REQUESTED
            past.setdefault(cued.profile, []).append(Past(cued.definition, cued.action, now, reached, drawn))
        if what is not None and decision.state == REQUESTED:
            version = registry.definitions[cued.definition].version
            message = action_requested(one, version, what, now)
            messages.append(message)
            if what.to in targets:
                body = as_webhook(message.value)
                deliveries.append(Delivery(cued.id, what.to, body, cued.definition, ACTION, cued.action))
        verdicts.append(Verdict(cued.id, decision.state, decision.until or now, drawn))
    await unit.actions.decide(verdicts)
    await unit.webhooks.post(deliveries, now)
    if messages:
        await unit.put(JOURNEYS.name, messages)
    return Counter(verdict.state for verdict in verdicts)


async def _words(unit: Unit, registry: Registry, waiting: Sequence[Waiting]) -> Mapping[str, Sequence[Word]]:
    """Read for those only whom an action that needs consent is about."""
    asked = [(one.cued.profile, _action(registry, one)) for one in waiting]
    profiles = sorted({profile for profile, what in asked if what and what.consent})
    return await unit.actions.words(profiles) if profiles else {}


def _action(registry: Registry, waiting: Waiting) -> ActionDefinition | None:
    definition = registry.definitions.get(waiting.cued.definition)
    actions = definition.what.actions if definition else ()
    return next((action for action in actions if action.key == waiting.cued.action), None)


def _subject(
    waiting: Waiting,
    what: ActionDefinition,
    past: Mapping[str, Sequence[Past]],
    words: Mapping[str, Sequence[Word]],
) -> Subject:
    cued, purpose = waiting.cued, (what.consent or "").casefold()
    before = past.get(cued.profile, ())
    same = [one for one in before if (one.definition, one.action) == (cued.definition, cued.action)]
    return Subject(
        _lot(cued, same),
        waiting.holds,
        granted(word[:3] for word in words.get(cued.profile, ()) if word.purpose == purpose),
        [one.at for one in same],
        [one.at for one in before if one.reached],
    )


def _lot(cued: Cued, same: Iterable[Past]) -> float:
    """The first that was drawn for whoever the customer is made of now; else one is drawn."""
    drawn = [(one.at, one.lot) for one in same if one.lot is not None]
    return min(drawn)[1] if drawn else lot(cued.definition, cued.action, cued.profile)

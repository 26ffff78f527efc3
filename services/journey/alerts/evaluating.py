"""Folds the alerts of one definition on, as far as time has come, and tells what is new or no more so.

Quarters in which something changed after they were folded are folded again, from the states that were kept before them.
What lies no more than a day back is so at once. A longer way back is gone by parts, and after one there is a rest in
proportion, since erasures and merges reach back months and never cease.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from pydantic import TypeAdapter

from schemas.journey_definition import AlertDefinition
from schemas.topics import JOURNEYS
from services.journey.alerts.port import Progress, StoredAlert, Watching
from services.journey.alerts.telling import alert_id, deliveries, message
from services.journey.domain.alerts.comparing import Saying, Told, compare
from services.journey.domain.alerts.folding import REACH, SILENCE, AlertFold, Fold, States
from services.journey.domain.alerts.levels import begins, slot_of
from services.journey.domain.definition import Definition
from services.journey.store import Unit
from services.journey.webhooks.port import Delivery
from services.runtime.log import Message

SETTLE = timedelta(minutes=1)
"""So long after its end a quarter is looked at: what happened in it is mostly here by then."""
QUARTERS_AT_ONCE = 192
TOUCHED_AT_ONCE = 1_000
DAY = 96
REST = timedelta(seconds=0.1)
"""After going back a long way, for each quarter of it."""

_written = TypeAdapter(tuple[AlertDefinition, ...]).dump_json


@dataclass(slots=True)
class Evaluated:
    """What was done: for which definition, how many readings were taken, and what was said, by kind and measure.

    `busy` if there is more to do at once.
    """

    definition: str | None = None
    quarters: int = 0
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    busy: bool = False


async def evaluate(unit: Unit, now: datetime, targets: Collection[str] = ()) -> Evaluated:
    """Folds one definition that is due, some quarters at most."""
    registry = await unit.registry()
    watched = {key: one for key, one in registry.definitions.items() if one.what.alerts}
    progress = await unit.alerts.claim(sorted(watched), now) if watched else None
    if progress is None:
        return Evaluated()
    definition, until = watched[progress.definition], slot_of(now - SETTLE)
    progress, more = await _summed_up(unit, await _as_written(unit, progress, definition), until)
    if more:
        await unit.alerts.go_on(progress, {}, now)
        return Evaluated(definition.key, busy=True)
    progress = await _begun(unit, progress, now)
    if progress.slot is None:
        await unit.alerts.go_on(progress, {}, _next(until))
        return Evaluated(definition.key)
    return await _Folding(unit, definition, now, targets).on(progress, until)


async def _as_written(unit: Unit, progress: Progress, definition: Definition) -> Progress:
    """What was folded by another text is folded anew from the beginning."""
    written = _written(definition.what.alerts).decode()
    if progress.written == written:
        return progress
    await unit.alerts.touch_all(definition.key)
    return Progress(definition.key, written=written)


async def _summed_up(unit: Unit, progress: Progress, until: int) -> tuple[Progress, bool]:
    """Sums up what was touched; whether there is more of it."""
    slots = await unit.alerts.take_touched(progress.definition, until, TOUCHED_AT_ONCE)
    changed = await unit.alerts.rebuild(progress.definition, slots) if slots else []
    passed = [slot for slot in changed if progress.slot is not None and slot < progress.slot]
    redo = min([*passed, *([] if progress.redo is None else [progress.redo])], default=None)
    return progress._replace(redo=redo), len(slots) == TOUCHED_AT_ONCE


async def _begun(unit: Unit, progress: Progress, now: datetime) -> Progress:
    """Where to fold on from: at first the first level there is; what is to be folded again, unless it rests."""
    slot, redo = progress.slot, progress.redo
    if slot is None:
        return await _from(unit, progress, -1)
    if redo is None:
        return progress
    if slot - redo > DAY:
        if progress.rested is not None and now < progress.rested:
            return progress
        progress = progress._replace(rested=now + (slot - redo) * REST)
    return await _from(unit, progress, redo)


async def _from(unit: Unit, progress: Progress, redo: int) -> Progress:
    kept = await unit.alerts.remembered(progress.definition, redo)
    if kept is not None:
        return progress._replace(slot=kept[0], states=kept[1], redo=None)
    return progress._replace(slot=await unit.alerts.history(progress.definition), states={}, redo=None)


def _next(until: int) -> datetime:
    return begins(until + 1) + SETTLE


class _Folding:
    """One definition, folded on and told."""

    def __init__(self, unit: Unit, definition: Definition, now: datetime, targets: Collection[str]) -> None:
        self._unit = unit
        self._definition = definition
        self._alerts = {what.key: what for what in definition.what.alerts}
        self._now = now
        self._targets = targets
        self._done = Evaluated(definition.key)

    async def on(self, progress: Progress, until: int) -> Evaluated:
        """Folds on, and keeps how far it is."""
        slot, states = progress.slot or 0, progress.states
        end, remembered = await self._end(slot, until), dict[int, States]()
        if end - slot <= QUARTERS_AT_ONCE:
            await self._withdraw(until)
            for fold in await self._folds(slot, states, end):
                states = remembered[fold.slot] = fold.states
        else:
            remembered[end] = states
        self._done.busy = end < until
        due = self._now if self._done.busy else _next(until)
        await self._unit.alerts.go_on(progress._replace(slot=max(slot, end), states=states), remembered, due)
        return self._done

    async def _end(self, slot: int, until: int) -> int:
        """Some quarters further; or to the next that has a level, where nothing can change before it."""
        if await self._unit.alerts.after(self._definition.key, slot - SILENCE) not in range(slot + 1):
            nearest = await self._unit.alerts.after(self._definition.key, slot)
            silent = until if nearest is None else min(until, nearest)
            if silent - slot > QUARTERS_AT_ONCE:
                return silent
        return min(until, slot + QUARTERS_AT_ONCE)

    async def _folds(self, slot: int, states: States, end: int) -> list[Fold]:
        key = self._definition.key
        history = await self._unit.alerts.history(key)
        if history is None or end <= slot:
            return []
        watching = AlertFold(
            self._definition.what.alerts, await self._unit.alerts.levels(key, slot - REACH, end), history
        )
        before, folds = await self._unit.alerts.told(key, slot), list[Fold]()
        for stop in [*range(slot - slot % DAY + DAY, end, DAY), end]:
            fold = watching.on(slot, states, stop)
            before = await self._tell(before, fold, slot)
            self._done.quarters += len(self._alerts) * (stop - slot)
            slot, states = stop, fold.states
            folds.append(fold)
        return folds

    async def _tell(self, before: list[StoredAlert], fold: Fold, slot: int) -> list[StoredAlert]:
        """Says what differs from what was told, and gives what is told then."""
        told = {stored.id: stored for stored in before}
        sayings: list[tuple[StoredAlert, Saying]] = []
        for key, spans in fold.alerts.items():
            those = [stored.told for stored in before if stored.told.key == key]
            said, after = compare(key, those, spans, slot, fold.slot)
            told.update((stored.id, stored) for stored in map(self._stored, after))
            sayings += [(self._stored(saying.told), saying) for saying in said]
        was = {stored.id: stored.told for stored in before}
        await self._unit.alerts.keep([stored for stored in told.values() if was.get(stored.id) != stored.told])
        await self._say(sayings)
        return list(told.values())

    async def _withdraw(self, slot: int) -> None:
        """Clears what is open and not asked for any more."""
        told = await self._unit.alerts.told(self._definition.key, slot)
        sayings: list[tuple[StoredAlert, Saying]] = []
        for stored in told:
            if stored.told.key not in self._alerts and stored.told.alert.cleared is None:
                ended = msgspec.structs.replace(stored.told.alert, cleared=slot)
                said, after = compare(stored.told.key, [stored.told], [ended], slot - 1, slot)
                await self._unit.alerts.keep([stored._replace(told=one) for one in after])
                sayings += [(stored, saying) for saying in said]
        await self._say(sayings)

    def _stored(self, told: Told) -> StoredAlert:
        key, what = self._definition.key, self._alerts[told.key]
        watching = Watching(what.stage, what.measure, what.pain_point)
        return StoredAlert(alert_id(key, told.name), key, self._definition.version, watching, told)

    async def _say(self, sayings: Iterable[tuple[StoredAlert, Saying]]) -> None:
        messages: list[Message] = []
        posted: list[Delivery] = []
        for stored, saying in sayings:
            said = message(stored, saying, self._now)
            messages.append(said)
            what = self._alerts.get(saying.told.key)
            targets = set(what.to) & set(self._targets) if what else set()
            posted += deliveries(stored, saying, said, sorted(targets), self._now)
            self._done.said[saying.kind, stored.watching.measure] += 1
        await self._unit.webhooks.post(posted, self._now)
        if messages:
            await self._unit.put(JOURNEYS.name, messages)

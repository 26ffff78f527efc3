"""Actions in memory, as a part of the units of the journey store in memory."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from schemas.journey_definition import JourneyDefinition
from services.journey.actions.port import (
    FAILED,
    REQUESTED,
    WAITING,
    ActedOn,
    ActionPart,
    ActionsAsked,
    Cued,
    Decided,
    Past,
    Verdict,
    Waiting,
    Word,
)
from services.journey.actions.words import words
from services.journey.domain.acting import HELD_OUT
from services.journey.domain.model import Interaction, Pain, Position, Transition
from services.journey.domain.outcomes import WATCHED, contacted
from services.journey.webhooks.port import DEAD
from services.journey.wire import as_seen

if TYPE_CHECKING:
    from services.journey.memory_store import Tables


@dataclass(frozen=True, slots=True)
class Kept:
    """An action with what became of it, and when."""

    cued: Cued
    state: str = WAITING
    at: datetime | None = None
    lot: float | None = None


class MemoryActions:
    """The actions of one transaction on the tables."""

    def __init__(self, tables: "Tables") -> None:
        self._tables = tables

    async def cue(self, cued: Sequence[Cued]) -> None:
        """Keeps what is called for."""
        for one in cued:
            self._tables.actions.setdefault(one.id, Kept(one))

    async def hand_on(self, left: Mapping[str, int]) -> None:
        """Gives what went to whoever has it now."""
        tables = self._tables
        for id_, kept in list(tables.actions.items()):
            identifier = left.get(kept.cued.profile)
            if identifier == 0:
                del tables.actions[id_]
                tables.deliveries.pop(id_, None)
            elif identifier in tables.owners and not self._owns(kept.cued.profile):
                profile = tables.owners[identifier].profile
                tables.actions[id_] = replace(kept, cued=kept.cued._replace(profile=profile))

    def _owns(self, profile: str) -> bool:
        return any(owner.profile == profile for owner in self._tables.owners.values())

    async def lock_waiting(self, now: datetime, limit: int) -> list[Waiting]:
        """What waits, the longest first."""
        kept = self._tables.actions.values()
        waiting = [one.cued for one in kept if one.state == WAITING and one.cued.decide_at <= now]
        waiting.sort(key=lambda one: (one.decide_at, one.id))
        return [Waiting(one, self._holds(one), self._tables.profiles[one.profile].segments) for one in waiting[:limit]]

    def _holds(self, cued: Cued) -> bool:
        tables, place = self._tables, (cued.profile, cued.definition, cued.at)
        if cued.cause == "step":
            steps = tables.transitions.values()
            taken = any(cued.profile == one.profile and _is_cause(cued, one.step, one.step.to) for one in steps)
            return taken and (not cued.stays or self._stays(cued))
        if cued.cause == "pain_point":
            return any(cued.profile == owner and _is_cause(cued, pain, pain.key) for owner, pain in tables.pains)
        lapses = [one for one in tables.lapses.values() if one.lapse.kind == cued.cause]
        rows = [row for row in tables.journeys.values() if (row.profile, row.definition) == place[:2]]
        return any(place == (one.profile, one.lapse.journey, one.lapse.at) for one in lapses) and not any(
            row.journey.entered_at > cued.at or (cued.cause == "stalled" and row.journey.touched_at > cued.at)
            for row in rows
        )

    def _stays(self, cued: Cued) -> bool:
        rows = self._tables.journeys.values()
        those = [row.journey for row in rows if (row.profile, row.definition) == (cued.profile, cued.definition)]
        latest = max(those, key=lambda one: one.number, default=None)
        return latest is not None and (latest.stage, latest.entered_at) == (cued.stage, cued.at)

    async def past(self, profiles: Sequence[str]) -> dict[str, list[Past]]:
        """What was requested for these profiles, and held out."""
        found: dict[str, list[Past]] = defaultdict(list)
        for cued, state, at, lot in [(one.cued, one.state, one.at, one.lot) for one in self._tables.actions.values()]:
            if state in {REQUESTED, HELD_OUT} and at and cued.profile in profiles:
                found[cued.profile].append(Past(cued.definition, cued.action, at, state == REQUESTED, lot))
        return found

    async def words(self, profiles: Sequence[str]) -> dict[str, list[Word]]:
        """All words of consent that count."""
        found: dict[str, list[Word]] = defaultdict(list)
        for one in self._tables.interactions.values():
            if one.anchor is not None and self._tables.owners[one.anchor].profile in profiles:
                found[self._tables.owners[one.anchor].profile] += words(one.anchor, one.time, one.body)
        return found

    async def decide(self, verdicts: Sequence[Verdict]) -> None:
        """Keeps what became of them."""
        for id_, state, at, lot in verdicts:
            kept = self._tables.actions[id_]
            if state == WAITING:
                self._tables.actions[id_] = replace(kept, cued=kept.cued._replace(decide_at=at))
            else:
                self._tables.actions[id_] = Kept(kept.cued, state, at, lot)


def _is_cause(cued: Cued, cause: Transition | Pain, named: str) -> bool:
    time, source, interaction = cause.position
    return (cause.journey, time) == (cued.definition, cued.at) and (
        cued.interaction is None
        or (source, interaction, named) == (cued.source, cued.interaction, cued.pain_point or cued.stage)
    )


def parts(tables: "Tables", definition: JourneyDefinition, kept: Iterable[Kept], now: datetime) -> list[ActionPart]:
    """The actions of a definition by state."""
    within = {one.key: one.outcome_within for one in definition.actions}
    those = [one for one in kept if one.cued.definition == definition.key and one.cued.action in within]
    times = Counter((one.cued.action, one.state) for one in those)
    times.update((one.cued.action, FAILED) for one in those if _failed(tables, one))
    over = [one for one in _first(those) if one.at + within[one.action] <= now]
    watched = Counter((one.action, one.state) for one in over)
    back = Counter(
        (one.action, one.state)
        for one in over
        if contacted(timeline_of(tables, one.profile), one.at, within[one.action])
    )
    return [ActionPart(*place, times[place], watched[place], back[place]) for place in sorted(times)]


def _first(kept: Iterable[Kept]) -> Iterable[Decided]:
    """Of those watched the first of each customer."""
    found: dict[tuple[str, str, str], Decided] = {}
    for one in kept:
        if one.at is not None and one.state in WATCHED:
            decided = Decided(one.cued.action, one.state, one.cued.profile, one.at)
            found[decided[:3]] = min(found.get(decided[:3], decided), decided)
    return found.values()


class MemoryActionsReading:
    """Answers from the tables."""

    def __init__(self, tables: Callable[[], "Tables"]) -> None:
        self._tables = tables

    async def customers(self, asked: ActionsAsked, now: datetime, after: Position | None, limit: int) -> list[ActedOn]:
        """Whom it was called for."""
        tables = self._tables()
        those = [one for one in tables.actions.values() if _is_asked(tables, asked, one)]
        if asked.watched:
            first = {(one.profile, one.at) for one in _first(those) if one.at + asked.within <= now}
            those = sorted((one for one in those if (one.cued.profile, one.at) in first), key=_id, reverse=True)
            those = list({one.cued.profile: one for one in those}.values())
        found = sorted((_acted_on(tables, asked, one, now) for one in those), key=lambda one: one.position)
        return [one for one in found if after is None or one.position > after][:limit]


def _is_asked(tables: "Tables", asked: ActionsAsked, one: Kept) -> bool:
    if (one.cued.definition, one.cued.action) != (asked.definition, asked.action):
        return False
    has_state = _failed(tables, one) if asked.state == FAILED else one.state == asked.state
    return has_state and asked.window.holds(one.cued.at)


def _failed(tables: "Tables", one: Kept) -> bool:
    posted = tables.deliveries.get(one.cued.id)
    return one.state == REQUESTED and posted is not None and posted.state == DEAD


def _id(one: Kept) -> str:
    return one.cued.id


def _acted_on(tables: "Tables", asked: ActionsAsked, one: Kept, now: datetime) -> ActedOn:
    is_over = one.at is not None and one.state in WATCHED and one.at + asked.within <= now
    back = contacted(timeline_of(tables, one.cued.profile), one.at, asked.within) if one.at and is_over else None
    return ActedOn(one.cued.id, one.cued.profile, one.cued.at, one.cued.stage, one.at, back)


def timeline_of(tables: "Tables", profile: str) -> Sequence[Interaction]:
    """All that a profile did, in order."""
    stored = tables.interactions.values()
    mine = [one for one in stored if one.anchor is not None and tables.owners[one.anchor].profile == profile]
    return sorted(map(as_seen, mine), key=lambda one: one.position)

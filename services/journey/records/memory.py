"""What is kept of one person, in memory."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from schemas.exported_journeys import ExportedAction, ExportedDelivery, ExportedSegment, JourneyRead, Pages
from services.journey.actions.memory import Kept, timeline_of
from services.journey.domain.outcomes import contacted
from services.journey.records.outcomes import watched
from services.journey.records.views import (
    exported_action,
    exported_delivery,
    exported_journey,
    exported_lapse,
    exported_measures,
    exported_pain,
    exported_step,
)
from services.journey.registry import Registry
from services.journey.store import ProfileState

if TYPE_CHECKING:
    from services.journey.memory_store import Tables

AT_A_TIME = 200
T = TypeVar("T")
ReadAt = tuple[datetime, str, tuple[str, ...], str]
"""When who, in which roles, read of which profile."""


class MemoryJourneyRecords:
    """Records in the tables of the store in memory."""

    def __init__(
        self,
        tables: "Callable[[], Tables]",
        registry: Callable[[], Registry],
        noted: Callable[[], Sequence[ReadAt]],
    ) -> None:
        self._tables = tables
        self._registry = registry
        self._noted = noted

    def of(self, profile: str, now: datetime) -> Mapping[str, Pages]:
        """All parts, in pages."""
        live = self._tables().live(profile)
        return {name: _paged(part) for name, part in self._parts(live, now).items()}

    def _parts(self, live: str | None, now: datetime) -> Mapping[str, Sequence[BaseModel]]:
        tables = self._tables()
        rows = [row for row in tables.journeys.values() if row.profile == live]
        steps = [one for one in tables.transitions.values() if one.profile == live]
        pains = [pain for owner, pain in tables.pains if owner == live]
        lapses = [one.lapse for one in tables.lapses.values() if one.profile == live]
        kept = [one for one in tables.actions.values() if one.cued.profile == live]
        rows.sort(key=lambda row: (row.journey.opened_at, *row.place))
        steps.sort(key=lambda one: (one.step.position.time, one.id))
        pains.sort(key=lambda pain: (pain.position, pain.journey, pain.number, pain.key))
        lapses.sort(key=lambda lapse: (lapse.since, lapse.journey, lapse.kind))
        kept.sort(key=lambda one: (one.cued.at, one.cued.id))
        facts = sorted(tables.facts.get(live or "", ()), key=lambda one: (one.position, one.journey))
        within = tables.profiles.get(live or "", ProfileState()).segments
        return {
            "segments": [ExportedSegment(segment=key) for key in sorted(within)],
            "journeys": [exported_journey(row) for row in rows],
            "steps": [exported_step(one.step) for one in steps],
            "pain_points": [exported_pain(pain) for pain in pains],
            "lapses": [exported_lapse(lapse) for lapse in lapses],
            "measures": [exported_measures(one) for one in facts],
            "actions": [self._action(one, now) for one in kept],
        }

    def _action(self, one: Kept, now: datetime) -> ExportedAction:
        told = exported_action(one.cued, one.state, one.at, one.lot, self._delivery(one.cued.id))
        span = watched(told, self._registry(), now)
        if span is None:
            return told
        timeline = timeline_of(self._tables(), one.cued.profile)
        return told.model_copy(update={"contacted": contacted(timeline, span.since, span.until - span.since)})

    def _delivery(self, id_: str) -> ExportedDelivery | None:
        posted = self._tables().deliveries.get(id_)
        if posted is None:
            return None
        what = posted.what
        return exported_delivery(what.target, posted.state, what.attempts, posted.at, posted.error, what.body)

    def reads(self, profiles: Sequence[str]) -> AsyncIterator[Sequence[JourneyRead]]:
        """Who read of these."""
        noted = [one for one in self._noted() if one[3] in profiles]
        return _paged([JourneyRead(at=at, person=person, roles=list(roles)) for at, person, roles, _ in noted])


async def _paged(everything: Sequence[T]) -> AsyncIterator[Sequence[T]]:
    for place in range(0, len(everything), AT_A_TIME):
        yield everything[place : place + AT_A_TIME]

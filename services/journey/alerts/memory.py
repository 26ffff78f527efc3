"""Alerts in memory, as a part of the units of the journey store in memory."""

from bisect import insort
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from services.journey.alerts.port import Behind, Progress, StoredAlert, Touched, Watching
from services.journey.domain.alerts.contributions import Contribution, of_lapses, of_pains, of_steps
from services.journey.domain.alerts.folding import States
from services.journey.domain.alerts.levels import Level, slot_of, summed
from services.journey.domain.alerts.series import Watched
from services.journey.domain.model import ABANDONED, Position
from services.journey.window import Window

if TYPE_CHECKING:
    from services.journey.memory_store import Tables

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class MemoryAlerts:
    """The alerts of one transaction on the tables."""

    def __init__(self, tables: "Tables") -> None:
        self._tables = tables

    async def touch(self, touched: Collection[Touched]) -> None:
        """Says in which quarters levels are not what they were."""
        self._tables.touched |= set(touched)

    async def touch_all(self, definition: str) -> None:
        """Says so of every quarter."""
        slots = {one.slot for one in _contributed(self._tables, definition)}
        slots |= {slot for key, slot, _ in self._tables.levels if key == definition}
        self._tables.touched |= {(definition, slot) for slot in slots}

    async def claim(self, definitions: Sequence[str], now: datetime) -> Progress | None:
        """One that is due."""
        tables = self._tables
        if any(state.registry < tables.revision for state in tables.profiles.values()):
            return None
        due = sorted((tables.alerts_due.get(key, NEVER), key) for key in definitions)
        return next((tables.progress.get(key, Progress(key)) for moment, key in due if moment <= now), None)

    async def take_touched(self, definition: str, until: int, limit: int) -> list[int]:
        """Quarters that were touched."""
        slots = sorted(slot for key, slot in self._tables.touched if key == definition and slot < until)[:limit]
        self._tables.touched -= {(definition, slot) for slot in slots}
        return slots

    async def rebuild(self, definition: str, slots: Sequence[int]) -> list[int]:
        """Sums levels up anew."""
        tables, asked = self._tables, set(slots)
        now = summed(one for one in _contributed(tables, definition) if one.slot in asked)
        before = {
            (slot, stage): level
            for (key, slot, stage), level in tables.levels.items()
            if key == definition and slot in asked
        }
        for slot, stage in before:
            del tables.levels[definition, slot, stage]
        tables.levels.update({(definition, *place): level for place, level in now.items()})
        return sorted({place[0] for place in now.keys() | before.keys() if now.get(place) != before.get(place)})

    async def history(self, definition: str) -> int | None:
        """The first quarter that has a level."""
        return min((slot for key, slot, _ in self._tables.levels if key == definition), default=None)

    async def after(self, definition: str, slot: int) -> int | None:
        """The first quarter from this one on that has a level."""
        slots = (one for key, one, _ in self._tables.levels if key == definition)
        return min((one for one in slots if one >= slot), default=None)

    async def levels(self, definition: str, begin: int, end: int) -> list[Level]:
        """Levels of some time."""
        return [
            level for (key, slot, _), level in self._tables.levels.items() if key == definition and begin <= slot < end
        ]

    async def remembered(self, definition: str, slot: int) -> tuple[int, States] | None:
        """The latest states until a quarter."""
        kept = self._tables.alert_states
        for place in [place for place in kept if place[0] == definition and place[1] > slot]:
            del kept[place]
        latest = max((place for place in kept if place[0] == definition), default=None)
        return None if latest is None else (latest[1], kept[latest])

    async def told(self, definition: str, slot: int) -> list[StoredAlert]:
        """What was told of what came after a quarter."""
        return [one for one in self._tables.alerts.values() if one.definition == definition and _concerned(one, slot)]

    async def keep(self, alerts: Sequence[StoredAlert]) -> None:
        """Keeps what was told."""
        self._tables.alerts.update({one.id: one for one in alerts})

    async def go_on(self, progress: Progress, remembered: Mapping[int, States], due: datetime) -> None:
        """Keeps how far it is."""
        self._tables.progress[progress.definition] = progress
        self._tables.alerts_due[progress.definition] = due
        self._tables.alert_states.update({(progress.definition, slot): those for slot, those in remembered.items()})


def _concerned(one: StoredAlert, slot: int) -> bool:
    alert, told = one.told.alert, one.told
    still_open = alert.cleared is None and told.raised_as is not None
    return max(alert.raised, told.first, alert.cleared or 0) > slot or still_open


def _contributed(tables: "Tables", definition: str) -> Iterator[Level]:
    steps = [(one.profile, one.step) for one in tables.transitions.values() if one.step.journey == definition]
    pains = [pain for _, pain in tables.pains if pain.journey == definition]
    lapses = [one.lapse for one in tables.lapses.values() if one.lapse.journey == definition]
    found: Iterable[Contribution] = [*of_steps(steps), *of_pains(pains), *of_lapses(lapses)]
    return (one.level for one in found)


class MemoryAlertsReading:
    """Answers from the tables."""

    def __init__(self, tables: "Tables") -> None:
        self._tables = tables

    async def alerts(self, definition: str | None, window: Window) -> list[StoredAlert]:
        """Those that were open in a window."""
        since, until = (None if moment is None else slot_of(moment) for moment in window)
        found = [
            one
            for one in self._tables.alerts.values()
            if one.told.raised_as is not None
            and definition in {None, one.definition}
            and (since is None or one.told.alert.cleared is None or one.told.alert.cleared > since)
            and (until is None or one.told.alert.raised < until)
        ]
        return sorted(found, key=lambda one: (-one.told.alert.raised, one.id))

    async def alert(self, definition: str, id_: str) -> StoredAlert | None:
        """One alert."""
        found = self._tables.alerts.get(id_)
        return found if found and found.definition == definition and found.told.raised_as is not None else None

    async def history(self, definition: str) -> int | None:
        """The first quarter that has a level."""
        return await MemoryAlerts(self._tables).history(definition)

    async def levels(self, definition: str, stages: Iterable[str], begin: int, end: int) -> list[Level]:
        """Levels of some time."""
        wanted = set(stages)
        return [one for one in await MemoryAlerts(self._tables).levels(definition, begin, end) if one.stage in wanted]

    async def behind(
        self, definition: str, watching: Watching, window: Window, after: Position | None, limit: int
    ) -> list[Behind]:
        """The facts of a measure."""
        found: list[Behind] = []
        for one in self._facts(definition, watching):
            if window.holds(one.position.time) and (after is None or one.position > after):
                insort(found, one, key=lambda fact: fact.position)
        return found[:limit]

    def _facts(self, definition: str, watching: Watching) -> Iterator[Behind]:
        tables, (stage, measure, pain_point) = self._tables, watching
        if measure in {Watched.VOLUME, Watched.DWELL}:
            return self._steps(definition, stage, left=measure == Watched.DWELL)
        if measure == Watched.DROP_OFF:
            return (
                Behind(profile, lapse.number, Position(lapse.at, "", profile), 1.0)
                for profile, _, lapse in tables.lapses.values()
                if (lapse.journey, lapse.kind, lapse.stage) == (definition, ABANDONED, stage)
            )
        return (
            Behind(profile, pain.number, pain.position, pain.weight)
            for profile, pain in tables.pains
            if (pain.journey, pain.stage) == (definition, stage) and pain_point in {None, pain.key}
        )

    def _steps(self, definition: str, stage: str, *, left: bool) -> Iterator[Behind]:
        stored = self._tables.transitions.values()
        steps = sorted(
            ((one.profile, one.step) for one in stored if one.step.journey == definition),
            key=lambda one: (one[0], one[1].number, one[1].position),
        )
        for (_, before), (profile, step) in pairwise([steps[0], *steps] if steps else []):
            if not left and step.to == stage:
                yield Behind(profile, step.number, step.position, 1.0)
            if left and step.from_stage == stage:
                yield Behind(
                    profile, step.number, step.position, (step.position.time - before.position.time).total_seconds()
                )

"""Alerts as a port: the levels of stages, how far they were looked at, and what was told. Part of a unit of the store.

The definition whose time it is is claimed by its `Progress`, which one worker has at a time; only that one writes its
levels and alerts. Whoever changes what levels are sums of only says in which quarters.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from services.journey.domain.alerts.comparing import Told
from services.journey.domain.alerts.folding import States
from services.journey.domain.alerts.levels import Level
from services.journey.domain.model import Position
from services.journey.window import Window

Touched = tuple[str, int]
"""A definition, and a quarter in which something of it changed."""


class Progress(NamedTuple):
    """How far a definition's alerts were folded: through the quarter `slot`, None before the first, to these states.

    Levels from the quarter `redo` on have changed since; a long way back is not gone again before `rested`. `written`
    is what the alerts were defined as.
    """

    definition: str
    slot: int | None = None
    states: States = MappingProxyType({})
    redo: int | None = None
    rested: datetime | None = None
    written: str = ""


class Watching(NamedTuple):
    """Which measure of which stage, of which pain point if it is named."""

    stage: str
    measure: str
    pain_point: str | None


class StoredAlert(NamedTuple):
    """An alert, with what was told of it; `version` is that of the definition when it last was."""

    id: str
    definition: str
    version: int
    watching: Watching
    told: Told


class Behind(NamedTuple):
    """A customer behind an alert: one fact that its measure is made of, of one of their journeys, and its value."""

    profile: str
    number: int
    position: Position
    value: float


class AlertsUnit(Protocol):
    """The part of a unit that keeps alerts."""

    async def touch(self, touched: Collection[Touched]) -> None:
        """Says in which quarters levels are not what they were."""

    async def touch_all(self, definition: str) -> None:
        """Says so of every quarter in which something happened."""

    async def claim(self, definitions: Sequence[str], now: datetime) -> Progress | None:
        """The progress of one of these definitions that is due, which nobody else has, and nobody is behind in."""

    async def take_touched(self, definition: str, until: int, limit: int) -> list[int]:
        """Up to `limit` quarters before `until` that were touched, the earliest first; they are not told again."""

    async def rebuild(self, definition: str, slots: Sequence[int]) -> list[int]:
        """Sums the levels of these quarters up anew; those that are not what they were."""

    async def history(self, definition: str) -> int | None:
        """The first quarter that has a level."""

    async def after(self, definition: str, slot: int) -> int | None:
        """The first quarter from this one on that has a level."""

    async def levels(self, definition: str, begin: int, end: int) -> list[Level]:
        """The levels from one quarter until before another."""

    async def remembered(self, definition: str, slot: int) -> tuple[int, States] | None:
        """The latest states that were kept, of this quarter or an earlier one; later ones are forgotten."""

    async def told(self, definition: str, slot: int) -> list[StoredAlert]:
        """The alerts that were first raised, raised or cleared after this quarter, or are open."""

    async def keep(self, alerts: Sequence[StoredAlert]) -> None:
        """Keeps what was told."""

    async def go_on(self, progress: Progress, remembered: Mapping[int, States], due: datetime) -> None:
        """Keeps how far it is, and states to come back to; nothing is due before `due`."""


class AlertsReading(Protocol):
    """What can be asked about alerts. All raise Unavailable."""

    async def alerts(self, definition: str | None, window: Window) -> list[StoredAlert]:
        """Those of one definition, or of all, that were open at some time in `window`, the latest first."""

    async def alert(self, definition: str, id_: str) -> StoredAlert | None:
        """The alert of this id that was not retracted."""

    async def history(self, definition: str) -> int | None:
        """The first quarter that has a level."""

    async def levels(self, definition: str, stages: Iterable[str], begin: int, end: int) -> list[Level]:
        """The levels of these stages from one quarter until before another."""

    async def behind(
        self, definition: str, watching: Watching, window: Window, after: Position | None, limit: int
    ) -> list[Behind]:
        """Up to `limit` facts of a measure in `window`, in the order of their interactions, after this one."""

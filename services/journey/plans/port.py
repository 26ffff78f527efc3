"""Plans as a port, and what is observed of their subjects. Two forms keep it: `memory` and `postgres`."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from services.journey.domain.effects.observed import Observed
from services.journey.domain.effects.subject import Subject
from services.journey.domain.effects.windows import Windows
from services.journey.domain.model import Position
from services.journey.plans.wish import PlanWish
from services.journey.window import Window


class Deed(StrEnum):
    """What somebody did to a plan."""

    MADE = "made"
    CHANGED = "changed"
    DROPPED = "dropped"


class Change(NamedTuple):
    """One entry of a plan's record, which only grows: the plan as it was from then on, and who saw to that."""

    id: str
    revision: int
    definition: str
    deed: Deed
    wish: PlanWish
    person: str
    roles: Sequence[str]
    at: datetime


class PlanFact(NamedTuple):
    """What one interaction contributes to a figure; of a pain point, what a journey does: 1 if it met it, else 0.

    A journey stands where its first interaction in the window does.
    """

    profile: str
    number: int
    position: Position
    stage: str
    value: float


class Plans(Protocol):
    """Keeps plans. All raise Unavailable."""

    async def put(self, change: Change) -> bool:
        """Whether the change was kept: not if its revision is there already."""

    async def of(self, definition: str) -> list[Change]:
        """The latest change of each plan of a journey that was not dropped; those that begin last come first."""

    async def record(self, definition: str, plan: str) -> list[Change]:
        """All changes of a plan, the first first; none of one that is not there."""

    async def observed(self, definition: str, subject: Subject, windows: Windows) -> Observed:
        """What was observed of the customers met in the windows. A stay counts that ends in its window, too."""

    async def facts(
        self, definition: str, subject: Subject, window: Window, after: Position | None, limit: int
    ) -> Sequence[PlanFact]:
        """Up to `limit` facts of one window that `observed` sums up, in order, after this one. Windows have ends."""

    async def first_fact(self, definition: str) -> datetime | None:
        """When the first interaction of the journey was that anything is known of."""

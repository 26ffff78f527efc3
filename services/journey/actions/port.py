"""Actions as a port: what is called for, what was decided, and what a decision rests on.

Part of a unit of the journey store. What waits is claimed, decided and told in one unit, with the profiles locked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from services.journey.domain.model import Position
from services.journey.window import Window

WAITING = "waiting"
REQUESTED = "requested"
FAILED = "failed"
"""No state: of what was requested, that whose webhook was given up."""


class Cued(NamedTuple):
    """An action that is called for. `cause` is a kind of lapse, `pain_point` or `step`; `at` is its moment.

    Nothing is decided before `decide_at`. Of a step or a pain point `interaction` of `source` is the cause; unknown of
    what earlier versions kept. `stays` if it rests on the customer being in `stage` still.
    """

    id: str
    profile: str
    definition: str
    action: str
    cause: str
    stage: str
    at: datetime
    decide_at: datetime
    source: str | None = None
    interaction: str | None = None
    pain_point: str | None = None
    stays: bool = False


class Waiting(NamedTuple):
    """An action that waits, with whether its cause still holds and nothing has moved on since.

    And the segments that its profile is in.
    """

    cued: Cued
    holds: bool
    segments: Sequence[str] = ()


class Past(NamedTuple):
    """An action that was requested for a profile, or held out; and the lot that decided on it, if it is known."""

    definition: str
    action: str
    at: datetime
    reached: bool = True
    lot: float | None = None


class Word(NamedTuple):
    """One word of consent: of which identifier, when, for which purpose. A refusal is later than what came with it."""

    at: datetime
    refused: bool
    identifier: int
    purpose: str


class Verdict(NamedTuple):
    """What became of an action: requested, or the reason why not; or it waits until `at`. A lot decided, or did not."""

    id: str
    state: str
    at: datetime
    lot: float | None = None


class Decided(NamedTuple):
    """When it was decided first of a customer that an action has this state."""

    action: str
    state: str
    profile: str
    at: datetime


class ActionsUnit(Protocol):
    """The part of a unit that keeps actions."""

    async def cue(self, cued: Sequence[Cued]) -> None:
        """Keeps what is called for, once each."""

    async def hand_on(self, left: Mapping[str, int]) -> None:
        """Gives the actions of profiles that went to whoever has these identifiers; 0 was erased, and so are they."""

    async def lock_waiting(self, now: datetime, limit: int) -> list[Waiting]:
        """Up to `limit` that wait for a decision before `now`, with their profiles, which nobody else has locked."""

    async def past(self, profiles: Sequence[str]) -> dict[str, list[Past]]:
        """What was requested for these profiles, and held out."""

    async def words(self, profiles: Sequence[str]) -> dict[str, list[Word]]:
        """All words of consent that count, of these profiles."""

    async def decide(self, verdicts: Sequence[Verdict]) -> None:
        """Keeps what became of them."""


class ActionPart(NamedTuple):
    """So many actions were called for and have this state, or are FAILED.

    The customers are `watched` from the first of them on; so many are, whose time in which a contact counts is over,
    and in it `contacted` of them contacted the organisation.
    """

    action: str
    state: str
    times: int
    watched: int
    contacted: int


class ActionsAsked(NamedTuple):
    """Which actions of a definition that were called for in `window`: those of this state, or that are FAILED.

    Contacts count `within` this time. `watched` are only the first of each customer whose time is over: whom an
    outcome counts.
    """

    definition: str
    action: str
    state: str
    within: timedelta
    window: Window
    watched: bool = False


class ActedOn(NamedTuple):
    """A customer whom an action was called for, and whether they made contact after the decision.

    `contacted` is None of those who are not watched, and until the time is over.
    """

    id: str
    profile: str
    at: datetime
    stage: str
    decided_at: datetime | None
    contacted: bool | None = None

    @property
    def position(self) -> Position:
        """Its place among others."""
        return Position(self.at, "", self.id)


class ActionsReading(Protocol):
    """What can be asked about actions. All raise Unavailable."""

    async def customers(self, asked: ActionsAsked, now: datetime, after: Position | None, limit: int) -> list[ActedOn]:
        """Up to `limit` of them as of `now`, by when and by id, after this one."""

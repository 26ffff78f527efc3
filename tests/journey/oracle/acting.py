"""What the service must have done, and what must have come of it, by the causes that DuckDB finds in a raw file.

    cause (action, customer, stage, moment, over)
    contact (customer, moment)

`over` is when the customer moved on, if they did. Who was left out by lot is chance, and no file tells it: it is an
input. All that follows from it is computed.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import hypot
from typing import NamedTuple

from statsmodels.stats.proportion import proportion_confint

from tests.journey.oracle.raw import Raw

CAUSES = "SELECT action, customer, stage, moment, over FROM cause ORDER BY moment"
BEGUN = "SELECT customer, list(moment) FROM contact GROUP BY customer"
WATCHED = ("requested", "held_out", "cap")
FEW = 10


class Action(NamedTuple):
    """An action of a definition, as the oracle reads it.

    It is called for by what happens, or where it `lapses` by what does not. `quiet` are the hours of UTC from and
    until. Who was asked anything `once_in` this time is left alone.
    """

    key: str
    within: timedelta
    lapses: bool = False
    quiet: tuple[int, int] | None = None
    cooldown: timedelta = timedelta(0)
    once_in: timedelta = timedelta(0)
    allowed: bool = True
    compared: str | None = None


class Cause(NamedTuple):
    """What called for an action."""

    action: str
    customer: str
    stage: str
    at: datetime
    over: datetime | None

    def is_over(self, at: datetime | None) -> bool:
        return at is not None and self.over is not None and self.over <= at


class Done(NamedTuple):
    """What became of an action that was called for at `at`; `contacted` is None of those nobody watches."""

    action: str
    customer: str
    stage: str
    at: datetime
    state: str
    decided_at: datetime | None
    contacted: bool | None = None


class Outcome(NamedTuple):
    """How many customers were reached, and how many of them called again; the same of those compared; the difference.

    `prevented` and its interval are in customers.
    """

    reached: tuple[int, int]
    compared: tuple[int, int]
    prevented: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Acting:
    """The actions of a file whose service looks at each of the `turns`, the last of which is now."""

    actions: Sequence[Action]
    turns: Sequence[datetime]

    @property
    def now(self) -> datetime:
        return self.turns[-1]

    def done(self, raw: Raw, left_out: Collection[tuple[str, str]]) -> list[Done]:
        """What became of each cause; `left_out` are actions and customers."""
        what, begun = {action.key: action for action in self.actions}, dict(raw.rows(BEGUN))
        looked = [(*self._looked(what[cause.action], cause), cause) for cause in _causes(raw)]
        done: defaultdict[str, list[Done]] = defaultdict(list)
        for at, moved_on, cause in sorted(looked, key=lambda one: (one[0] or self.now, one[2].at)):
            action, before = what[cause.action], done[cause.customer]
            state, contacted = "waiting", None
            if at:
                state = "moved_on" if moved_on else _decided(action, at, before, left_out=cause[:2] in left_out)
            if at and state in WATCHED and at + action.within <= self.now:
                contacted = any(at < _utc(one) <= at + action.within for one in begun.get(cause.customer, ()))
            before.append(Done(*cause[:4], state, at, contacted))
        return [one for those in done.values() for one in those]

    def _looked(self, action: Action, cause: Cause) -> tuple[datetime | None, bool]:
        """When it is decided, if it is yet, and whether the customer has moved on then."""
        first = (bisect_right if action.lapses else bisect_left)(self.turns, cause.at)
        at = self.turns[first]
        if cause.is_over(at):
            return at, True
        awake = next((turn for turn in self.turns[first:] if not _quiet(action, turn)), None)
        return awake, cause.is_over(awake)


def outcome(action: Action, done: Sequence[Done]) -> Outcome:
    """What came of an action, by Newcombe's method 10 (Statistics in Medicine 1998, 17:873)."""
    reached = _group(action, done, "requested")
    compared = _group(action, done, action.compared) if action.compared else (0, 0)
    prevented = reached[0] * compared[1] / compared[0] - reached[1] if compared[0] else None
    if min(reached[0], compared[0]) < FEW:
        return Outcome(reached, compared, prevented, None)
    rate, other = (contacted / customers for customers, contacted in (reached, compared))
    (low, high), (other_low, other_high) = (
        proportion_confint(contacted, customers, method="wilson") for customers, contacted in (reached, compared)
    )
    least = other - rate - hypot(other - other_low, high - rate)
    most = other - rate + hypot(other_high - other, rate - low)
    return Outcome(reached, compared, prevented, (reached[0] * least, reached[0] * most))


def watched(action: Action, done: Iterable[Done], state: str) -> list[Done]:
    """Of each customer the first decision with this state, once its time is over."""
    first: dict[str, Done] = {}
    for one in sorted(done, key=lambda one: (one.decided_at is None, one.decided_at)):
        if (one.action, one.state) == (action.key, state):
            first.setdefault(one.customer, one)
    return [one for one in first.values() if one.contacted is not None]


def _group(action: Action, done: Iterable[Done], state: str) -> tuple[int, int]:
    those = watched(action, done, state)
    return len(those), sum(bool(one.contacted) for one in those)


def _decided(action: Action, at: datetime, before: Iterable[Done], *, left_out: bool) -> str:
    """What becomes of an action that still holds, after what was decided `before` for the customer."""
    if not action.allowed:
        return "no_consent"
    reached = [one for one in before if one.state == "requested"]
    drawn = [*reached, *(one for one in before if one.state == "held_out")]
    if any(at - _at(one) < action.cooldown for one in drawn if one.action == action.key):
        return "cooldown"
    if any(at - _at(one) < action.once_in for one in reached):
        return "cap"
    return "held_out" if left_out else "requested"


def _at(one: Done) -> datetime:
    assert one.decided_at
    return one.decided_at


def _quiet(action: Action, turn: datetime) -> bool:
    if action.quiet is None:
        return False
    begin, end = action.quiet
    return begin <= turn.hour < end if begin < end else not end <= turn.hour < begin


def _causes(raw: Raw) -> list[Cause]:
    return [Cause(*row[:3], _utc(row[3]), row[4] and _utc(row[4])) for row in raw.rows(CAUSES)]


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)

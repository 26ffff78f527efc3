"""Whether a customer is reached: everything that speaks against it, in one order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from schemas.journey_definition import ActionDefinition, QuietHours

REQUESTED = "requested"
WAITING = "waiting"
MOVED_ON = "moved_on"
NO_CONSENT = "no_consent"
COOLDOWN = "cooldown"
CAP: Final = "cap"
HELD_OUT: Final = "held_out"


class Subject(NamedTuple):
    """What is known of the customer: whether the cause still holds, consents by purpose, and earlier requests.

    `same` are the moments of this very action, those when it was held out too: both groups wait alike. `all_` are those
    when any was requested.
    """

    lot: float
    holds: bool
    granted: bool
    same: Sequence[datetime]
    all_: Sequence[datetime]


class Decision(NamedTuple):
    """Requested, suppressed by a reason, or waiting until a moment."""

    state: str
    until: datetime | None = None


def decide(what: ActionDefinition, subject: Subject, now: datetime) -> Decision:
    """What becomes of an action at `now`.

    The lot comes last: who is held out would have been reached, which is what makes them comparable.
    """
    never = _never(what, subject)
    quiet = quiet_until(what.quiet_hours, now) if what.quiet_hours else None
    if quiet and quiet > now and not never:
        return Decision(WAITING, quiet)
    return Decision(never or _kept_back(what, subject, now) or REQUESTED)


def _never(what: ActionDefinition, subject: Subject) -> str | None:
    if not subject.holds:
        return MOVED_ON
    return NO_CONSENT if what.consent is not None and not subject.granted else None


def _kept_back(what: ActionDefinition, subject: Subject, now: datetime) -> str | None:
    if what.cooldown and any(now - at < what.cooldown for at in subject.same):
        return COOLDOWN
    if what.cap and sum(now - at < what.cap.within for at in subject.all_) >= what.cap.times:
        return CAP
    return HELD_OUT if subject.lot < what.hold_out else None


def quiet_until(hours: QuietHours, now: datetime) -> datetime | None:
    """When the quiet hours end that `now` falls into, which is always after it; None outside of them."""
    zone = ZoneInfo(hours.zone)
    local, begin, end = now.astimezone(zone), time.fromisoformat(hours.begin), time.fromisoformat(hours.end)
    clock = local.time()
    quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not quiet or begin == end:
        return None
    day = local.date() + timedelta(days=1 if clock >= end else 0)
    return _next(datetime.combine(day, end, zone), now).astimezone(now.tzinfo)


def _next(moment: datetime, now: datetime) -> datetime:
    """Where clocks go back, an hour comes twice: the time of day that is past comes once more."""
    first = moment.astimezone(UTC)
    return first if first > now.astimezone(UTC) else moment.replace(fold=1).astimezone(UTC)


def lot(journey: str, action: str, profile: str) -> float:
    """A number from 0 until 1, always the same for the same customer and action."""
    drawn = blake2b(f"{journey}\0{action}\0{profile}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") / 2**64


def granted(words: Iterable[tuple[datetime, bool, int]]) -> bool:
    """Whether words of consent to one purpose allow it: by when they were said, whether refused, and of whom.

    The latest word of each identifier counts, and of several identifiers a refusal does.
    """
    latest: dict[int, tuple[datetime, bool]] = {}
    for at, refused, identifier in words:
        latest[identifier] = max((at, refused), latest.get(identifier, (at, refused)))
    return bool(latest) and not any(refused for _, refused in latest.values())

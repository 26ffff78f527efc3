"""What is told of lapses: when their time comes, and against what was told before when profiles are folded anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.journey.actions.cued import fresh
from services.journey.announce import lapse_event_id, lapse_retracted, lapsed
from services.journey.domain.cues import cues
from services.journey.domain.definition import Definition
from services.journey.domain.fold import settled
from services.journey.domain.known import for_profile
from services.journey.domain.lapses import due
from services.journey.domain.model import Lapse
from services.journey.outcome import Outcome
from services.journey.registry import Registry
from services.journey.shapes import reshape
from services.journey.store import Changes, JourneyRow, LapseKey, ProfileState, StoredLapse

ASK_AGAIN = timedelta(days=1)
"""After so long, for what is due by a definition that is not understood here."""
What = tuple[str, str, datetime]


class Found(NamedTuple):
    """A lapse by a profile's timeline; `ahead` of all that touched its journey, so that its moment may be to come."""

    profile: str
    lapse: Lapse
    ahead: bool

    @property
    def key(self) -> LapseKey:
        """There is one of these."""
        return StoredLapse(self.profile, 0, self.lapse).key

    def passed(self, told: datetime | None, now: datetime) -> bool:
        """Whether it came to pass, by this clock or by one that told the profile's lapses up to a moment."""
        by_then = told is not None and self.lapse.at <= told
        return by_then or not self.ahead or self.lapse.at < now


def come_due(
    registry: Registry, states: Mapping[str, ProfileState], rows: Iterable[JourneyRow], now: datetime
) -> Outcome:
    """What is to be told of journeys that may be due, and when each is due next.

    `rows` are all journeys of these profiles that are due before `now`.
    """
    outcome = Outcome()
    for row in rows:
        if row.definition not in registry.definitions:
            outcome.changes.waiting.append(row._replace(due=now + ASK_AGAIN))
            continue
        state = states[row.profile]
        definition = for_profile(registry.definitions[row.definition], state.known)
        waits, told = [], []
        for lapse in due(definition, row.journey):
            if lapse.at >= now:
                waits.append(lapse.at)
            elif state.lapsed is None or lapse.at > state.lapsed:
                tell(outcome, StoredLapse(row.profile, state.generation, lapse), None, now, state.segments)
                told.append(lapse)
        called_for = cues(definition, told, row.journey, None, outcome.changes.failures)
        outcome.changes.cued += fresh(row.profile, called_for, now)
        _wait(outcome.changes, definition, row._replace(due=min(waits, default=None)), state, now)
    for profile, moment in _latest(outcome.changes.new_lapses).items():
        outcome.changes.profiles[profile] = states[profile]._replace(lapsed=moment)
    return outcome


def _wait(changes: Changes, definition: Definition, row: JourneyRow, state: ProfileState, now: datetime) -> None:
    """Until when the journey waits; one that is abandoned ends, so that whoever counts need not look at its times."""
    ended = settled(definition.what, row.journey, now)
    if ended is row.journey:
        changes.waiting.append(row)
    else:
        changes.journeys.append(row._replace(journey=ended, due=None))
        changes.profiles[row.profile] = state
        reshape(changes.reshaped, row.definition, row.journey, ended)


def tell(outcome: Outcome, stored: StoredLapse, corrects: str | None, now: datetime, segments: Sequence[str]) -> None:
    """Keeps a lapse and says it, of a profile in these segments."""
    outcome.lapses[stored.lapse.kind] += 1
    outcome.changes.new_lapses.append(stored)
    outcome.messages.append(lapsed(stored, corrects, now, segments))
    if corrects is None:
        outcome.news.add((stored.profile, stored.lapse))


def compare(
    outcome: Outcome,
    states: Mapping[str, ProfileState],
    before: Iterable[StoredLapse],
    after: Sequence[Found],
    now: datetime,
) -> None:
    """Corrects what was told of profiles that were folded anew.

    `after` is what came to pass by their final timelines, or may later. What was told and still holds stays told,
    even if this clock is behind the one that told it.
    """
    changes = outcome.changes
    told, outdated = _sorted_out(before, after, changes)
    ahead = {found.key for found in after if found.ahead}
    until = _told_until(states, (stored for key, stored in told.items() if key in ahead))
    for found in sorted(after, key=lambda one: _own(one, outdated) is None):
        profile, lapse, _ = found
        stored = StoredLapse(profile, changes.profiles[profile].generation, lapse)
        if stored.key not in told and found.passed(until[profile], now):
            known = _corrected(found, outdated)
            changes.gone_lapses += [known] if known else []
            tell(outcome, stored, lapse_event_id(known) if known else None, now, changes.profiles[profile].segments)
            told[stored.key] = stored
    for known in [one for those in outdated.values() for one in those]:
        changes.gone_lapses.append(known)
        outcome.retracted += 1
        outcome.messages.append(lapse_retracted(known, changes.profiles[known.profile].generation, now))
    for profile, moment in _latest(stored for key, stored in told.items() if key in ahead).items():
        changes.profiles[profile] = changes.profiles[profile]._replace(lapsed=moment)


def _told_until(states: Mapping[str, ProfileState], ahead: Iterable[StoredLapse]) -> dict[str, datetime | None]:
    """Up to when profiles' lapses count as told: what lies ahead now may have been told of what lay behind.

    Otherwise one before it would never be told: the clock goes on from the last that was.
    """
    until = {profile: state.lapsed for profile, state in states.items()}
    for profile, moment in _latest(ahead).items():
        until[profile] = max(moment, until[profile] or moment)
    return until


def _sorted_out(
    before: Iterable[StoredLapse], after: Iterable[Found], changes: Changes
) -> tuple[dict[LapseKey, StoredLapse], defaultdict[What, list[StoredLapse]]]:
    """What was told and still holds, and what was told and does not, by what it is but for whose."""
    holds = {found.key: found.lapse for found in after}
    told: dict[LapseKey, StoredLapse] = {}
    outdated: defaultdict[What, list[StoredLapse]] = defaultdict(list)
    for stored in before:
        lapse = holds.get(stored.key)
        if lapse is None or (lapse.at, lapse.stage) != (stored.lapse.at, stored.lapse.stage):
            outdated[_what(stored.lapse)].append(stored)
            continue
        told[stored.key] = stored
        if lapse != stored.lapse:
            changes.gone_lapses.append(stored)
            changes.new_lapses.append(stored._replace(lapse=lapse))
    return told, outdated


def _own(found: Found, outdated: Mapping[What, Sequence[StoredLapse]]) -> StoredLapse | None:
    return next((one for one in outdated.get(_what(found.lapse), ()) if one.profile == found.profile), None)


def _corrected(found: Found, outdated: Mapping[What, list[StoredLapse]]) -> StoredLapse | None:
    """What the lapse takes the place of: rather the profile's own, whose retraction would have the same name."""
    those = outdated.get(_what(found.lapse))
    if not those:
        return None
    known = _own(found, outdated) or those[-1]
    those.remove(known)
    return known


def _what(lapse: Lapse) -> What:
    return lapse.journey, lapse.kind, lapse.since


def _latest(lapses: Iterable[StoredLapse]) -> dict[str, datetime]:
    """The last moment of each profile."""
    latest: dict[str, datetime] = {}
    for profile, _, lapse in lapses:
        latest[profile] = max(lapse.at, latest.get(profile, lapse.at))
    return latest

"""What was told of alerts against what the fold gives now: what is still to be told, and what to be corrected."""

from collections.abc import Collection, Iterable, Sequence
from itertools import count
from typing import Literal, NamedTuple

from services.journey.domain.alerts.hysteresis import Alert

RAISED: Literal["raised"] = "raised"
CLEARED: Literal["cleared"] = "cleared"
RETRACTED: Literal["retracted"] = "retracted"
Kind = Literal["raised", "cleared", "retracted"]


class Told(NamedTuple):
    """What was told of one alert: `said` counts all that was, `raised_as` and `cleared_as` are which of it stand.

    Without `raised_as` it was retracted. Of a new one nothing was told yet.
    """

    key: str
    alert: Alert
    first: int
    nth: int = 0
    said: int = 0
    raised_as: int | None = None
    cleared_as: int | None = None

    @property
    def name(self) -> tuple[str, str, int, int]:
        """There is one of these in a definition: `first` is the quarter that it was first raised at."""
        return self.key, self.alert.side, self.first, self.nth


class Saying(NamedTuple):
    """One thing to tell, as number `said` of its alert; it `corrects` an earlier one of the kind named beside it."""

    kind: Kind
    told: Told
    corrects: tuple[Kind, int] | None = None


def compare(
    key: str, before: Iterable[Told], spans: Sequence[Alert], after: int, until: int
) -> tuple[list[Saying], list[Told]]:
    """What to say of one key's alerts, and what is told of those it is about then.

    `spans` are the alerts that the fold gives from after one quarter until another, and `before` what was told of at
    least those raised or open since. What was told of a time before or after that is left as it is.
    """
    sayings: list[Saying] = []
    listed = list(before)
    names = {told.name for told in listed}
    pairs, gone = _paired([told for told in listed if _concerned(told, after, until)], spans)
    kept = [_settle(sayings, told or _new(key, span, names), span, until) for told, span in pairs]
    return sayings, kept + [_retract(sayings, told) for told in gone]


def _concerned(told: Told, after: int, until: int) -> bool:
    alert = told.alert
    ends_later = told.raised_as is not None and (alert.cleared is None or alert.cleared > after)
    return alert.raised <= until and (alert.raised > after or ends_later)


def _paired(before: list[Told], spans: Sequence[Alert]) -> tuple[list[tuple[Told | None, Alert]], list[Told]]:
    """Each span with what was told of it, first where it was raised at the same moment; and what has none."""
    standing = [told for told in before if told.raised_as is not None]
    exactly = {(told.alert.side, told.alert.raised): told for told in standing}
    once = {(told.alert.side, told.first): told for told in before if told.raised_as is None}
    found = {place: exactly.pop((span.side, span.raised), None) for place, span in enumerate(spans)}
    left = sorted(exactly.values(), key=lambda told: told.alert.raised)
    for place, span in enumerate(spans):
        moved = next((told for told in left if told.alert.side == span.side), None)
        if found[place] is None and moved is not None:
            left.remove(moved)
            found[place] = moved
    taken = {told.name for told in found.values() if told}
    again = {
        place: once.pop((span.side, span.raised), None) for place, span in enumerate(spans) if found[place] is None
    }
    pairs = [(found[place] or again.get(place), span) for place, span in enumerate(spans)]
    return pairs, [told for told in left if told.name not in taken]


def _new(key: str, span: Alert, names: Collection[tuple[str, str, int, int]]) -> Told:
    """The first moment of another alert may be the same, if that was moved since."""
    nth = next(nth for nth in count() if (key, span.side, span.raised, nth) not in names)
    return Told(key, span, span.raised, nth)


def _settle(sayings: list[Saying], told: Told, span: Alert, until: int) -> Told:
    was = told.alert
    cleared = was.cleared if was.cleared is not None and was.cleared > until and span.cleared is None else span.cleared
    told = told._replace(alert=Alert(span.side, span.since, span.raised, span.reading, cleared))
    if told.raised_as is None:
        told = _say(sayings, RAISED, told, None)
    elif (was.raised, was.since) != (span.raised, span.since):
        told = _say(sayings, RAISED, told, (RAISED, told.raised_as))
    if cleared is None and told.cleared_as is not None:
        return _say(sayings, RETRACTED, told, (CLEARED, told.cleared_as))._replace(cleared_as=None)
    if cleared is not None and (told.cleared_as is None or was.cleared != cleared):
        return _say(sayings, CLEARED, told, None if told.cleared_as is None else (CLEARED, told.cleared_as))
    return told


def _retract(sayings: list[Saying], told: Told) -> Told:
    """Its end first: whoever applies what is said is never left with the end of what was not."""
    if told.cleared_as is not None:
        told = _say(sayings, RETRACTED, told, (CLEARED, told.cleared_as))
    corrects = None if told.raised_as is None else (RAISED, told.raised_as)
    return _say(sayings, RETRACTED, told, corrects)._replace(raised_as=None, cleared_as=None)


def _say(sayings: list[Saying], kind: Kind, told: Told, corrects: tuple[Kind, int] | None) -> Told:
    said = told.said + 1
    told = told._replace(said=said)
    if kind == RAISED:
        told = told._replace(raised_as=said)
    if kind == CLEARED:
        told = told._replace(cleared_as=said)
    sayings.append(Saying(kind, told, corrects))
    return told

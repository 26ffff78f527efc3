"""A profile's figures: sums and extremes over its interactions, whatever their order. Rules read them as `p.figures`.

Durations are whole milliseconds, amounts whole millionths and times whole microseconds, as finely as interactions
state them, so that sums are exact and do not depend on the order of what is added.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from services.journey.domain.measures.reading import number
from services.journey.domain.model import Interaction, Position
from services.journey.domain.moments import moment, whole

MILLI = 1_000
MICRO = 1_000_000
NOTHING = (0, 0, 0)
MEASURES = ("wait_seconds", "handle_seconds", "transfers")
CHANNEL_FIELDS = ("interactions", "first_seen", "last_seen", "wait_seconds", "handle_seconds", "transfers")
TYPE_FIELDS = ("interactions", "first_seen", "last_seen", "money")
SURVEY_FIELDS = ("answers", "score", "answered_at")
BY_NAME = ("channels", "types", "surveys")
FIGURES = (*CHANNEL_FIELDS, *BY_NAME)
TIMES = frozenset({"first_seen", "last_seen"})
MEASURED = frozenset(MEASURES)


class OfChannel(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What happened on one channel, or on all; `first_seen` and `last_seen` in microseconds since 1970."""

    interactions: int
    first_seen: int
    last_seen: int
    wait_ms: int = 0
    handle_ms: int = 0
    transfers: int = 0


class OfType(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Interactions of one type; `money` by currency, in millionths."""

    interactions: int
    first_seen: int
    last_seen: int
    money: dict[str, int] = {}


class OfSurvey(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Answers to one kind of survey, and the last one with its place in the timeline."""

    answers: int
    last: Position
    score: float


class ProfileFigures(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """All figures of one profile; an interaction without a channel counts on the channel of no name."""

    channels: dict[str, OfChannel] = {}
    types: dict[str, OfType] = {}
    surveys: dict[str, OfSurvey] = {}


NO_FIGURES = ProfileFigures()


class Wanted(NamedTuple):
    """Which figures are read: of the total, and of which channels, types and surveys, None being all of them.

    Unless `times` are, when somebody was first and last seen is not.
    """

    total: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    types: frozenset[str] | None = None
    surveys: frozenset[str] | None = None
    times: bool = True


EVERYTHING = Wanted()
NOTHING_WANTED: frozenset[str] = frozenset()
Figure = TypeVar("Figure", OfChannel, OfType, OfSurvey)


def wanted(paths: Collection[Sequence[str]]) -> Wanted:
    """What rules want that read these paths within `p.figures`."""
    total = frozenset(path[0] for path in paths if path[0] not in BY_NAME)
    channels, types, surveys = (_names(paths, of) for of in BY_NAME)
    return Wanted(total, channels, types, surveys, times=any(map(_with_times, paths)))


def _with_times(path: Sequence[str]) -> bool:
    """Whether it names such a time, or what has them in it."""
    if path[0] == "surveys":
        return False
    field = path[2:] if path[0] in BY_NAME else path
    return not field or field[0] in TIMES


def _names(paths: Collection[Sequence[str]], of: str) -> frozenset[str] | None:
    names = [path[1:2] for path in paths if path[0] == of]
    return frozenset(name for (name,) in names) if all(names) else None


def counted(figures: ProfileFigures, interactions: Iterable[Interaction]) -> ProfileFigures:
    """The figures with these interactions, none of which is in them yet."""
    channels, types, surveys = dict(figures.channels), dict(figures.types), dict(figures.surveys)
    for interaction in interactions:
        kind = interaction.kind
        channel = kind.channel or ""
        time = whole(interaction.position.time)
        channels[channel] = _on_channel(channels.get(channel), interaction, time)
        types[kind.type] = _of_type(types.get(kind.type), interaction, time)
        _add_survey(surveys, interaction)
    return ProfileFigures(channels, types, surveys)


def same_for_rules(figures: ProfileFigures, interactions: Iterable[Interaction], wanted: Wanted) -> bool:
    """Whether these interactions, besides those before, certainly leave everything that is wanted as it is."""
    if not figures.channels or wanted.total is None or not wanted.total <= MEASURED:
        return False
    return not any(_concerns(wanted, interaction) for interaction in interactions)


def _concerns(wanted: Wanted, interaction: Interaction) -> bool:
    kind, fields = interaction.kind, interaction.fields
    return (
        _among(wanted.channels, kind.channel or "")
        or _among(wanted.types, kind.type)
        or bool(wanted.total and fields.get("measures"))
        or bool(wanted.surveys != NOTHING_WANTED and fields.get("survey"))
    )


def _among(names: frozenset[str] | None, name: str) -> bool:
    return names is None or name in names


def as_rules_see(figures: ProfileFigures, wanted: Wanted = EVERYTHING) -> dict[str, Any]:
    """As fields of `p.figures`; what never happened is absent, and so is what nobody wants."""
    times = wanted.times
    return {
        **({} if wanted.total == NOTHING_WANTED else _total(figures, times=times)),
        "channels": {name: _channel(one, times=times) for name, one in _of(figures.channels, wanted.channels)},
        "types": {name: _type(one, times=times) for name, one in _of(figures.types, wanted.types)},
        "surveys": {kind: _survey(one) for kind, one in _of(figures.surveys, wanted.surveys)},
    }


def _of(those: Mapping[str, Figure], names: frozenset[str] | None) -> Iterable[tuple[str, Figure]]:
    return those.items() if names is None else [(name, those[name]) for name in names if name in those]


def _total(figures: ProfileFigures, *, times: bool) -> dict[str, Any]:
    return _channel(_together(figures.channels.values()), times=times) if figures.channels else {"interactions": 0}


def _on_channel(known: OfChannel | None, interaction: Interaction, time: int) -> OfChannel:
    own = _measured(interaction)
    if known is None:
        return OfChannel(1, time, time, *own)
    first, last = min(known.first_seen, time), max(known.last_seen, time)
    if own is NOTHING:
        return OfChannel(known.interactions + 1, first, last, known.wait_ms, known.handle_ms, known.transfers)
    return OfChannel(
        known.interactions + 1,
        first,
        last,
        known.wait_ms + own[0],
        known.handle_ms + own[1],
        known.transfers + own[2],
    )


def _measured(interaction: Interaction) -> tuple[int, int, int]:
    """Wait and handling time, and transfers."""
    if not interaction.fields.get("measures"):
        return NOTHING
    wait, handle, transfers = (number(interaction, "measures", name) or 0 for name in MEASURES)
    return round(wait * MILLI), round(handle * MILLI), int(transfers)


def _together(those: Iterable[OfChannel]) -> OfChannel:
    total, *others = those
    for one in others:
        total = OfChannel(
            total.interactions + one.interactions,
            min(total.first_seen, one.first_seen),
            max(total.last_seen, one.last_seen),
            total.wait_ms + one.wait_ms,
            total.handle_ms + one.handle_ms,
            total.transfers + one.transfers,
        )
    return total


def _of_type(known: OfType | None, interaction: Interaction, time: int) -> OfType:
    money = _money(interaction)
    if known is None:
        return OfType(1, time, time, money)
    total = known.money
    if money:
        total = {**total, **{currency: total.get(currency, 0) + amount for currency, amount in money.items()}}
    return OfType(known.interactions + 1, min(known.first_seen, time), max(known.last_seen, time), total)


def _money(interaction: Interaction) -> dict[str, int]:
    money = interaction.fields.get("money")
    amount = number(interaction, "money", "amount") if money else None
    currency = money.get("currency") if isinstance(money, dict) else None
    return {currency: round(amount * MICRO)} if amount is not None and isinstance(currency, str) else {}


def _add_survey(surveys: dict[str, OfSurvey], interaction: Interaction) -> None:
    survey = interaction.fields.get("survey")
    score = number(interaction, "survey", "score") if survey else None
    kind = survey.get("kind") if isinstance(survey, dict) else None
    if score is None or not isinstance(kind, str):
        return
    known, place = surveys.get(kind), interaction.position
    if known is None:
        surveys[kind] = OfSurvey(1, place, score)
    elif place > known.last:
        surveys[kind] = OfSurvey(known.answers + 1, place, score)
    else:
        surveys[kind] = OfSurvey(known.answers + 1, known.last, known.score)


def _channel(one: OfChannel, *, times: bool) -> dict[str, Any]:
    return {
        "interactions": one.interactions,
        **(_seen(one) if times else {}),
        "wait_seconds": one.wait_ms / MILLI,
        "handle_seconds": one.handle_ms / MILLI,
        "transfers": one.transfers,
    }


def _type(one: OfType, *, times: bool) -> dict[str, Any]:
    return {
        "interactions": one.interactions,
        **(_seen(one) if times else {}),
        "money": {currency: amount / MICRO for currency, amount in one.money.items()},
    }


def _seen(one: OfChannel | OfType) -> dict[str, Any]:
    return {"first_seen": moment(one.first_seen), "last_seen": moment(one.last_seen)}


def _survey(one: OfSurvey) -> dict[str, Any]:
    return {"answers": one.answers, "score": one.score, "answered_at": one.last.time}

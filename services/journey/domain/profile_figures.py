"""A profile's figures: sums and extremes over its interactions, whatever their order. Rules read them as `p.figures`.

Durations are whole milliseconds and amounts whole millionths, as finely as interactions state them, so that sums are
exact and do not depend on the order of what is added.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec

from services.journey.domain.measures.reading import number
from services.journey.domain.model import Interaction, Position

MILLI = 1_000
MICRO = 1_000_000
NOTHING = (0, 0, 0)
MEASURES = ("wait_seconds", "handle_seconds", "transfers")
CHANNEL_FIELDS = ("interactions", "first_seen", "last_seen", "wait_seconds", "handle_seconds", "transfers")
TYPE_FIELDS = ("interactions", "first_seen", "last_seen", "money")
SURVEY_FIELDS = ("answers", "score", "answered_at")
BY_NAME = ("channels", "types", "surveys")
FIGURES = (*CHANNEL_FIELDS, *BY_NAME)


class OfChannel(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What happened on one channel, or on all."""

    interactions: int
    first_seen: datetime
    last_seen: datetime
    wait_ms: int = 0
    handle_ms: int = 0
    transfers: int = 0


class OfType(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Interactions of one type; `money` by currency."""

    interactions: int
    first_seen: datetime
    last_seen: datetime
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
    """Which figures are read: the total, and of which channels, types and surveys, None being all of them."""

    total: bool = True
    channels: frozenset[str] | None = None
    types: frozenset[str] | None = None
    surveys: frozenset[str] | None = None


EVERYTHING = Wanted()
Figure = TypeVar("Figure", OfChannel, OfType, OfSurvey)


def wanted(paths: Collection[Sequence[str]]) -> Wanted:
    """What rules want that read these paths within `p.figures`."""
    return Wanted(any(path[0] not in BY_NAME for path in paths), *(_names(paths, of) for of in BY_NAME))


def _names(paths: Collection[Sequence[str]], of: str) -> frozenset[str] | None:
    names = [path[1:2] for path in paths if path[0] == of]
    return frozenset(name for (name,) in names) if all(names) else None


def counted(figures: ProfileFigures, interactions: Iterable[Interaction]) -> ProfileFigures:
    """The figures with these interactions, none of which is in them yet."""
    channels, types, surveys = dict(figures.channels), dict(figures.types), dict(figures.surveys)
    for interaction in interactions:
        kind = interaction.kind
        channel = kind.channel or ""
        channels[channel] = _on_channel(channels.get(channel), interaction)
        types[kind.type] = _of_type(types.get(kind.type), interaction)
        _add_survey(surveys, interaction)
    return ProfileFigures(channels, types, surveys)


def as_rules_see(figures: ProfileFigures, wanted: Wanted = EVERYTHING) -> dict[str, Any]:
    """As fields of `p.figures`; what never happened is absent, and so is what nobody wants."""
    return {
        **(_total(figures) if wanted.total else {}),
        "channels": {name: _channel(one) for name, one in _of(figures.channels, wanted.channels)},
        "types": {name: _type(one) for name, one in _of(figures.types, wanted.types)},
        "surveys": {kind: _survey(one) for kind, one in _of(figures.surveys, wanted.surveys)},
    }


def _of(those: Mapping[str, Figure], names: frozenset[str] | None) -> Iterable[tuple[str, Figure]]:
    return those.items() if names is None else [(name, those[name]) for name in names if name in those]


def _total(figures: ProfileFigures) -> dict[str, Any]:
    return _channel(_together(figures.channels.values())) if figures.channels else {"interactions": 0}


def _on_channel(known: OfChannel | None, interaction: Interaction) -> OfChannel:
    time, own = interaction.position.time, _measured(interaction)
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


def _of_type(known: OfType | None, interaction: Interaction) -> OfType:
    time, money = interaction.position.time, _money(interaction)
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


def _channel(one: OfChannel) -> dict[str, Any]:
    values = (
        one.interactions, one.first_seen, one.last_seen, one.wait_ms / MILLI, one.handle_ms / MILLI, one.transfers
    )  # fmt: skip
    return _named(CHANNEL_FIELDS, values)


def _type(one: OfType) -> dict[str, Any]:
    money = {currency: amount / MICRO for currency, amount in one.money.items()}
    return _named(TYPE_FIELDS, (one.interactions, one.first_seen, one.last_seen, money))


def _survey(one: OfSurvey) -> dict[str, Any]:
    return _named(SURVEY_FIELDS, (one.answers, one.score, one.last.time))


def _named(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))

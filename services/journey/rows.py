"""How values become rows of the journey schema, and rows values."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from pydantic import TypeAdapter

from schemas.trait_rules import TraitPolicy
from services.journey.domain.known import Known
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.measured import Measured
from services.journey.domain.model import Failure, Journey, Lapse, Pain, Position, Transition
from services.journey.domain.profile_figures import ProfileFigures
from services.journey.domain.profile_traits import NO_TRAITS, Pinned, ProfileTraits
from services.journey.shapes import Shape, begin_of
from services.journey.spans import pieces
from services.journey.store import (
    NO_POLICY,
    JourneyRow,
    ProfileState,
    StatedPolicy,
    StoredLapse,
    StoredPin,
    StoredTransition,
)
from services.journey.window import Window
from services.runtime.arrays import literal, texts, times

_figures = msgspec.json.Decoder(ProfileFigures).decode
_traits = msgspec.json.Decoder(ProfileTraits).decode
_pinned = msgspec.json.Decoder(Pinned).decode
_policy_of_traits = TypeAdapter(dict[str, TraitPolicy])
_policies = _policy_of_traits.validate_json
_MEASURES = tuple(Measure)
"""Going through an enumeration takes longer than through what it holds."""
_counts = msgspec.json.Decoder(dict[str, int]).decode
_NONE = "{}"


Written = Sequence[Callable[[Iterable[Any]], str]]
"""How each column of some rows becomes an array literal."""
STATE: Written = (texts, times, texts, texts, literal, literal, times, texts, texts, texts, texts)
JOURNEY: Written = (
    texts, texts, literal, literal, texts, times, times, texts, times, texts, literal, texts, texts, literal, times,
)  # fmt: skip
PIN: Written = (texts, literal, literal, texts)
WAITING: Written = (texts, texts, literal, times)
LAPSE: Written = (texts, texts, texts, times)


def literals(rows: Iterable[Sequence[Any]], written: Written) -> list[str]:
    """Rows, at least one, as the array literals of their columns."""
    return [write(column) for write, column in zip(written, zip(*rows, strict=True), strict=True)]


def columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    """Rows as the columns that unnest takes."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def state_row(profile: str, state: ProfileState) -> tuple[Any, ...]:
    """As FOLDED takes it."""
    time, source, id_ = state.position or (None, None, None)
    known = (None, "{}", None, None) if state.known is None else _known_row(state.known)
    return profile, time, source, id_, state.registry, state.generation, state.lapsed, *known


def state_of(row: asyncpg.Record) -> ProfileState:
    """As PROFILES gives it."""
    _, time, source, id_, registry, generation, lapsed, *known = row
    position = None if time is None else Position(time, source, id_)
    return ProfileState(position, registry, generation, lapsed, known_from(*known))


def known_from(figures: str | None, segments: Sequence[str], told: str | None, traits: str | None) -> Known | None:
    """What is kept of what is known of a profile."""
    if figures is None or told is None:
        return None
    return Known(_figures(figures), tuple(segments), told, NO_TRAITS if traits is None else _traits(traits))


def _known_row(known: Known) -> tuple[str, str, str, str | None]:
    traits = None if known.traits == NO_TRAITS else _json(known.traits)
    return _json(known.figures), f"{{{','.join(known.segments)}}}", known.told, traits


def pin_row(stored: StoredPin) -> tuple[Any, ...]:
    """As PIN takes it."""
    return stored.id, stored.identifier, stored.version, None if stored.pinned is None else _json(stored.pinned)


def pinned_of(body: str) -> Pinned:
    """As it was kept."""
    return _pinned(body)


def policy_of(row: asyncpg.Record | None) -> StatedPolicy:
    """The policy that is kept, and that of the profile service where none was told."""
    return NO_POLICY if row is None else StatedPolicy(row[0], _policies(row[1]))


def policy_body(policy: StatedPolicy) -> str:
    """As it is kept."""
    return _policy_of_traits.dump_json(dict(sorted(policy.traits.items())), exclude_none=True).decode()


def new_journey_row(row: JourneyRow) -> tuple[Any, ...]:
    """In the order of JOURNEY_FIELDS, and `due`."""
    j = row.journey
    return (
        row.profile, row.definition, row.version, j.number, j.opened_at, j.stage, j.entered_at, j.touched_at,
        j.status, j.closed_at, j.previous, j.touchpoints, _json(j.visits), _felt(j), j.effort,
        row.due,
    )  # fmt: skip


def journey_row(row: JourneyRow) -> tuple[Any, ...]:
    """As PUT_JOURNEYS takes it."""
    j = row.journey
    return (
        row.profile, row.definition, j.number, row.version, j.stage, j.entered_at, j.touched_at,
        j.status, j.closed_at, j.previous, j.touchpoints, _json(j.visits), _felt(j), j.effort,
        row.due,
    )  # fmt: skip


def journey_of(row: asyncpg.Record) -> JourneyRow:
    """In the order of JOURNEY_FIELDS."""
    return JourneyRow(str(row[0]), row[1], row[2], journey_from(row, 3))


def due_of(row: asyncpg.Record) -> JourneyRow:
    """As DUE gives it."""
    return JourneyRow(str(row[0]), row[1], row[2], journey_from(row[:-1], 3), row[-1])


def waiting_row(row: JourneyRow) -> tuple[Any, ...]:
    """As WAIT takes it."""
    return row.profile, row.definition, row.journey.number, row.due


def lapse_row(stored: StoredLapse) -> tuple[Any, ...]:
    """In the order of LAPSE_FIELDS."""
    one = stored.lapse
    return (
        stored.profile, stored.generation, one.journey, one.version, one.number, one.kind, one.stage, one.since, one.at
    )  # fmt: skip


def lapse_of(row: asyncpg.Record) -> StoredLapse:
    """In the order of LAPSE_FIELDS."""
    return StoredLapse(str(row[0]), row[1], Lapse(*row[2:]))


def journey_from(row: asyncpg.Record, start: int) -> Journey:
    """The journey in the columns from `start` on, in the order of its own fields."""
    (
        number, opened_at, stage, entered_at, touched_at, status, closed_at, previous, touchpoints,
        visits, pain_points, effort,
    ) = row[start:]  # fmt: skip
    return Journey(
        number, opened_at, stage, entered_at, touched_at, status, closed_at, previous, touchpoints,
        _counts(visits), _counts(pain_points), effort,
    )  # fmt: skip


def transition_row(stored: StoredTransition) -> tuple[Any, ...]:
    """In the order of TRANSITION_COLUMNS."""
    s = stored.step
    return (
        stored.id, stored.generation, stored.profile, s.journey, s.version, s.number, s.from_stage, s.to,
        *s.position, s.channel,
    )  # fmt: skip


def transition_of(row: asyncpg.Record) -> StoredTransition:
    """In the order of TRANSITION_COLUMNS."""
    step = Transition(
        journey=row[3],
        version=row[4],
        number=row[5],
        from_stage=row[6],
        to=row[7],
        position=Position(row[8], row[9], row[10]),
        channel=row[11],
    )
    return StoredTransition(row[0].hex, row[1], str(row[2]), step)


def pain_row(profile: str, pain: Pain) -> tuple[Any, ...]:
    """In the order of PAIN_COLUMNS."""
    return profile, pain.journey, pain.number, pain.key, pain.weight, pain.stage, *pain.position


def pain_of(row: asyncpg.Record) -> Pain:
    """As PAINS_OF gives it."""
    return Pain(row[0], row[1], row[2], row[3], row[4], Position(row[5], row[6], row[7]))


def fact_row(profile: str, one: Measured) -> tuple[Any, ...]:
    """In the order of FACT_FIELDS."""
    return (
        profile, one.journey, one.number, *one.position, one.touchpoint, one.stage, one.channel, one.reason,
        one.campaign, one.queue, tuple(one.segments), one.persona, *map(one.values.get, _MEASURES),
    )  # fmt: skip


def fact_of(row: asyncpg.Record) -> tuple[Any, ...]:
    """In the order of FACT_FIELDS, as `fact_row` makes it."""
    profile, *rest = row
    return str(profile), *(tuple(value) if isinstance(value, list) else value for value in rest)


def measured_of(row: Sequence[Any]) -> Measured:
    """What `fact_row` made a row of."""
    _, journey, number, time, source, interaction, *rest = row
    touchpoint, stage, channel, reason, campaign, queue, segments, persona, *values = rest
    stated = {name: value for name, value in zip(_MEASURES, values, strict=True) if value is not None}
    position = Position(time, source, interaction)
    of = (touchpoint, stage, channel, reason, campaign, queue)
    return Measured(journey, number, position, *of, stated, tuple(segments), persona)


def fact_key(row: Sequence[Any]) -> tuple[str, str, str, str]:
    """Profile, definition, source and interaction of a row in the order of FACT_FIELDS: there is one of these."""
    return row[0], row[1], row[4], row[5]


def shape_rows(shapes: Mapping[Shape, int]) -> list[tuple[Any, ...]]:
    """In the order of JOURNEY_CHANGE_FIELDS; what comes out even is left out."""
    return [
        (shape.definition, begin_of(shape.hour), shape.visited, shape.stage, shape.status, journeys)
        for shape, journeys in shapes.items()
        if journeys
    ]


def piece_columns(window: Window) -> tuple[str, str, str]:
    """A window as PIECES takes it."""
    spans, since, until = zip(*pieces(window), strict=True)
    return (
        texts(spans),
        texts("-infinity" if one is None else one.isoformat() for one in since),
        texts("infinity" if one is None else one.isoformat() for one in until),
    )


def failure_rows(failures: Iterable[Failure]) -> list[tuple[str, str, int, str, datetime]]:
    """One row for each rule, in one order for all writers."""
    listed = sorted(failures, key=lambda failure: failure.position)
    counts = Counter((failure.journey, failure.rule) for failure in listed)
    last = {(failure.journey, failure.rule): failure for failure in listed}
    return [(*rule, counts[rule], last[rule].reason, last[rule].position.time) for rule in sorted(counts)]


def _felt(journey: Journey) -> str:
    """Most journeys meet no pain point."""
    return _json(journey.pain_points) if journey.pain_points else _NONE


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()

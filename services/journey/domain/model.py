"""The values that journeys are folded from and into. All frozen; mappings in them are never changed.

They are made by the million, hence msgspec; none can be part of a cycle, hence `gc=False`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

ACTIVE = "active"
ABANDONED = "abandoned"
OVERDUE = "overdue"
STALLED = "stalled"


class Position(NamedTuple):
    """The place of an interaction in a timeline: by event time, then by source and id. Unique, so order is total."""

    time: datetime
    source: str
    id: str


class Kind(NamedTuple):
    """What an interaction is before all else: rules are looked up by it. None where that is not stated."""

    type: str
    channel: str | None = None
    reason: str | None = None


class Vouching(NamedTuple):
    """What the traits of an interaction are worth.

    They are about the `identifier`; how far its source is trusted with traits, and whether it vouches for that.
    """

    identifier: int
    trust: int
    verified: bool


class Interaction(msgspec.Struct, frozen=True, gc=False):
    """One interaction as rules see it. `fields` holds `data`, with `type`, `time`, `source` and `id` beside it.

    One that states no traits is `vouching` for nothing.
    """

    position: Position
    kind: Kind
    fields: Mapping[str, Any]
    vouching: Vouching | None = None


class Journey(msgspec.Struct, frozen=True, gc=False):
    """One journey of one profile as far as it got; `number` counts the profile's journeys of this definition.

    `closed_at` is set once it is no longer active: the moment of its last step, or when it became abandoned.
    """

    number: int
    opened_at: datetime
    stage: str
    entered_at: datetime
    touched_at: datetime
    status: str = ACTIVE
    closed_at: datetime | None = None
    previous: str | None = None
    touchpoints: int = 1
    visits: Mapping[str, int] = {}
    pain_points: Mapping[str, int] = {}
    effort: float = 0.0


class Transition(msgspec.Struct, frozen=True, gc=False):
    """A step into stage `to`; `from_stage` is None when the step opened the journey."""

    journey: str
    version: int
    number: int
    from_stage: str | None
    to: str
    position: Position
    channel: str | None


class Lapse(msgspec.Struct, frozen=True, gc=False):
    """What time alone did to a journey: it is overdue in `stage`, stalled or abandoned as of `at`.

    `since` is when its clock started: when the stage was entered, or the last touchpoint was. A profile has at most
    one lapse of a kind in a definition that counts from the same moment.
    """

    journey: str
    version: int
    number: int
    kind: str
    stage: str
    since: datetime
    at: datetime


class Pain(msgspec.Struct, frozen=True, gc=False):
    """A pain point met at one interaction, in the stage that the customer was then in."""

    journey: str
    number: int
    key: str
    weight: float
    stage: str
    position: Position


class Failure(msgspec.Struct, frozen=True, gc=False):
    """A rule that failed on an interaction and so counted as false; or, as `fold`, an interaction that did nothing."""

    journey: str
    rule: str
    reason: str
    position: Position

"""When an alert is raised and when it is cleared: a fold over readings, with two thresholds and a time to hold.

Raised once every reading of `hold` was far from usual, to the same side; cleared once every reading of `hold` was well
back, nearer than half of that. In between it stays what it is (a Schmitt trigger: Schmitt, A thermionic trigger, 1938),
so a measure that trembles at a threshold tells nothing. A reading with too few cases is no news of trouble: it counts
as well back. For `cooldown` after it was cleared an alert is not raised again.
"""

from typing import NamedTuple

import msgspec

from services.journey.domain.alerts.usual import Reading

HIGH = "high"
LOW = "low"
NEARER = 0.5


class Trigger(NamedTuple):
    """How far is far, in spreads; how many quarters that, or being back, has to hold; and how many quarters of peace.

    `low` is whether too little is far as well.
    """

    far: float
    hold: int
    cooldown: int
    low: bool


class Alert(msgspec.Struct, frozen=True):
    """Something was far to one side `since` a quarter, was `raised` at another, and `cleared` if it was.

    `reading` is that of the moment when it was raised.
    """

    side: str
    since: int
    raised: int
    reading: Reading
    cleared: int | None = None


class Watch(msgspec.Struct, frozen=True):
    """The state of the fold: the latest alert, and since when readings were far, and to which side, or well back."""

    latest: Alert | None = None
    far_since: int | None = None
    side: str | None = None
    back_since: int | None = None

    @property
    def open(self) -> bool:
        """Whether an alert is raised and not cleared."""
        return self.latest is not None and self.latest.cleared is None


def watch(state: Watch, slot: int, reading: Reading | None, trigger: Trigger) -> Watch:
    """The state after the reading at the beginning of `slot`, the quarter after the one before."""
    side = far_side(reading, trigger)
    far_since = None if side is None else state.far_since if side == state.side else slot
    far_since = slot if side is not None and far_since is None else far_since
    back = reading is None or abs(reading.score) < trigger.far * NEARER
    back_since = (slot if state.back_since is None else state.back_since) if back else None
    state = Watch(state.latest, far_since, side, back_since)
    if state.open:
        return _cleared(state, slot, trigger)
    return _raised(state, slot, reading, trigger)


def far_side(reading: Reading | None, trigger: Trigger) -> str | None:
    """To which side a reading is far, if it is."""
    if reading is None or abs(reading.score) < trigger.far:
        return None
    return HIGH if reading.score > 0 else LOW if trigger.low else None


def _raised(state: Watch, slot: int, reading: Reading | None, trigger: Trigger) -> Watch:
    if state.far_since is None or state.side is None or reading is None or slot - state.far_since < trigger.hold:
        return state
    if state.latest and state.latest.cleared is not None and slot - state.latest.cleared < trigger.cooldown:
        return state
    alert = Alert(state.side, state.far_since, slot, reading)
    return msgspec.structs.replace(state, latest=alert)


def _cleared(state: Watch, slot: int, trigger: Trigger) -> Watch:
    latest = state.latest
    if latest is None or state.back_since is None or slot - state.back_since < trigger.hold:
        return state
    return msgspec.structs.replace(state, latest=msgspec.structs.replace(latest, cleared=slot))

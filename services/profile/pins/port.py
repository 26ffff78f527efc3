"""Pins as they are kept, and the port to them. A pin hangs on the identifier of which its value was stated."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from schemas.golden_record import Pin
from services.profile.domain.sighting import Key
from services.profile.store import Withdrawal


class Stated(NamedTuple):
    """Which of a person's values is meant: a trait, and the interaction that stated it, by its source and id."""

    trait: str
    source: str
    event_id: str


class PinWish(NamedTuple):
    """All of a pin but its value, which is taken from where it was stated."""

    id: str
    made_at: datetime
    author: str
    reason: str


class KeptPin(NamedTuple):
    """A pin on record. `withdrawn` says who took it back, when and why."""

    name: str
    key: Key
    pin: Pin
    withdrawn: Withdrawal | None


class Pins(Protocol):
    """Pins of live profiles."""

    async def put(self, profile: str, stated: Stated, wish: PinWish) -> KeptPin | None:
        """Pins a value; None when this person has none that was stated so."""

    async def withdraw(self, profile: str, pin_id: str, withdrawal: Withdrawal) -> KeptPin | None:
        """Takes back a pin that stands; None when this person has none with this id."""

    async def of(self, profile: str) -> Sequence[KeptPin]:
        """All pins of a person, the latest first, those withdrawn too."""

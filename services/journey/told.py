"""What was told of profiles that are folded anew."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from services.journey.domain.model import Pain
from services.journey.store import StoredLapse, StoredTransition

Met: TypeAlias = tuple[str, str, str, str]


def met(pain: Pain) -> Met:
    """What makes it the same pain point, whenever it is said to have been and whoever met it."""
    return pain.journey, pain.key, pain.position.source, pain.position.id


@dataclass(frozen=True, slots=True)
class Told:
    """Their transitions by id, their lapses and pain points.

    Whoever goes on with an interaction of theirs takes its transition out, and says what has become of it.
    """

    transitions: dict[str, StoredTransition] = field(default_factory=dict)
    lapses: list[StoredLapse] = field(default_factory=list)
    pains: list[Pain] = field(default_factory=list)

    def had_met(self, pain: Pain) -> bool:
        """Whether one of them met it."""
        return any(met(one) == met(pain) for one in self.pains)


def told_of(transitions: Iterable[StoredTransition], lapses: list[StoredLapse], pains: list[Pain]) -> Told:
    """All that was told of some profiles."""
    return Told({one.id: one for one in transitions}, lapses, pains)

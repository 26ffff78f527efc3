"""What was told of profiles that are folded anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from services.journey.domain.model import Pain
from services.journey.store import StoredLapse, StoredTransition

_Met: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """Their transitions by id, their lapses and pain points.

    Whoever goes on with an interaction of theirs takes its transition out, and says what has become of it.
    """

    transitions: dict[str, StoredTransition] = field(default_factory=dict)
    lapses: Sequence[StoredLapse] = ()
    pains: Sequence[Pain] = ()
    _met: frozenset[_Met] = frozenset()

    @classmethod
    def of(
        cls, transitions: Iterable[StoredTransition], lapses: Sequence[StoredLapse], pains: Sequence[Pain]
    ) -> "Told":
        """All that was told of some profiles."""
        return cls({one.id: one for one in transitions}, lapses, pains, frozenset(map(_met, pains)))

    def had_met(self, pain: Pain) -> bool:
        """Whether one of them met it."""
        return _met(pain) in self._met


def _met(pain: Pain) -> _Met:
    """What makes it the same pain point, whenever it is said to have been and whoever met it."""
    return pain.journey, pain.key, pain.position.source, pain.position.id

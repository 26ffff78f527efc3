"""What one interaction shows of identity: its usable identifiers, its anchor and its links (rules 1 and 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol

from services.profile.domain.normalise import CACHE, Normaliser
from services.profile.domain.policy import IdentityPolicy


class Key(NamedTuple):
    """An identifier in its normal form."""

    namespace: str
    value: str


class Stated(Protocol):
    """An identifier as an interaction states it."""

    @property
    def namespace(self) -> str:
        """Its kind."""

    @property
    def value(self) -> str:
        """As the source wrote it."""

    @property
    def assurance(self) -> str:
        """`verified` or `claimed`."""


class LinkKey(NamedTuple):
    """Two identifiers in their natural order."""

    a: Key
    b: Key


def link_key(one: Key, other: Key) -> LinkKey:
    """The link between two identifiers, whichever way round."""
    return LinkKey(one, other) if one <= other else LinkKey(other, one)


@dataclass(frozen=True, slots=True)
class Sighting:
    """The usable identifiers of one interaction, the anchor first, each with whether it is verified."""

    time: datetime
    identifiers: tuple[tuple[Key, bool], ...]
    blocked: tuple[tuple[str, str], ...]

    @property
    def all_verified(self) -> bool:
        """Whether nothing is merely claimed: claimed ones stand last."""
        return not self.identifiers or self.identifiers[-1][1]

    @property
    def anchor(self) -> Key | None:
        """The strongest usable identifier: what the interaction hangs on."""
        return self.identifiers[0][0] if self.identifiers else None

    def links(self) -> list[tuple[LinkKey, bool]]:
        """A star from the anchor, each link with whether both of its ends are verified."""
        if not self.identifiers:
            return []
        (anchor, anchor_verified), *others = self.identifiers
        return [(link_key(anchor, other), anchor_verified and verified) for other, verified in others]


class Spotter:
    """Makes sightings under a policy."""

    def __init__(self, policy: IdentityPolicy) -> None:
        self._policy = policy
        self._normaliser = Normaliser(policy)
        self._placed = lru_cache(maxsize=CACHE)(self._place)

    def spot(self, time: datetime, stated: Iterable[Stated], region: str | None, *, trust_claims: bool) -> Sighting:
        """The sighting of an interaction. An identifier that is stated twice counts once, at its better assurance.

        Verified identifiers come before claimed ones, however strong, so that nobody lands on a customer's timeline
        by typing that customer's address; then the stronger namespace; then the lesser value.
        """
        usable: dict[_Placed, bool] = {}
        blocked: list[tuple[str, str]] = []
        for one in stated:
            placed = self._placed(one.namespace, one.value, region)
            if isinstance(placed, str):
                blocked.append((one.namespace, placed))
            else:
                usable[placed] = usable.get(placed, False) or trust_claims or one.assurance == "verified"
        ranked = sorted(usable.items(), key=_rank) if len(usable) > 1 else usable.items()
        return Sighting(time, tuple([(placed[1], verified) for placed, verified in ranked]), tuple(blocked))

    def _place(self, namespace: str, value: str, region: str | None) -> "_Placed | str":
        """The identifier in normal form with its strength, or the reason why it is junk."""
        normal, reason = self._normaliser.normalise(namespace, value, region)
        if normal is None:
            return reason or "junk"
        return self._policy.strength(namespace), Key(namespace, normal)


_Placed = tuple[int, Key]


def _rank(item: tuple[_Placed, bool]) -> tuple[bool, _Placed]:
    return not item[1], item[0]

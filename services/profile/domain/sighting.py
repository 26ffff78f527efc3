"""What one interaction shows of identity: its usable identifiers, its anchor and its links (rules 1 and 2)."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import NamedTuple, Protocol

from services.profile.domain.normalise import Normaliser
from services.profile.domain.policy import IdentityPolicy

REMEMBERED = 65_536


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


class Sighting(NamedTuple):
    """The usable identifiers of one interaction.

    The first key is the anchor, what the interaction hangs on; it is linked to each of the others. The first `verified`
    keys are verified, those after them claimed.
    """

    time: datetime
    keys: tuple[Key, ...]
    verified: int
    blocked: tuple[tuple[str, str], ...]

    def without(self, gone: AbstractSet[Key]) -> "Sighting":
        """The sighting had it never shown these."""
        keys = tuple([key for key in self.keys if key not in gone])
        return self._replace(keys=keys, verified=sum(key not in gone for key in self.keys[: self.verified]))


_Placed = tuple[int, Key]
"""A key with the strength of its namespace."""


class Spotter:
    """Makes sightings under a policy."""

    def __init__(self, policy: IdentityPolicy) -> None:
        self._policy = policy
        self._normaliser = Normaliser(policy)
        self._placed = lru_cache(maxsize=REMEMBERED)(self._place)

    def spot(self, time: datetime, stated: Sequence[Stated], region: str | None, *, trust_claims: bool) -> Sighting:
        """The sighting of an interaction. An identifier that is stated twice counts once, at its better assurance.

        Verified identifiers come before claimed ones, however strong, so that nobody lands on a customer's timeline
        by typing that customer's address; then the stronger namespace; then the lesser value.
        """
        if len(stated) == 1:
            return self._spot_one(time, stated[0], region, trust_claims=trust_claims)
        verified: list[_Placed] = []
        claimed: list[_Placed] = []
        blocked: list[tuple[str, str]] = []
        for one in stated:
            placed = self._placed(one.namespace, one.value, region)
            if isinstance(placed, str):
                blocked.append((one.namespace, placed))
            else:
                (verified if trust_claims or one.assurance == "verified" else claimed).append(placed)
        if len(verified) > 1:
            verified = _in_order(verified)
        if claimed:
            claimed = sorted(set(claimed).difference(verified))
        keys = tuple([key for _, key in (*verified, *claimed)])
        return Sighting(time, keys, len(verified), tuple(blocked))

    def _spot_one(self, time: datetime, one: Stated, region: str | None, *, trust_claims: bool) -> Sighting:
        """A third of all interactions: nothing to put in order."""
        placed = self._placed(one.namespace, one.value, region)
        if isinstance(placed, str):
            return Sighting(time, (), 0, ((one.namespace, placed),))
        return Sighting(time, (placed[1],), int(trust_claims or one.assurance == "verified"), ())

    def key(self, stated: Stated, region: str | None) -> Key | None:
        """A stated identifier in normal form, None for junk."""
        placed = self._placed(stated.namespace, stated.value, region)
        return None if isinstance(placed, str) else placed[1]

    def _place(self, namespace: str, value: str, region: str | None) -> _Placed | str:
        """The identifier in normal form with its strength, or the reason why it is junk."""
        normal, reason = self._normaliser.normalise(namespace, value, region)
        if normal is None:
            return reason or "junk"
        return self._policy.strength(namespace), Key(intern(namespace), normal)  # one string is compared at a glance


def _in_order(placed: list[_Placed]) -> list[_Placed]:
    """Without repetitions, the strongest first. Two that differ in strength are the most frequent by far."""
    match placed:
        case [(strength, _), (other, _)] if strength != other:
            return placed if strength < other else placed[::-1]
    return sorted(set(placed))

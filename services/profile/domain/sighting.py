"""What one interaction shows of identity: its usable identifiers, its anchor and its links (rules 1 and 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from services.profile.domain.normalise import Normaliser
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

    def spot(self, time: datetime, stated: Iterable[Stated], region: str | None, *, trust_claims: bool) -> Sighting:
        """The sighting of an interaction. An identifier that is stated twice counts once, at its better assurance.

        Verified identifiers come before claimed ones, however strong, so that nobody lands on a customer's timeline
        by typing that customer's address; then the stronger namespace; then the lesser value.
        """
        usable: dict[Key, bool] = {}
        blocked: list[tuple[str, str]] = []
        for one in stated:
            normal, reason = self._normaliser.normalise(one.namespace, one.value, region)
            if normal is None:
                blocked.append((one.namespace, reason or "junk"))
                continue
            key = Key(one.namespace, normal)
            usable[key] = usable.get(key, False) or trust_claims or one.assurance == "verified"
        if len(usable) > 1:
            ranked = sorted(usable.items(), key=lambda item: (not item[1], self._policy.strength(item[0][0]), item[0]))
        else:
            ranked = list(usable.items())
        return Sighting(time, tuple(ranked), tuple(blocked))

"""What a batch knows while it is under way, handed from stage to stage of the profile step."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from services.profile.domain.claims import Claim
from services.profile.domain.resolve import Pair
from services.profile.domain.sighting import Key, Sighting
from services.profile.store import Changes, Member, StoredLink, TakenOut
from services.profile.wire import Incoming


class Spotted(msgspec.Struct, eq=False, gc=False):
    """An interaction with what it shows; the rest is filled in by the unit that applies it.

    `id` is its number if it is new; `identifiers` are numbers in the sighting's order, the anchor first. One that shows
    none may have `joined` its conversation's customer, and hangs on that identifier.
    """

    incoming: Incoming
    sighting: Sighting
    id: int = 0
    identifiers: Sequence[int] = ()
    outcome: str = ""
    joined: int | None = None

    @property
    def verified(self) -> bool:
        """Whether its source vouches for the identifier that it hangs on."""
        return self.sighting.verified > 0

    @property
    def anchor(self) -> int | None:
        """The identifier that it hangs on."""
        return self.identifiers[0] if self.identifiers else self.joined


class Correction(NamedTuple):
    """What else a unit has to settle when it took evidence away.

    `version` is above that of every correction before. `unsettled` are the identifiers to resolve anew, `unshared`
    those of them that were shared until now. `links` are those that lost a witness and stand.
    """

    version: int = 0
    taken_out: Sequence[TakenOut] = ()
    unsettled: AbstractSet[int] = frozenset()
    unshared: AbstractSet[int] = frozenset()
    links: Mapping[Pair, StoredLink] = MappingProxyType({})


NO_CORRECTION = Correction()


@dataclass(slots=True)
class Work:
    """A batch. `before` and `after` tell where identifiers belonged when it began, and where they do when it ends.

    `changes` say who belongs where, `contents` what was said. `shown` are the links that its interactions show.
    `held` has the state after the batch of every link that one of its interactions shows. `claims` is what they claim
    about identifiers, `claimed_anew` are those about which something was not claimed before. `refused` has every join
    that the rules refused in what was resolved, those of stewards too. `newer` are contents of stored interactions that
    are to replace what is stored. `placed` is set where what is new may have been there and gone: it is above every
    withdrawal so far.
    """

    spotted: list[Spotted]
    keys: Mapping[int, Key]
    new: set[int]
    before: dict[int, Member]
    changes: Changes
    contents: Changes = field(default_factory=Changes)
    shown: Mapping[Pair, StoredLink] = field(default_factory=dict)
    claims: Mapping[int, AbstractSet[Claim]] = field(default_factory=dict)
    claimed_anew: AbstractSet[int] = frozenset()
    after: dict[int, Member] = field(default_factory=dict)
    held: dict[Pair, str | None] = field(default_factory=dict)
    refused: dict[Pair, str] = field(default_factory=dict)
    correction: Correction = NO_CORRECTION
    newer: Sequence[Spotted] = ()
    placed: int = 0

    def member(self, identifier: int) -> Member:
        """Where an identifier of the batch belongs after it."""
        return self.after.get(identifier) or self.before[identifier]

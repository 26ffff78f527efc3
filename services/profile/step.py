"""The profile step: one batch of interactions becomes identifiers, links, persons, traits, figures and messages.

Every stage works on the whole batch: a handful of set statements, whatever its size. The step is idempotent.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.profile.announce import announce
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Sighting, Spotter
from services.profile.linking import Linker
from services.profile.outcome import judge
from services.profile.record import record
from services.profile.store import Changes, Unit
from services.profile.wire import Incoming
from services.profile.work import Spotted, Work

DUPLICATE = "duplicate"


class ProfileStep:
    """Applies batches under one identity policy. `new_id` makes profile ids, `now` tells the time of messages."""

    def __init__(self, policy: IdentityPolicy, new_id: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._spotter = Spotter(policy)
        self._linker = Linker(policy, new_id)
        self._new_id = new_id
        self._now = now

    async def apply(self, unit: Unit, batch: Sequence[Incoming]) -> list[str]:
        """The outcome of each interaction of the batch, in its order."""
        changes = Changes()
        fresh = await self._without_duplicates(unit, batch, changes)
        work = await self._identify(unit, fresh, changes)
        await self._linker.link(unit, work)
        judge(work)
        record(work)
        await unit.write(changes)
        await announce(unit, work, self._new_id, self._now())
        outcomes = {id(one.incoming): one.outcome for one in work.spotted}
        return [outcomes.get(id(incoming), DUPLICATE) for incoming in batch]

    async def _without_duplicates(
        self, unit: Unit, batch: Sequence[Incoming], changes: Changes
    ) -> list[tuple[int, Incoming]]:
        """Numbers the interactions that are new; a known id with another content is kept as a variant."""
        first: dict[tuple[str, str], Incoming] = {}
        for incoming in batch:
            first.setdefault(incoming.key, incoming)
        known = await unit.known(list(first))
        fresh = [incoming for key, incoming in first.items() if key not in known]
        numbered = list(zip(await unit.numbers(len(fresh)), fresh, strict=True))
        known.update((incoming.key, (number, incoming.digest)) for number, incoming in numbered)
        for incoming in batch:
            number, digest = known[incoming.key]
            if digest != incoming.digest:
                changes.variants.append((number, incoming.digest, incoming.body))
        return numbered

    async def _identify(self, unit: Unit, fresh: Sequence[tuple[int, Incoming]], changes: Changes) -> Work:
        """Spots the identifiers of all interactions and gives each its number."""
        spotted = [Spotted(number, incoming, self._spot(incoming)) for number, incoming in fresh]
        keys = {key for one in spotted for key, _ in one.sighting.identifiers}
        numbers, new = await unit.number(keys)
        for one in spotted:
            one.identifiers = [numbers[key] for key, _ in one.sighting.identifiers]
        before = await unit.members(number for number in numbers.values() if number not in new)
        return Work(spotted, {number: key for key, number in numbers.items()}, new, before, changes)

    def _spot(self, incoming: Incoming) -> Sighting:
        envelope = incoming.envelope
        return self._spotter.spot(
            envelope.time, incoming.data.identifiers, envelope.region, trust_claims=envelope.trustclaims
        )

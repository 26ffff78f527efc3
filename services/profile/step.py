"""The profile step: one batch of interactions becomes identifiers, links, persons, traits, figures and messages.

Every stage works on the whole batch: a handful of set statements, whatever its size. The step is idempotent.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain

import msgspec

from schemas.topics import PROFILES
from services.profile.announce import announcements
from services.profile.domain.claims import CLAIM_TRAITS, NO_CLAIMS, Claim, claims_of
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Spotter
from services.profile.linking import Linker
from services.profile.outcome import judge
from services.profile.record import record
from services.profile.store import Changes, Unit
from services.profile.wire import Incoming
from services.profile.work import Spotted, Work

DUPLICATE = "duplicate"
REMEMBERED_CLAIMS = 16_384


class ProfileStep:
    """Applies batches under one identity policy. `new_id` makes profile ids, `now` tells the time of messages."""

    def __init__(self, policy: IdentityPolicy, new_id: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._spotter = Spotter(policy)
        self._linker = Linker(policy, new_id)
        self._new_id = new_id
        self._now = now

    def spot(self, incoming: Incoming) -> Spotted:
        """What an interaction shows of identity: all that can be told without a unit."""
        envelope = incoming.envelope
        sighting = self._spotter.spot(
            envelope.time, incoming.data.identifiers, envelope.region, trust_claims=envelope.trustclaims
        )
        return Spotted(incoming, sighting)

    async def apply(self, unit: Unit, batch: Sequence[Spotted]) -> Work:
        """Applies a batch and gives each of its interactions its outcome."""
        changes = Changes()
        fresh = await self._without_duplicates(unit, batch, changes)
        work = await self._identify(unit, fresh, changes)
        work.claims = _claims(fresh)
        work.claimed_anew = await unit.claim({(node, claim) for node, those in work.claims.items() for claim in those})
        await self._linker.link(unit, work)
        judge(work)
        record(work)
        _, messages = await asyncio.gather(unit.write(changes), announcements(work, self._new_id, self._now()))
        if messages:
            await unit.put(PROFILES.name, messages)
        return work

    async def _without_duplicates(self, unit: Unit, batch: Sequence[Spotted], changes: Changes) -> list[Spotted]:
        """Numbers the interactions that are new; a known id with another content is kept as a variant."""
        first: dict[tuple[str, str], Spotted] = {}
        for one in batch:
            one.outcome = DUPLICATE
            first.setdefault(one.incoming.key, one)
        known = await unit.known(list(first))
        fresh = [one for key, one in first.items() if key not in known] if known else list(first.values())
        for one, number in zip(fresh, await unit.numbers(len(fresh)), strict=True):
            one.id = number
        if len(fresh) < len(batch):
            known.update((one.incoming.key, (one.id, one.incoming.digest)) for one in fresh)
            _keep_variants(batch, known, changes)
        return fresh

    async def _identify(self, unit: Unit, spotted: list[Spotted], changes: Changes) -> Work:
        """Gives every identifier its number."""
        numbers, new = await unit.number(set(chain.from_iterable([one.sighting.keys for one in spotted])))
        number_of = numbers.__getitem__
        for one in spotted:
            one.identifiers = list(map(number_of, one.sighting.keys))
        before = await unit.members(number for number in numbers.values() if number not in new)
        return Work(spotted, {number: key for key, number in numbers.items()}, new, before, changes)


def _claims(spotted: Sequence[Spotted]) -> dict[int, frozenset[Claim]]:
    """What interactions claim about the identifiers that they hang on."""
    claims: dict[int, frozenset[Claim]] = {}
    for one in spotted:
        traits = one.incoming.data.traits
        if one.identifiers and not CLAIM_TRAITS.isdisjoint(traits):
            stated = _stated(tuple([(name, bytes(raw)) for name, raw in traits.items() if name in CLAIM_TRAITS]))
            claims[one.identifiers[0]] = claims.get(one.identifiers[0], NO_CLAIMS) | stated
    return claims


@lru_cache(maxsize=REMEMBERED_CLAIMS)
def _stated(traits: tuple[tuple[str, bytes], ...]) -> frozenset[Claim]:
    return claims_of({name: msgspec.json.decode(raw) for name, raw in traits})


def _keep_variants(
    batch: Sequence[Spotted], known: Mapping[tuple[str, str], tuple[int, bytes]], changes: Changes
) -> None:
    for one in batch:
        number, digest = known[one.incoming.key]
        if digest != one.incoming.digest:
            changes.variants.append((number, one.incoming.digest, one.incoming.body))

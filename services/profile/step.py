"""The profile step: one batch of interactions becomes identifiers, links, persons, traits, figures and messages.

Every stage works on the whole batch: a handful of set statements, whatever its size. The step is idempotent.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import chain

from schemas.topics import PROFILES
from services.profile.announce import Belonging, announcements, policy_message, unpinned_message
from services.profile.corrections.contents import newest, set_aside
from services.profile.domain.claims import Claim
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Spotter
from services.profile.domain.tombstones import Engraver
from services.profile.erasure.erased import Watch
from services.profile.linking import LARGE, Linker, links_of
from services.profile.outcome import judge
from services.profile.record import record
from services.profile.retention.too_old import unexpired
from services.profile.stated import claims_in, told_at_logins
from services.profile.store import Changes, CorrectingUnit, Member, Unit
from services.profile.wire import Incoming
from services.profile.work import Spotted, Work
from services.runtime.beside import both


class ProfileStep:
    """Applies batches under one identity policy. `new_id` makes profile ids, `now` tells the time of messages.

    The `engraver` knows the erased again. People of `large_from` identifiers or more are not read whole to be joined.
    """

    def __init__(
        self,
        policy: IdentityPolicy,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        engraver: Engraver | None = None,
        large_from: int = LARGE,
    ) -> None:
        self.policy = policy
        self.spotter = Spotter(policy)
        self.watch = Watch(self.spotter, engraver)
        self._linker = Linker(policy, new_id, large_from)
        self._new_id = new_id
        self._now = now

    def spot(self, incoming: Incoming) -> Spotted:
        """What an interaction shows of identity: all that can be told without a unit."""
        envelope = incoming.envelope
        sighting = self.spotter.spot(
            envelope.time, incoming.data.identifiers, envelope.region, trust_claims=envelope.trustclaims
        )
        return Spotted(incoming, sighting)

    async def apply(self, unit: Unit, batch: Sequence[Spotted]) -> Work:
        """Applies a batch and gives each of its interactions its outcome.

        What is a newer content of a stored interaction is left for a unit of its own, in `Work.newer`.
        """
        contents = Changes()
        fresh, newer = await self._sort_out(unit, await self.watch.sift(unit, self._kept(batch)), contents)
        work = await self.identify(unit, fresh, contents)
        work.placed = await unit.version() if self.policy.retention else 0
        await self.finish(unit, work)
        work.newer = newer
        return work

    def _kept(self, batch: Sequence[Spotted]) -> Sequence[Spotted]:
        """Without what is older than it would be kept."""
        rules = self.policy.retention
        return unexpired(batch, rules, self._now()) if rules else batch

    async def _sort_out(
        self, unit: Unit, batch: Sequence[Spotted], contents: Changes
    ) -> tuple[list[Spotted], list[Spotted]]:
        """Numbers the interactions that are new; and tells which are a newer content of one that is stored."""
        first = newest(batch)
        known = await unit.known(list(first))
        fresh = [one for key, one in first.items() if key not in known] if known else list(first.values())
        for one, number in zip(fresh, await unit.numbers(len(fresh)), strict=True):
            one.id = number
        return fresh, set_aside(batch, first, known, contents) if len(fresh) < len(batch) else []

    async def identify(self, unit: Unit, spotted: list[Spotted], contents: Changes) -> Work:
        """Gives every identifier its number. Last of all it reads who they are: for that it may have to wait."""
        numbers, new = await unit.number(dict.fromkeys(chain.from_iterable([one.sighting.keys for one in spotted])))
        number_of = numbers.__getitem__
        for one in spotted:
            one.identifiers = list(map(number_of, one.sighting.keys))
        work = Work(spotted, {number: key for key, number in numbers.items()}, new, {}, Changes(), contents)
        work.shown, work.claims = links_of(spotted, told_at_logins(spotted, self.policy)), _claims(spotted)
        work.before = await unit.members(number for number in numbers.values() if number not in new)
        return work

    async def finish(self, unit: Unit, work: Work) -> None:
        """Links, judges, records, writes and announces interactions whose identifiers have their numbers."""
        work.claimed_anew = await unit.claim({(node, claim) for node, those in work.claims.items() for claim in those})
        await self._linker.link(unit, work)
        await both(unit.write(work.changes), _keep(work))
        _, messages = await both(unit.write(work.contents), announcements(work, self._new_id, self._now()))
        if messages:
            await unit.put(PROFILES.name, messages)

    async def announce(self, unit: Unit, work: Work) -> None:
        """Announces work that changes nothing but where interactions hang."""
        await unit.put(PROFILES.name, await announcements(work, self._new_id, self._now()))

    async def state_policy(self, unit: Unit) -> None:
        """Announces by which rules traits are shown: whoever works them out too has to know."""
        message = policy_message(self.policy.traits, await unit.version(), self._now())
        await unit.put(PROFILES.name, [message])

    async def let_go(self, unit: CorrectingUnit, gone: AbstractSet[int], were: Mapping[int, Member]) -> None:
        """Announces that pins on identifiers that are no more count no more; nobody is shown them."""
        pins = await unit.pinned(gone) if gone else ()
        if pins:
            now = self._now()
            places = {node: Belonging(node, were[node].profile, were[node].version) for _, node in pins}
            await unit.put(PROFILES.name, [unpinned_message(pin, places[node], now) for pin, node in pins])


async def _keep(work: Work) -> None:
    """Judges and records while the database writes who belongs where."""
    await asyncio.sleep(0)
    judge(work)
    await record(work)


def _claims(spotted: Sequence[Spotted]) -> dict[int, frozenset[Claim]]:
    """What interactions claim about the identifiers that they verify and hang on."""
    claims: dict[int, frozenset[Claim]] = {}
    for one in [one for one in spotted if one.incoming.data.traits and one.identifiers and one.verified]:
        if stated := claims_in(one.incoming.data.traits):
            claims[one.identifiers[0]] = claims.get(one.identifiers[0], stated) | stated
    return claims

"""Corrections: interactions are taken out of the store, and what takes their place is applied like anything new.

Afterwards everything derived is what it would be had the old content never come. So whatever rested on it is counted
anew from what is left: links and their first witnesses, traits, claims, who shares an identifier, and who is whom.
"""

from collections.abc import Sequence

from services.profile.contents import newest, set_aside
from services.profile.domain.claims import Claim
from services.profile.domain.figures import Trait
from services.profile.domain.resolve import is_shared
from services.profile.stated import add_traits, claims_in
from services.profile.step import ProfileStep
from services.profile.store import Changes, CorrectingUnit, TakenOut, TraitPlace
from services.profile.wire import decode
from services.profile.work import Correction, Spotted, Work


class Corrector:
    """Corrects under the policy of a profile step."""

    def __init__(self, step: ProfileStep) -> None:
        self._step = step
        self._policy = step.policy

    async def revise(self, unit: CorrectingUnit, newer: Sequence[Spotted]) -> Work:
        """Puts newer contents in the place of stored ones, and gives each its outcome; some may be none any more."""
        changes = Changes()
        first = newest(newer)
        known = await unit.known(list(first))
        stand_in = set_aside(newer, first, known, changes)
        for one in stand_in:
            one.id = known[one.incoming.key].number
        return await self._replace(unit, stand_in, changes)

    async def _replace(self, unit: CorrectingUnit, stand_in: list[Spotted], changes: Changes) -> Work:
        taken_out = await unit.take_out([one.id for one in stand_in])
        changes.variants += [(one.number, one.digest, one.body) for one in taken_out]
        correction = await self._settle(unit, taken_out)
        work = await self._step.identify(unit, stand_in, changes)
        named = work.keys
        work.before |= await unit.members(correction.unsettled - work.before.keys())
        work.keys = {**await unit.name(correction.unsettled), **named}
        gone = await unit.remove_unused(correction.unsettled - named.keys(), self._policy)
        work.correction = correction._replace(unsettled=correction.unsettled - gone)
        await self._step.finish(unit, work)
        return work

    async def _settle(self, unit: CorrectingUnit, taken_out: Sequence[TakenOut]) -> Correction:
        """Counts anew what rested on what was taken out."""
        links = await unit.recount({p for one in taken_out for p in one.star})
        await self._restate(unit, taken_out)
        touched = {identifier for one in taken_out for identifier in one.identifiers}
        unshared = await self._unshared(unit, touched)
        unsettled = touched | unshared | (await unit.neighbours(unshared) if unshared else set())
        return Correction(await unit.version(), taken_out, unsettled, unshared, links)

    @staticmethod
    async def _restate(unit: CorrectingUnit, taken_out: Sequence[TakenOut]) -> None:
        anchors = {one.anchor for one in taken_out if one.anchor is not None and decode(one.body).data.traits}
        if not anchors:
            return
        traits: dict[TraitPlace, Trait] = {}
        claims: set[tuple[int, Claim]] = set()
        for one in await unit.hanging(anchors):
            incoming = decode(one.body)
            add_traits(traits, incoming, one.anchor, verified=one.verified)
            claims |= {(one.anchor, claim) for claim in claims_in(incoming.data.traits)}
        await unit.restate(anchors, traits, claims)

    async def _unshared(self, unit: CorrectingUnit, touched: set[int]) -> set[int]:
        """Those of the identifiers that were shared, and are linked to too few for that now."""
        shared = [node for node, member in (await unit.members(touched)).items() if member.shared]
        around = await unit.neighbourhoods(shared) if shared else {}
        return {node for node, its in around.items() if not is_shared(its.namespace, its.counts, self._policy)}

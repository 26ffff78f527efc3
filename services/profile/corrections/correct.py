"""Corrections: interactions are taken out of the store, and what takes their place is applied like anything new.

Afterwards everything derived is what it would be had the old content never come. So whatever rested on it is counted
anew from what is left: links and their first witnesses, traits, claims, who shares an identifier, and who is whom.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from services.profile.corrections.contents import newest, set_aside
from services.profile.devices import Devices
from services.profile.domain.conversation import customer_of
from services.profile.domain.resolve import are_several, is_shared
from services.profile.stated import claims_in, restate, tell_anew
from services.profile.step import ProfileStep
from services.profile.store import ALWAYS, Changes, ConversationKey, CorrectingUnit, Span, TakenOut, Unit
from services.profile.wire import Incoming, decode
from services.profile.work import Correction, Spotted, Work

MOST_NEIGHBOURS = 1_000
"""So many links on either side mostly show that an identifier is still shared."""


class Corrector:
    """Corrects under the policy of a profile step."""

    def __init__(self, step: ProfileStep) -> None:
        self._step = step
        self._policy = step.policy
        self.devices = Devices(step)

    async def revise(self, unit: CorrectingUnit, newer: Sequence[Spotted]) -> Work:
        """Puts newer contents in the place of stored ones, and gives each its outcome; some may be none any more."""
        contents = Changes()
        left = await self._step.watch.sift(unit, newer)
        first = newest(left)
        known = await unit.known(list(first))
        stand_in = set_aside(left, first, known, contents)
        for one in stand_in:
            one.id = known[one.incoming.key].number
        taken_out = await unit.take_out([one.id for one in stand_in])
        contents.variants += [(one.number, one.digest, one.body) for one in taken_out]
        work = await self.replace(unit, taken_out, stand_in, contents)
        await self.devices.rehang(unit, ends(taken_out, stand_in))
        before = [decode(one.body) for one in taken_out]
        await self.rejoin(unit, conversations((*before, *[one.incoming for one in stand_in])))
        return work

    async def rejoin(self, unit: CorrectingUnit, those: AbstractSet[ConversationKey]) -> dict[int, str]:
        """Hangs what names nobody in these conversations on their customers, or on nobody where they have none.

        Gives the outcome of what changed hands, by its number.
        """
        stand_in: list[Spotted] = []
        if astray := await self.astray(unit, those):
            taken_out = await unit.take_out(astray)
            stand_in = [self._step.spot(decode(one.body)) for one in taken_out]
            for one, instead in zip(taken_out, stand_in, strict=True):
                instead.id, instead.joined = one.number, astray[one.number]
                # What it shows was judged when it came, perhaps by another policy.
                instead.sighting = instead.sighting._replace(keys=(), verified=0)
            await self.replace(unit, taken_out, stand_in, Changes())
            await self.devices.rehang(unit, ends(taken_out, stand_in))
        return {one.id: one.outcome for one in stand_in}

    async def astray(self, unit: Unit, those: AbstractSet[ConversationKey]) -> dict[int, int | None]:
        """The interactions of these conversations that hang on the wrong customer, with the right one."""
        speakers = await unit.speakers(those) if those else {}
        if not speakers:
            return {}
        return await unit.astray({at: customer_of(speaking, self._policy) for at, speaking in speakers.items()})

    async def replace(
        self,
        unit: CorrectingUnit,
        taken_out: Sequence[TakenOut],
        stand_in: list[Spotted],
        contents: Changes,
        *,
        also: AbstractSet[int] = frozenset(),
        erased: bool = False,
    ) -> Work:
        """Applies what takes the place of what was taken out, and resolves anew who was around, and who else is told.

        Of what is `erased` no message says that it was ever there.
        """
        correction = await self._settle(unit, taken_out, also)
        work = await self._step.identify(unit, stand_in, contents)
        named = work.keys
        joined = {one.joined for one in stand_in if one.joined is not None}
        work.before |= await unit.members((correction.unsettled | joined) - work.before.keys())
        work.keys = {**await unit.name(correction.unsettled), **named}
        gone = await unit.remove_unused(correction.unsettled - named.keys(), self._policy)
        await self._step.let_go(unit, gone, work.before)
        told = () if erased else taken_out
        work.correction = correction._replace(taken_out=told, unsettled=correction.unsettled - gone)
        await self._step.finish(unit, work)
        return work

    async def _settle(self, unit: CorrectingUnit, taken_out: Sequence[TakenOut], also: AbstractSet[int]) -> Correction:
        """Counts anew what rested on what was taken out."""
        links = await unit.recount({p for one in taken_out for p in one.star})
        await self._restate(unit, taken_out)
        stating = [one for one in taken_out if one.star and claims_in(decode(one.body).data.traits)]
        if told := {p: links[p] for one in stating for p in one.star if p in links and links[p].claims}:
            links |= await tell_anew(unit, told)
        touched = {identifier for one in taken_out for identifier in one.identifiers} | also
        touched |= {end for one in taken_out for end in (one.anchor, one.device) if end is not None}
        unshared = await self._unshared(unit, touched)
        unsettled = touched | unshared | (await unit.neighbours(unshared) if unshared else set())
        return Correction(await unit.version(), taken_out, unsettled, unshared, links)

    @staticmethod
    async def _restate(unit: CorrectingUnit, taken_out: Sequence[TakenOut]) -> None:
        stating = [one for one in taken_out if decode(one.body).data.traits]
        if anchors := {end for one in stating for end in (one.anchor, one.device) if end is not None}:
            await restate(unit, anchors)

    async def _unshared(self, unit: CorrectingUnit, touched: set[int]) -> set[int]:
        """Those of the identifiers that were shared, and are linked to too few for that now.

        Who is linked to too many by some links is so by all of them: of an identifier of millions few are read.
        """
        left = {node for node, member in (await unit.members(touched)).items() if member.shared}
        for most in (MOST_NEIGHBOURS, None):
            around = await unit.neighbourhoods(left, most) if left else {}
            left = {node for node, its in around.items() if not is_shared(its.namespace, its.counts, self._policy)}
        told = await unit.told_on(left) if left else {}
        return {node for node in left if not are_several(told.get(node, ()), self._policy)}


def ends(taken_out: Iterable[TakenOut], stand_in: Iterable[Spotted]) -> dict[int, Span]:
    """Everything that they name or hang on; what may be a device among it is to be looked after."""
    named = {end for one in taken_out for end in (*one.identifiers, one.anchor, one.device)}
    named |= {end for one in stand_in for end in (*one.identifiers, one.joined)}
    return dict.fromkeys([end for end in named if end is not None], ALWAYS)


def conversations(interactions: Iterable[Incoming]) -> set[ConversationKey]:
    """The conversations that interactions are part of."""
    return {(one.envelope.source, one.data.conversation) for one in interactions if one.data.conversation}

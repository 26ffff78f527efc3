"""What was claimed at logins before links kept it is counted, a few links at a time, and devices change hands by it.

What is left to do stands in the tables, until what hangs on the devices hangs where it belongs.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from services.profile.corrections.correct import Corrector
from services.profile.domain.resolve import Pair
from services.profile.stated import tell_anew
from services.profile.step import ProfileStep
from services.profile.store import ALWAYS, Changes, ErasingUnit, Store

AT_ONCE = 100
"""Links whose claims one unit counts, and interactions that change hands in one: nothing else is stored meanwhile."""
LOOKED_UP = 10_000


class LoginRecounter:
    """Counts claims of links under the policy of a profile step."""

    def __init__(self, step: ProfileStep) -> None:
        self._policy = step.policy
        self._corrector = Corrector(step)

    async def sweep(self, store: Store) -> int:
        """Of how many links claims were counted. Raises Unavailable."""
        counted = 0
        while due := await store.run(lambda unit: unit.logins_due(LOOKED_UP)):
            at_logins = await store.run_alone(lambda unit, due=due: self._at_logins(unit, due))  # type: ignore[misc]
            pairs = sorted(at_logins)
            for place in range(0, len(pairs), AT_ONCE):
                await self._count(store, {p: at_logins[p] for p in pairs[place : place + AT_ONCE]}.items())
            await store.run_alone(lambda unit, due=due: unit.logins_counted(due))  # type: ignore[misc]
            counted += len(pairs)
        return counted

    async def recount(self, unit: ErasingUnit, pairs: Iterable[Pair], devices: AbstractSet[int]) -> None:
        """Gives links that still stand the claims that they should have, and resolves anew who is around devices."""
        await tell_anew(unit, await unit.links(pairs))
        there = (await unit.members(devices)).keys()
        await self._corrector.replace(unit, (), [], Changes(), also=there)

    async def _count(self, store: Store, at_logins: Iterable[tuple[Pair, int]]) -> None:
        pairs, devices = [p for p, _ in at_logins], {device for _, device in at_logins}
        await store.run_alone(lambda unit: self.recount(unit, pairs, devices))
        spans = dict.fromkeys(devices, ALWAYS)
        numbers = sorted(await store.run(lambda unit: self._corrector.devices.astray(unit, spans)))
        for place in range(0, len(numbers), AT_ONCE):
            those = numbers[place : place + AT_ONCE]
            await store.run_alone(lambda unit, those=those: self._corrector.devices.rehang(unit, spans, those))  # type: ignore[misc]

    async def _at_logins(self, unit: ErasingUnit, due: Sequence[Pair]) -> dict[Pair, int]:
        """Those of the links that still stand and lead from somebody to a device, each with the device."""
        links = await unit.links(due)
        keys = await unit.name({end for p in links for end in p})
        lasting = {end for end, key in keys.items() if self._policy.login_lasts(key.namespace)}
        devices = {p: lasting.intersection(p) for p in links}
        return {p: next(iter(ends)) for p, ends in devices.items() if len(ends) == 1}

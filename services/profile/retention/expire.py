"""Retention: what is older than its source and channel are kept is taken out, as if it had never come.

The machinery of corrections does it, with nothing in the place of what goes. Whatever rested on it alone goes too:
traits, claims, links, and so perhaps who is whom. What is that old when it comes is not stored.
"""

from collections.abc import Sequence
from datetime import datetime

from services.profile.corrections.correct import Corrector, conversations, ends
from services.profile.domain.retention import KeepRule
from services.profile.step import ProfileStep
from services.profile.store import Changes, ErasingUnit, Store
from services.profile.wire import decode

AT_ONCE = 100
"""Interactions that one unit takes out: nothing else is stored meanwhile."""
LOOKED_UP = 10_000


class Expirer:
    """Takes out what the policy of a profile step does not keep any more."""

    def __init__(self, step: ProfileStep) -> None:
        self._corrector = Corrector(step)
        self._rules: Sequence[KeepRule] = step.policy.retention

    async def sweep(self, store: Store, now: datetime) -> int:
        """How many interactions went. What others take out meanwhile is theirs. Raises Unavailable."""
        gone = 0
        while numbers := await store.run(lambda unit: unit.expired(self._rules, now, LOOKED_UP)):
            for place in range(0, len(numbers), AT_ONCE):
                those = numbers[place : place + AT_ONCE]
                gone += await store.run_alone(lambda unit, those=those: self.expire(unit, those, now))  # type: ignore[misc]
        return gone

    async def expire(self, unit: ErasingUnit, numbers: Sequence[int], now: datetime) -> int:
        """Takes out those that are still there and still expired; how many."""
        those = await unit.expired(self._rules, now, len(numbers), numbers)
        if not those:
            return 0
        await unit.drop_variants(those)
        taken_out = await unit.take_out(those)
        await self._corrector.replace(unit, taken_out, [], Changes())
        await self._corrector.devices.rehang(unit, ends(taken_out, ()))
        await self._corrector.rejoin(unit, conversations(decode(one.body) for one in taken_out))
        return len(taken_out)

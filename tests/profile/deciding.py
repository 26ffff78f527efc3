"""What stewards do between batches, and what it must come to."""

from typing import NamedTuple

from hypothesis import strategies as st

from services.profile.decisions.decide import Decider, Effect, Wish
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.linking import Linker
from services.profile.memory_unit import MemoryTables
from services.profile.store import Store, Unit
from services.runtime.errors import Rejected
from tests.profile.running import NOW, ids
from tests.profile.spellings import POOL
from tests.support.identity import Decided, Identifier

STEWARD = "steward@example.com"
NORMAL = sorted({one.normal for one in POOL if one.normal})


class Deed(NamedTuple):
    """A wish about two identifiers; or, with `withdraws`, taking back one of the decisions that stand."""

    a: Identifier
    b: Identifier
    confirms: bool
    withdraws: int | None = None


deeds = st.builds(
    Deed,
    st.sampled_from(NORMAL),
    st.sampled_from(NORMAL),
    st.booleans(),
    st.none() | st.integers(0, 9),
)


class Desk:
    """A steward at work: tries everything before doing it, and remembers what stands."""

    def __init__(self, store: Store, policy: IdentityPolicy) -> None:
        self._store = store
        new_id = ids(of=2)
        self.decider = Decider(Linker(policy, new_id), new_id, lambda: NOW)
        self.standing: dict[str, Decided] = {}
        self.met: set[Identifier] = set()

    async def do(self, deed: Deed) -> Effect | Rejected:
        """The effect, or why there is none: the same as that of a trial just before."""
        tried = await self._attempt(deed, trial=True)
        done = await self._attempt(deed, trial=False)
        if isinstance(done, Rejected):
            assert isinstance(tried, Rejected)
            assert (type(tried), tried.field) == (type(done), done.field)
            return done
        assert isinstance(tried, Effect)
        assert tried.before == done.before
        assert set(tried.after.values()) == set(done.after.values())
        assert _kept(tried) == _kept(done)
        if done.decision.withdrawn:
            del self.standing[done.decision.id]
        else:
            self.standing[done.decision.id] = Decided(frozenset((deed.a, deed.b)), deed.confirms)
            self.met |= {deed.a, deed.b}
        return done

    async def _attempt(self, deed: Deed, *, trial: bool) -> Effect | Rejected:
        try:
            return await self._store.run(lambda unit: self._act(unit, deed, trial=trial))
        except Rejected as refusal:
            return refusal

    async def _act(self, unit: Unit, deed: Deed, *, trial: bool) -> Effect:
        if deed.withdraws is not None and self.standing:
            decision = sorted(self.standing)[deed.withdraws % len(self.standing)]
            return await self.decider.withdraw(unit, decision, "a mistake", STEWARD, trial=trial)
        wish = Wish("confirm" if deed.confirms else "separate", Key(*deed.a), Key(*deed.b), "she said so")
        return await self.decider.decide(unit, wish, STEWARD, trial=trial)


def _kept(effect: Effect) -> dict[str, frozenset[int]]:
    """The people after it, without those who come into being."""
    return {profile: nodes for profile, nodes in effect.after.items() if profile not in effect.made}


def check_effect(tables: MemoryTables, effect: Effect) -> None:
    """What the effect says of people after it is what the tables hold, in an order that ids have no part in."""
    for people in (effect.before, effect.after):
        assert list(people.values()) == sorted(people.values(), key=min)
    for profile, nodes in effect.after.items():
        assert nodes == {node for node, member in tables.members.items() if member.profile == profile}

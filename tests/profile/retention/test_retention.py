"""What is not kept any longer is gone as if it had never come, and does not come again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.retention import KeepRule, keeps
from services.profile.memory_store import MemoryStore
from services.profile.retention.expire import Expirer
from services.profile.step import ProfileStep
from tests.profile.checks import check_all, check_announced
from tests.profile.histories import SOURCES, START, History, histories
from tests.profile.policies import TIGHT
from tests.profile.running import ENGRAVER, Recorder, Replay, apply, ids
from tests.profile.turns import turns
from tests.support.identity import Said, hung, latest

MANY = settings(max_examples=5 * settings().max_examples)
CALLS = KeepRule(source=SOURCES[0], keep=timedelta(days=3))
REST = KeepRule(keep=timedelta(days=8))
WEB = KeepRule(channel="web", keep=timedelta(days=1))
RULES = st.sampled_from(((CALLS,), (REST,), (CALLS, WEB), (CALLS, WEB, REST)))
PACES = st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=6)
"""Before each batch: how many days go by, and whether somebody sweeps."""


class World:
    """The plain telling of retention: what was said, and is kept still."""

    def __init__(self, policy: IdentityPolicy) -> None:
        self.policy = policy
        self.said: list[Said] = []

    def hear(self, those: Sequence[Said], now: datetime) -> None:
        """What is too old already does not count, unless it states a consent."""
        self.said = latest([*self.said, *(one for one in those if one.consents or not self._expired(one, now))])

    def sweep(self, now: datetime) -> None:
        """Everything goes whose time is over, but for what states somebody's consent.

        Of a conversation whose speaker went, what named nobody states nobody's any more, and goes with it.
        """
        before = -1
        while before != len(self.said):
            before = len(self.said)
            stating = {(one.source, one.id) for one, *_ in hung(self.said, self.policy) if one.consents}
            self.said = [one for one in self.said if (one.source, one.id) in stating or not self._expired(one, now)]

    def _expired(self, one: Said, now: datetime) -> bool:
        rule = keeps(self.policy.retention, one.source, one.channel)
        return rule is not None and one.time < rule.before(now)


@MANY
@given(history=histories(revised=True) | turns(), rules=RULES, paces=PACES)
def test_after_every_sweep_the_store_is_what_the_rules_make_of_what_is_kept(
    replay: Replay, history: History, rules: tuple[KeepRule, ...], paces: Sequence[tuple[int, bool]]
) -> None:
    replay(replayed(history, rules, paces))


async def replayed(history: History, rules: tuple[KeepRule, ...], paces: Sequence[tuple[int, bool]]) -> None:
    policy = history.policy.model_copy(update={"retention": IdentityPolicy(retention=rules).retention})
    log, now = Recorder(), START
    store, world = MemoryStore(log), World(policy)
    step = ProfileStep(policy, ids(), lambda: now, ENGRAVER, 2 if TIGHT.index(history.policy) % 2 else 64)
    expirer = Expirer(step)
    batches = [*history.batches, range(len(history.happened))]
    for number, batch in enumerate(batches):
        days, sweeps = paces[number] if number < len(paces) else (0, True)
        now += timedelta(days=days)
        for outcome in await apply(store, step, [history.happened[place].value for place in batch]):
            event(outcome)
        world.hear([history.happened[place].said for place in batch], now)
        if sweeps:
            gone = await expirer.sweep(store, now)
            before = len(world.said)
            world.sweep(now)
            assert gone == before - len(world.said)
            event("swept some" if gone else "swept nothing")
        check_all(store.tables, world.said, policy)
        check_announced(store.tables, log.messages)
        assert {number for number, _ in store.tables.variants} <= {one.id for one in store.tables.interactions.values()}

"""Revisions: whatever was said before, everything is as if only the latest had been."""

from collections.abc import Sequence

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.profile.memory_store import MemoryStore
from tests.profile.checks import check_all, check_announced
from tests.profile.deciding import Deed, Desk, deeds
from tests.profile.histories import History, histories
from tests.profile.policies import TIGHT
from tests.profile.running import Recorder, Replay, apply, tight_step
from tests.support.identity import latest

MANY = settings(max_examples=20 * settings().max_examples)


@MANY
@given(history=histories(revised=True), plan=st.lists(st.lists(deeds, max_size=2), max_size=4))
def test_after_every_batch_the_store_is_what_the_rules_make_of_the_latest_contents(
    replay: Replay, history: History, plan: Sequence[Sequence[Deed]]
) -> None:
    replay(replayed(history, plan))


async def replayed(history: History, plan: Sequence[Sequence[Deed]]) -> None:
    log = Recorder()
    store = MemoryStore(log)
    desk = Desk(store, history.policy)
    step = tight_step(TIGHT.index(history.policy))
    heard: set[int] = set()
    for number, batch in enumerate(history.batches):
        for outcome in await apply(store, step, [history.happened[place].value for place in batch]):
            event(outcome)
        heard.update(batch)
        for deed in plan[number] if number < len(plan) else ():
            await desk.do(deed)
        said = latest(history.happened[place].said for place in sorted(heard))
        check_all(store.tables, said, history.policy, desk.standing.values(), desk.met)
        check_announced(store.tables, log.messages)

"""Erasure: afterwards, and after any replay, everything is as if what was erased had never been."""

from collections.abc import Sequence

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from services.profile.erasure.erase import Eraser
from services.profile.memory_store import MemoryStore
from services.profile.memory_unit import MemoryTables
from services.runtime.errors import Contradicted
from tests.profile.checks import check_all, check_announced
from tests.profile.deciding import Deed, Desk, deeds
from tests.profile.erasing import World, check_forgotten, erase, eraser
from tests.profile.histories import Details, History, happened, histories
from tests.profile.policies import TIGHT
from tests.profile.running import Recorder, Replay, apply, ids, tight_step
from tests.profile.turns import DEVICES, PEOPLE, TABLETS, turns
from tests.support.identity import Decided, Identifier

MANY = settings(max_examples=20 * settings().max_examples)


plans = st.lists(st.tuples(st.lists(deeds, max_size=2), st.none() | st.integers(0, 20)), max_size=4)


DEVICE = (DEVICES[0], True)
LEFT_BEHIND = [
    happened(0, 0, [DEVICE], Details(conversation=0)),
    happened(1, 9, [], Details(conversation=0)),
    *(happened(2 + place, 0, [(person, True), DEVICE]) for place, person in enumerate(PEOPLE[:2])),
]
"""A device is named in a conversation where two logged in at once; later there somebody is not named."""


@MANY
@example(History(TABLETS, LEFT_BEHIND, [range(4)]), [([], 1)])
@example(History(TABLETS, LEFT_BEHIND, [range(4)]), [([], 0)])
@given(history=histories(revised=True) | turns(), plan=plans)
def test_after_erasures_in_between_the_store_is_what_the_rules_make_of_what_was_not_erased(
    replay: Replay, history: History, plan: Sequence[tuple[Sequence[Deed], int | None]]
) -> None:
    replay(replayed(history, plan))


async def replayed(history: History, plan: Sequence[tuple[Sequence[Deed], int | None]]) -> None:
    log = Recorder()
    store = MemoryStore(log)
    desk = Desk(store, history.policy)
    step = tight_step(TIGHT.index(history.policy))
    erasing, world = eraser(step, ids(of=3)), World(history.policy)
    batches = [*history.batches, range(len(history.happened))]
    for number, batch in enumerate(batches):
        for outcome in await apply(store, step, [history.happened[place].value for place in batch]):
            event(outcome)
        world.hear(history.happened[place].said for place in batch)
        doing, choice = plan[number] if number < len(plan) else ((), None)
        for deed in doing:
            await desk.do(deed)
        world.decided = list(desk.standing.values())
        if choice is not None and store.tables.members:
            await _erase(store, erasing, world, choice)
            desk.standing = _standing(store.tables)
        check_all(store.tables, world.said, history.policy, world.decided, _met(store.tables))
        check_announced(store.tables, log.messages)
        check_forgotten(store.tables, step, world)


async def _erase(store: MemoryStore, erasing: Eraser, world: World, choice: int) -> None:
    tables = store.tables
    node = sorted(tables.members)[choice % len(tables.members)]
    member = tables.members[node]
    person = frozenset(tables.keys[other] for other, its in tables.members.items() if its.profile == member.profile)
    if member.shared:
        with pytest.raises(Contradicted):
            await erase(store, erasing, member.profile)
        return
    met = _met(tables)
    done = await erase(store, erasing, member.profile)
    world.erase(person, met)
    event("kept some" if done.kept else "all went")
    event("was mentioned" if done.mentioned else "was not mentioned")
    assert member.profile not in tables.labels
    assert tables.erased_profiles[member.profile] == done.id


def _standing(tables: MemoryTables) -> dict[str, Decided]:
    return {
        one.id: Decided(frozenset(tuple(tables.keys[end]) for end in (one.a, one.b)), one.kind == "confirm")
        for one in tables.decisions.values()
        if one.withdrawn is None
    }


def _met(tables: MemoryTables) -> set[Identifier]:
    return {tables.keys[end] for one in tables.decisions.values() for end in (one.a, one.b)}

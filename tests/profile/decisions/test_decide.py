"""Stewards' decisions: whatever came before and after, the partition is that of the evidence and of what stands."""

from collections.abc import Sequence

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.profile.decisions.decide import Effect
from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from services.runtime.errors import Contradicted, NotFound, Rejected
from tests.profile.checks import check_all, check_announced, profiles
from tests.profile.deciding import Deed, Desk, check_effect, deeds
from tests.profile.histories import Details, Happened, History, happened, histories
from tests.profile.policies import TIGHT, tight
from tests.profile.running import Recorder, Replay, apply, profile_step, tight_step
from tests.profile.spellings import Spelled
from tests.support.identity import Identifier

MANY = settings(max_examples=20 * settings().max_examples)
MAIL, OTHER, PHONE, CARD = (
    ("email", "dana@example.com"),
    ("email", "avi@example.co.il"),
    ("phone", "+972541234567"),
    ("loyalty_id", "card 17"),
)


@MANY
@given(history=histories(), plan=st.lists(st.lists(deeds, max_size=4), max_size=6))
def test_the_partition_is_that_of_what_was_heard_and_what_stands(
    replay: Replay, history: History, plan: Sequence[Sequence[Deed]]
) -> None:
    replay(replayed(history, plan))


async def replayed(history: History, plan: Sequence[Sequence[Deed]]) -> None:
    log = Recorder()
    store = MemoryStore(log)
    step = tight_step(TIGHT.index(history.policy))
    desk = Desk(store, history.policy)
    heard: set[int] = set()
    for number, batch in enumerate(history.batches):
        await apply(store, step, [history.happened[place].value for place in batch])
        heard.update(batch)
        said = [history.happened[place].said for place in sorted(heard)]
        for deed in plan[number] if number < len(plan) else ():
            done = await desk.do(deed)
            event(
                str(done) if isinstance(done, Rejected) and not isinstance(done, Contradicted) else type(done).__name__
            )
            if isinstance(done, Effect):
                check_effect(store.tables, done)
            check_all(store.tables, said, history.policy, desk.standing.values())
        check_all(store.tables, said, history.policy, desk.standing.values())
        check_announced(store.tables, log.messages)
    for _ in range(len(desk.standing)):
        assert isinstance(await desk.do(Deed(MAIL, PHONE, confirms=True, withdraws=0)), Effect)
    check_all(store.tables, said, history.policy)
    check_announced(store.tables, log.messages)


def spelled(identifier: Identifier) -> tuple[Spelled, bool]:
    return Spelled(*identifier, identifier), True


def together(number: int, *identifiers: Identifier) -> Happened:
    return happened(number, number, [spelled(one) for one in identifiers])


class World:
    """A store with a few customers, and a steward."""

    def __init__(self, policy: IdentityPolicy | None = None) -> None:
        policy = policy or IdentityPolicy()
        self.store = MemoryStore(Recorder())
        self.step = profile_step(policy)
        self.desk = Desk(self.store, policy)

    async def hear(self, *those: Happened) -> None:
        await apply(self.store, self.step, [one.value for one in those])

    def people(self) -> set[frozenset[Identifier]]:
        return profiles(self.store.tables)


async def test_a_separation_parts_and_its_withdrawal_restores_the_very_same_profile() -> None:
    world = World()
    await world.hear(together(1, MAIL, PHONE), together(2, MAIL, CARD))
    before = dict(world.store.tables.members)
    done = await world.desk.do(Deed(MAIL, PHONE, confirms=False))
    assert isinstance(done, Effect)
    assert world.people() == {frozenset({MAIL, CARD}), frozenset({PHONE})}
    await world.desk.do(Deed(MAIL, PHONE, confirms=False, withdraws=0))
    assert {node: member.label for node, member in world.store.tables.members.items()} == {
        node: member.label for node, member in before.items()
    }


async def test_a_confirmation_joins_whom_no_interaction_links() -> None:
    world = World()
    await world.hear(together(1, MAIL), together(2, PHONE))
    await world.desk.do(Deed(PHONE, MAIL, confirms=True))
    assert world.people() == {frozenset({MAIL, PHONE})}


async def test_a_label_that_a_separation_made_answers_after_its_withdrawal() -> None:
    world = World()
    await world.hear(together(1, MAIL, PHONE))
    done = await world.desk.do(Deed(MAIL, PHONE, confirms=False))
    assert isinstance(done, Effect)
    (made,) = done.made
    await world.desk.do(Deed(MAIL, PHONE, confirms=False, withdraws=0))
    tables = world.store.tables
    assert tables.members[tables.labels[made].founder].profile != made


@pytest.mark.parametrize(
    ("deed", "error", "field"),
    [
        (Deed(MAIL, MAIL, confirms=True), Rejected, "b"),
        (Deed(MAIL, ("email", "nobody@example.com"), confirms=True), NotFound, "b"),
        (Deed(("email", "nobody@example.com"), MAIL, confirms=False), NotFound, "a"),
        (Deed(("customer_id", "c-1"), ("customer_id", "c-2"), confirms=True), Contradicted, "b"),
        (Deed(("device", "kiosk"), ("customer_id", "c-2"), confirms=True), Contradicted, "a"),
    ],
)
async def test_what_cannot_be_is_refused_and_leaves_no_trace(deed: Deed, error: type[Rejected], field: str) -> None:
    world = World(tight())
    await world.hear(
        together(1, MAIL, PHONE),
        *(together(n + 10, ("customer_id", f"c-{n}"), ("device", "kiosk")) for n in range(4)),
    )
    before = world.people()
    refusal = await world.desk.do(deed)
    assert type(refusal) is error
    assert isinstance(refusal, Rejected)
    assert refusal.field == field
    assert world.people() == before
    assert world.store.tables.decisions == {}


async def test_decisions_that_contradict_one_another_are_refused() -> None:
    world = World()
    await world.hear(together(1, MAIL), together(2, PHONE), together(3, CARD))
    for a, b in ((MAIL, PHONE), (PHONE, CARD)):
        assert isinstance(await world.desk.do(Deed(a, b, confirms=True)), Effect)
    for a, b in ((MAIL, PHONE), (MAIL, CARD)):
        assert isinstance(await world.desk.do(Deed(a, b, confirms=False)), Contradicted)
    assert isinstance(await world.desk.do(Deed(MAIL, CARD, confirms=True)), Effect)  # a cycle says nothing new
    assert world.people() == {frozenset({MAIL, PHONE, CARD})}


async def test_a_confirmation_against_a_separation_is_refused() -> None:
    world = World()
    await world.hear(together(1, MAIL, PHONE))
    await world.desk.do(Deed(MAIL, PHONE, confirms=False))
    assert isinstance(await world.desk.do(Deed(MAIL, PHONE, confirms=True)), Contradicted)


async def test_a_confirmation_ignores_claims() -> None:
    world = World()
    await world.hear(
        happened(1, 1, [spelled(MAIL)], Details(name=0)), happened(2, 2, [spelled(OTHER)], Details(name=2))
    )
    assert isinstance(await world.desk.do(Deed(MAIL, OTHER, confirms=True)), Effect)
    await world.hear(together(3, MAIL, PHONE))
    assert world.people() == {frozenset({MAIL, OTHER, PHONE})}

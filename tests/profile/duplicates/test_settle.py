"""Learning, rivals, confirming by itself and taking it back; and what stewards are shown of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from services.profile.decisions.decide import Decider, Wish
from services.profile.domain.matching import Level
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.duplicates.learn import LEAST_PEOPLE, Learner
from services.profile.duplicates.learning import Learning
from services.profile.duplicates.queries import DuplicatesReads
from services.profile.duplicates.queue import Duplicates
from services.profile.duplicates.settle import AUTHOR, Settler
from services.profile.duplicates.views import LikelyPair
from services.profile.duplicates.worker import Upkeep
from services.profile.linking import Linker
from services.profile.reading.queries import PostgresReads
from services.runtime.access import Person, Role
from services.runtime.errors import NotFound, Rejected
from tests.profile.duplicates.invented import POLICY, Office, interaction, office
from tests.profile.running import NOW, ids
from tests.support.postgres import PostgresServer

STEWARD = Person("maya", frozenset({Role.STEWARD}))
OPS = Person("omer", frozenset({Role.OPS}))
DANA, SAME, PHONE = (
    Key("email", "dana@example.com"),
    Key("email", "dana.cohen@example.org"),
    Key("phone", "+972541234567"),
)


class At:
    def now(self) -> datetime:
        return NOW


async def nowhere(_: str) -> tuple[()]:
    return ()


@dataclass
class Desk:
    """Everything that is done with likely duplicates, on one database."""

    office: Office

    def __post_init__(self) -> None:
        database, policy = self.office.kept.database, self.office.policy
        new_id = ids(of=3)
        self.decider = Decider(Linker(policy, new_id), new_id, lambda: NOW)
        self.learning = Learning(database)
        self.learner = Learner(self.office.store, self.learning, policy)
        self.settler = Settler(self.office.store, self.learning, self.office.kept.store, self.decider, policy)
        self.duplicates = Duplicates(DuplicatesReads(database), PostgresReads(database), policy, At(), nowhere)
        self.upkeep = Upkeep(self.office.step, self.learning, self.learner, self.settler, At())

    async def queue(self, least: float = 0.01) -> list[LikelyPair]:
        """The whole queue, a pair at a time."""
        found: list[LikelyPair] = []
        cursor = None
        while True:
            page = await self.duplicates.queue(least, cursor, 1, STEWARD)
            found += page.items
            cursor = page.next
            if cursor is None:
                return found

    async def decide(self, kind: str, a: Key, b: Key) -> str:
        wish = Wish(kind, a, b, "she said so")  # type: ignore[arg-type]
        done = await self.office.kept.store.run(lambda unit: self.decider.decide(unit, wish, "maya"))
        return done.decision.id

    async def withdraw(self, decision: str) -> None:
        await self.office.kept.store.run(lambda unit: self.decider.withdraw(unit, decision, "not so", "maya"))

    async def decisions(self) -> list[tuple[str, str, bool]]:
        rows = await self.office.fetch("SELECT kind, author, withdrawn_at IS NULL FROM decision ORDER BY made_at, id")
        return [tuple(row) for row in rows]


@pytest.fixture
async def desk(postgres_server: PostgresServer) -> AsyncIterator[Desk]:
    async with office(postgres_server) as one:
        yield Desk(one)


async def introduce(desk: Desk) -> None:
    """Dana twice; and Noa, who is nobody else."""
    await desk.office.meet(
        interaction(1, dict([DANA]), name="Dana Cohen", birth_date="1980-03-04", city="Haifa"),
        interaction(2, dict([SAME]), name="דנה כהן", birth_date="1980-03-04", city="Haifa"),
        interaction(3, dict([PHONE]), name="Noa Levi", birth_date="1971-01-02"),
    )


async def test_the_queue_shows_both_with_the_best_first(desk: Desk) -> None:
    await introduce(desk)
    await desk.office.meet(interaction(4, {"email": "d@example.net"}, name="Dana Cohen", city="Haifa"))
    queue = await desk.queue()
    assert [one.weight for one in queue] == sorted((one.weight for one in queue), reverse=True)
    assert {queue[0].a.name, queue[0].b.name} == {"Dana Cohen", "דנה כהן"}
    assert {one.decide_by.value for one in (queue[0].a, queue[0].b) if one.decide_by} == {DANA.value, SAME.value}
    assert queue[0].probability > 0.9
    noted = await desk.office.fetch("SELECT DISTINCT action, person, profile::text FROM profile_read")
    assert {row[2] for row in noted} == {one.id for pair in queue for one in (pair.a, pair.b)}
    assert {(row[0], row[1]) for row in noted} == {("duplicates", "maya")}


async def test_lines_add_up_to_the_weight(desk: Desk) -> None:
    await introduce(desk)
    (one,) = await desk.queue()
    answer = await desk.duplicates.pair(one.b.id, one.a.id, STEWARD)
    assert sum(line.bits for line in answer.lines) == pytest.approx(answer.weight)
    assert answer.weight == one.weight
    said = {line.field: line for line in answer.lines}
    assert (said["given"].level, {said["given"].a, said["given"].b}) == (Level.SPELLING, {"dana", "דנה"})
    assert {answer.a.id, answer.b.id} == {one.a.id, one.b.id}
    hidden = await desk.duplicates.pair(one.a.id, one.b.id, OPS)
    assert {line.a for line in hidden.lines} <= {"•••", ""}
    assert hidden.a.masked


async def test_who_looks_at_a_pair_is_kept_for_both(desk: Desk) -> None:
    await introduce(desk)
    (one,) = await desk.queue()
    await desk.office.fetch("DELETE FROM profile_read")
    await desk.duplicates.pair(one.a.id, one.b.id, STEWARD)
    noted = await desk.office.fetch("SELECT action, person, profile::text FROM profile_read")
    assert sorted(tuple(row) for row in noted) == sorted(("duplicates", "maya", of) for of in (one.a.id, one.b.id))


async def test_who_is_parted_leaves_the_queue_until_it_is_taken_back(desk: Desk) -> None:
    await introduce(desk)
    (one,) = await desk.queue()
    decision = await desk.decide("separate", DANA, SAME)
    assert await desk.queue() == []
    with pytest.raises(NotFound):
        await desk.duplicates.pair(one.a.id, one.b.id, STEWARD)
    await desk.withdraw(decision)
    assert len(await desk.queue()) == 1


async def test_who_became_one_leaves_the_queue_at_once(desk: Desk) -> None:
    await introduce(desk)
    await desk.decide("confirm", DANA, SAME)
    assert await desk.queue() == []


async def test_nothing_is_confirmed_by_itself_unless_a_policy_says_so(desk: Desk) -> None:
    await introduce(desk)
    await desk.upkeep.once()
    assert await desk.decisions() == []
    assert len(await desk.queue()) == 1


async def test_a_threshold_confirms_and_that_can_be_undone(postgres_server: PostgresServer) -> None:
    policy = IdentityPolicy(confirm_duplicates_at=0.9)
    async with office(postgres_server, policy=policy) as one:
        desk = Desk(one)
        await introduce(desk)
        assert await desk.settler.settle() == 1
        assert await desk.decisions() == [("confirm", AUTHOR, True)]
        assert await one.profile_of(*DANA) == await one.profile_of(*SAME)
        (row,) = await one.fetch("SELECT id, reason FROM decision")
        assert "probability" in row[1]
        await desk.withdraw(str(row[0]))
        await one.meet()
        assert await one.profile_of(*DANA) != await one.profile_of(*SAME)
        assert await desk.settler.settle() == 0
        assert len(await desk.queue()) == 1
        await one.check()


async def test_a_threshold_confirms_nobody_whom_a_steward_parted(postgres_server: PostgresServer) -> None:
    async with office(postgres_server, policy=IdentityPolicy(confirm_duplicates_at=0.9)) as one:
        desk = Desk(one)
        await introduce(desk)
        await desk.decide("separate", DANA, SAME)
        assert await desk.settler.settle() == 0


async def test_what_the_rules_forbid_is_left_to_people(postgres_server: PostgresServer) -> None:
    async with office(postgres_server, policy=IdentityPolicy(confirm_duplicates_at=0.9)) as one:
        desk = Desk(one)
        await introduce(desk)
        await one.happen(interaction(8, {"customer_id": "C-1", **dict([DANA])}))
        await one.happen(interaction(9, {"customer_id": "C-2", **dict([SAME])}))  # not looked at yet
        assert await desk.settler.settle() == 0
        assert await desk.decisions() == []


async def test_who_fits_somebody_else_as_well_counts_for_less(desk: Desk) -> None:
    """Two who are not one, by their customer numbers, cannot both be a third."""
    born = {"birth_date": "1980-03-04", "city": "Haifa"}
    await desk.office.meet(
        interaction(1, {"customer_id": "C-1"}, name="Dana Cohen", **born),
        interaction(2, {"customer_id": "C-2"}, name="Dana Cohen", **born),
        interaction(3, dict([DANA]), name="Dana Cohen", **born),
    )
    before = await desk.queue()
    await desk.settler.settle()
    after = await desk.queue()
    assert len(before) == len(after) == 2
    assert all(one.probability > 0.9 for one in before)
    assert all(one.probability < 0.51 for one in after)
    answer = await desk.duplicates.pair(after[0].a.id, after[0].b.id, STEWARD)
    assert answer.lines[-1].field == "rivals"
    assert sum(line.bits for line in answer.lines) == pytest.approx(answer.weight)


def crowd(people: int) -> list[bytes]:
    """Everybody once, and every tenth of them twice with another address and a slip."""
    given = ["Dana", "Avi", "Noa", "Yossi", "Maya", "Omer", "Ruth", "Tamar", "Eli", "Shira"]
    family = ["Cohen", "Levi", "Katz", "Mizrahi", "Peretz", "Biton", "Azulay", "Friedman", "Malka", "Gabay", "Ohana"]
    events = []
    for n in range(people):
        name = f"{given[n % 10]} {family[n // 10 % 11]}"
        born = f"19{50 + n % 47}-{n % 12 + 1:02}-{n % 28 + 1:02}"
        events.append(interaction(n, {"email": f"p{n}@example.com"}, name=name, birth_date=born))
        if n % 10 == 0:
            slipped = name.replace("a", "e", 1)
            events.append(interaction(10_000 + n, {"email": f"p{n}@example.org"}, name=slipped, birth_date=born))
    return events


async def test_what_is_learnt_does_not_depend_on_the_order(desk: Desk) -> None:
    events = crowd(150)
    await desk.office.meet(*events[: LEAST_PEOPLE // 2])
    assert not await desk.learner.learn_if_due(NOW)
    await desk.office.meet(*events[LEAST_PEOPLE // 2 :])
    assert await desk.learner.learn_if_due(NOW)
    assert not await desk.learner.learn_if_due(NOW)
    first = await weights(desk)
    assert len([one for one in await desk.queue() if one.probability > 0.9]) == 15
    await desk.office.fetch("TRUNCATE duplicate_person, duplicate_key, duplicate_pair, duplicate_count")
    await desk.office.fetch("UPDATE duplicate_model SET learnt = NULL, people = 0")
    for profile in reversed(await desk.office.live()):
        await desk.office.step.run([profile])
    assert await desk.learner.learn_if_due(NOW)
    await desk.settler.settle()
    assert await weights(desk) == first


async def weights(desk: Desk) -> list[tuple[object, ...]]:
    await desk.settler.settle()
    rows = await desk.office.fetch("SELECT a, b, shown_weight, shown_chance FROM duplicate_pair ORDER BY a, b")
    return [tuple(row) for row in rows]


async def test_who_was_there_before_is_taken_in(desk: Desk) -> None:
    await desk.office.happen(
        interaction(1, dict([DANA]), name="Dana Cohen"), interaction(2, dict([SAME]), name="Dana Cohen")
    )
    assert await desk.queue() == []
    await desk.upkeep.once()
    assert len(await desk.office.people()) == 2
    await desk.office.check()
    assert not await desk.upkeep.take_in_some()


async def test_a_cursor_of_somebody_else_is_refused(desk: Desk) -> None:
    with pytest.raises(Rejected):
        await desk.duplicates.queue(0.1, "bm90IG91cnM", 10, STEWARD)
    with pytest.raises(NotFound):
        await desk.duplicates.pair(str(UUID(int=1)), str(UUID(int=2)), STEWARD)


def test_nothing_is_confirmed_by_default() -> None:
    assert POLICY.confirm_duplicates_at is None

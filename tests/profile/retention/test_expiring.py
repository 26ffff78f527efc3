import asyncio
from datetime import timedelta
from random import Random

import pytest

from services.profile.consume import BATCHES_AT_ONCE, ProfileHandler
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.retention import KeepRule
from services.profile.memory_store import MemoryStore
from services.profile.retention.expire import Expirer
from services.profile.retention.expiring import expiring
from services.profile.step import ProfileStep
from services.runtime.clock import new_id
from services.runtime.errors import Unavailable
from services.runtime.log import Record
from tests.profile.histories import START, Happened, happened
from tests.profile.kept import check_kept
from tests.profile.policies import TIGHT, tight
from tests.profile.postgres_tables import KeptInPostgres
from tests.profile.running import ENGRAVER, Recorder, apply
from tests.profile.spellings import Spelled
from tests.profile.test_concurrent_histories import BATCH, random_history, workers
from tests.support.backlog import work_off
from tests.support.eventually import eventually

__all__ = ["workers"]

RULES = (KeepRule(channel="web", keep=timedelta(days=1)), KeepRule(keep=timedelta(days=2)))
TODAY = START + timedelta(days=3)
PHONE = Spelled("phone", "+972541234567", ("phone", "+972541234567"))


def step_of(policy: IdentityPolicy) -> ProfileStep:
    """Its own clock stands at the start, so that everything is stored."""
    return ProfileStep(policy, new_id, lambda: START, ENGRAVER, large_from=2)


def called(day: int) -> Happened:
    return happened(day, day, [(PHONE, True)])


async def test_it_sweeps_at_once_and_again() -> None:
    store, step = MemoryStore(Recorder()), step_of(tight().model_copy(update={"retention": RULES}))
    await apply(store, step, [called(day).value for day in range(3)])
    days = iter((3, 4, 4))
    async with expiring(store, step, lambda: START + timedelta(days=next(days, 4)), every_seconds=0.01):
        await eventually(lambda: [one.event_id for one in store.tables.interactions.values()] == ["e2"])


async def test_the_store_may_be_away_for_a_while() -> None:
    store, step = MemoryStore(Recorder()), step_of(tight().model_copy(update={"retention": RULES}))
    await apply(store, step, [called(0).value])
    troubles = iter((Unavailable("the database is away"), ValueError("something else")))

    def now() -> object:
        if trouble := next(troubles, None):
            raise trouble
        return TODAY

    async with expiring(store, step, now, every_seconds=0.01):  # type: ignore[arg-type]
        await eventually(lambda: not store.tables.interactions)


async def test_without_rules_nobody_looks() -> None:
    store, step = MemoryStore(Recorder()), step_of(tight())
    await apply(store, step, [called(0).value])
    before = asyncio.all_tasks()
    async with expiring(store, step, lambda: TODAY):
        assert asyncio.all_tasks() == before


@pytest.mark.parametrize("seed", range(8))
async def test_sweeps_beside_workers_leave_what_the_rules_make_of_what_is_kept(
    workers: list[KeptInPostgres],
    seed: int,
) -> None:
    random, place = Random(seed), seed % len(TIGHT)
    step = step_of(TIGHT[place].model_copy(update={"retention": RULES}))
    those = random_history(random)
    deliveries = [one.value for one in those]
    random.shuffle(deliveries)

    async def work(kept: KeptInPostgres, values: list[bytes]) -> None:
        records = [Record("interactions", 0, offset, None, value) for offset, value in enumerate(values)]
        await work_off(ProfileHandler(kept.store, step), records, batch_records=2 * BATCH, at_once=BATCHES_AT_ONCE)

    async def sweep(kept: KeptInPostgres) -> None:
        for _ in range(4):
            await Expirer(step).sweep(kept.store, TODAY)

    await asyncio.gather(
        *(work(workers[n], deliveries[n::2]) for n in range(2)), *(sweep(workers[n]) for n in range(2, 4))
    )
    await asyncio.gather(*(Expirer(step).sweep(kept.store, TODAY) for kept in workers))
    tables = await workers[0].tables()
    check_kept(tables, those, TIGHT[place], workers[0].log.messages)
    left = await workers[0].store.run(lambda unit: unit.expired(RULES, TODAY, len(those)))
    assert left == []

"""Rules 1 to 5 with real transactions: however many workers are at it, the partition is the same."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from random import Random

import pytest

from schemas.topics import INTERACTIONS as TOPIC
from services.profile import applying
from services.profile.consume import BATCHES_AT_ONCE, ProfileHandler
from services.profile.decisions.decide import Decider, Wish
from services.profile.domain.sighting import Key
from services.profile.erasure.erase import Eraser, ErasureWish, seal
from services.profile.linking import Linker
from services.profile.memory_unit import MemoryTables
from services.profile.reading.queries import PostgresReads
from services.profile.store import ErasingUnit, Store
from services.runtime.clock import new_id
from services.runtime.errors import Rejected
from services.runtime.log import Record
from tests.profile.checks import check_all, check_announced, check_persons
from tests.profile.deciding import NORMAL
from tests.profile.erasing import eraser
from tests.profile.histories import Details, Happened, happened
from tests.profile.kept import check_kept, met_by_steward, standing
from tests.profile.policies import TIGHT
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import NOW, Recorder, profile_step
from tests.profile.spellings import POOL, Spelled
from tests.support.backlog import work_off
from tests.support.identity import latest
from tests.support.postgres import PostgresServer
from tests.support.seeds import seeds

WORKERS = 4
COUNTS = range(1, WORKERS + 1)
ROUNDS = 6
TABLET_ROUNDS = 12
INTERACTIONS = 60
BATCH = 8
DEEDS = 12
ERASURES = 6
ERASED_ROUNDS = 2
WITHDRAWN = 0.3
REVISED = 0.2
TWO = 2
SIGNED_IN = 0.15
TABLETS = len(TIGHT) - 1


@pytest.fixture
async def workers(postgres_server: PostgresServer) -> AsyncIterator[list[KeptInPostgres]]:
    template = await migrated(postgres_server)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres_server.fresh_database(template))
        log = Recorder()
        yield [await stack.enter_async_context(opened(url, log)) for _ in range(WORKERS)]


def random_history(random: Random) -> list[Happened]:
    """Everybody uses the same few identifiers, so that writers meet all the time."""
    pool = random.sample(POOL, k=random.randint(4, 14))
    sources = [random.randint(0, 2) for _ in range(INTERACTIONS)]
    ids = [random.randrange(place) if place and random.random() < REVISED else place for place in range(INTERACTIONS)]
    return [
        happened(
            ids[place],
            random.randint(0, 3),
            [(random.choice(pool), random.random() < 0.8) for _ in range(random.randint(0, 4))],
            Details(
                source=sources[ids[place]],
                trust=random.randint(0, 1),
                trust_claims=random.random() < 0.1,
                name=random.choice((None, 0, 1, 2)),
                seconds=random.choice((None, 1.5)),
                consents=((random.randint(0, 1), random.random() < 0.5),) if random.random() < 0.2 else (),
                conversation=random.choice((None, 0, 1)),
                revision=revision if place != ids[place] or revision % 2 else None,
            ),
        )
        for place, revision in enumerate(random.sample(range(INTERACTIONS), k=INTERACTIONS))
    ]


async def work(store: Store, place: int, deliveries: Sequence[bytes]) -> None:
    """Batches in a row, two at once, as one worker; each has its own step, as each process has."""
    handler = ProfileHandler(store, profile_step(TIGHT[place], new_id))
    records = [Record(TOPIC.name, 0, offset, None, value) for offset, value in enumerate(deliveries)]
    await work_off(handler, records, batch_records=2 * BATCH, at_once=BATCHES_AT_ONCE)


@asynccontextmanager
async def beside(*others: Callable[[asyncio.Event], Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Others who are at it meanwhile; they learn when everything is stored, and are waited for."""
    stored = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for other in others:
            group.create_task(other(stored))
        yield
        stored.set()


async def steward(store: Store, place: int, random: Random, stored: asyncio.Event) -> None:
    """Decides this and that about whoever is known, while the workers are at it; not everything can be done."""
    decider = Decider(Linker(TIGHT[place], new_id), new_id, lambda: NOW)
    for _ in range(DEEDS):
        known = await met(store, stored)
        if len(known) < TWO:
            return
        wish = Wish(random.choice(("confirm", "separate")), *random.sample(known, 2), "so")
        with suppress(Rejected):
            done = await store.run(lambda unit, wish=wish: decider.decide(unit, wish, "steward"))  # type: ignore[misc]
            if random.random() < WITHDRAWN:
                await store.run(lambda unit, done=done: decider.withdraw(unit, done.decision.id, "not so", "steward"))  # type: ignore[misc]


async def forgetter(store: Store, place: int, random: Random, stored: asyncio.Event) -> None:
    """Erases this one and that while the others are at it; nobody whose identifier many share."""
    step = profile_step(TIGHT[place], new_id)
    erasing = eraser(step, new_id)
    for _ in range(ERASURES):
        key = random.choice(await met(store, stored) or [Key("customer_id", "c-1001")])
        with suppress(Rejected):
            await store.run_alone(lambda unit, key=key: erased(unit, erasing, key))  # type: ignore[misc]


async def erased(unit: ErasingUnit, erasing: Eraser, key: Key) -> None:
    """Whoever has an identifier now, if anybody has."""
    found = await unit.find([key])
    if found:
        (member,) = (await unit.members(found.values())).values()
        person = await unit.whole(member.profile)
        await erasing.erase(unit, ErasureWish(member.profile, "she asked", "steward", seal(person)))


async def met(store: Store, stored: asyncio.Event) -> list[Key]:
    """Who is known: two or more, or everybody there will ever be once all is `stored`."""
    everybody = [Key(*identifier) for identifier in NORMAL]
    while True:
        all_of_them = stored.is_set()
        known = sorted(await store.run(lambda unit: unit.find(everybody)))
        if len(known) >= TWO or all_of_them:
            return known


@pytest.mark.parametrize("seed", seeds(ROUNDS))
@pytest.mark.parametrize("count", COUNTS)
async def test_any_number_of_workers_ends_where_the_batch_rule_says(
    workers: list[KeptInPostgres], seed: int, count: int
) -> None:
    random = Random(seed * WORKERS + count)
    place = seed % len(TIGHT)
    those = random_history(random)
    deliveries = [one.value for one in those] + [one.value for one in random.sample(those, k=INTERACTIONS // 6)]
    random.shuffle(deliveries)
    async with beside(lambda stored: steward(workers[-1].store, place, random, stored)):
        await asyncio.gather(*(work(workers[n].store, place, deliveries[n::count]) for n in range(count)))
    tables = await settled(workers)
    said = latest(one.said for one in those)
    check_all(tables, said, TIGHT[place], standing(tables), met_by_steward(tables))
    check_announced(tables, workers[0].log.messages)
    await check_persons(PostgresReads(workers[0].database), profiles_of(tables), said, TIGHT[place])
    assert tables.outbox == {}


@pytest.mark.parametrize("seed", seeds(ERASED_ROUNDS))
@pytest.mark.parametrize("count", COUNTS)
async def test_with_erasures_in_between_a_replay_brings_nobody_back(
    workers: list[KeptInPostgres], seed: int, count: int
) -> None:
    """Who is erased is a matter of the moment; what is left is what the rules make of what was not erased."""
    number = seed * WORKERS + count
    random, place = Random(number), number % len(TIGHT)
    those = random_history(random)
    deliveries = [one.value for one in those]
    random.shuffle(deliveries)
    async with beside(
        lambda stored: steward(workers[2].store, place, random, stored),
        lambda stored: forgetter(workers[3].store, place, random, stored),
    ):
        await asyncio.gather(*(work(workers[n].store, place, deliveries[n::count]) for n in range(count)))
    tables = await settled(workers)
    assert tables.erasures or len(tables.keys) < TWO or any(member.shared for member in tables.members.values())
    check_kept(tables, those, TIGHT[place], workers[0].log.messages)
    again = [one.value for one in random.sample(those, k=INTERACTIONS)]
    await asyncio.gather(*(work(workers[n].store, place, again[n::count]) for n in range(count)))
    after = await settled(workers)
    assert after.interactions == tables.interactions
    assert after.members == tables.members
    check_kept(after, those, TIGHT[place], workers[0].log.messages)


async def settled(workers: Sequence[KeptInPostgres]) -> MemoryTables:
    """What is stored once every worker forgot what it published."""
    for worker in workers:
        await worker.outbox.settled()
    return await workers[0].tables()


def profiles_of(tables: MemoryTables) -> set[str]:
    return {member.profile for member in tables.members.values()}


def tablets_history(random: Random) -> list[Happened]:
    """Three people and nobody take turns on two devices; some records are corrected."""
    devices = [Spelled("device", name, ("device", name)) for name in ("tablet-1", "tablet-2")]
    people = [Spelled("customer_id", f"c-100{n}", ("customer_id", f"c-100{n}")) for n in (1, 1, 2, 2, 3)]
    sources = [random.randint(0, 2) for _ in range(INTERACTIONS)]
    ids = [random.randrange(place) if place and random.random() < REVISED else place for place in range(INTERACTIONS)]
    return [
        happened(
            ids[place],
            random.randint(0, 20),
            [
                *([(random.choice(people), True)] if random.random() < SIGNED_IN else []),
                (random.choice(devices), True),
            ],
            Details(source=sources[ids[place]], name=random.choice((None, None, 0)), revision=revision),
        )
        for place, revision in enumerate(random.sample(range(INTERACTIONS), k=INTERACTIONS))
    ]


@pytest.mark.parametrize("seed", seeds(TABLET_ROUNDS))
async def test_workers_at_once_hang_everything_on_who_used_the_device(
    workers: list[KeptInPostgres], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", TWO)
    random = Random(seed)
    those = tablets_history(random)
    deliveries = [one.value for one in those] + [one.value for one in random.sample(those, k=INTERACTIONS // 6)]
    random.shuffle(deliveries)
    await asyncio.gather(*(work(workers[n].store, TABLETS, deliveries[n::WORKERS]) for n in range(WORKERS)))
    tables = await settled(workers)
    said = latest(one.said for one in those)
    check_all(tables, said, TIGHT[TABLETS])
    check_announced(tables, workers[0].log.messages)
    await check_persons(PostgresReads(workers[0].database), profiles_of(tables), said, TIGHT[TABLETS])

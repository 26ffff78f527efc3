"""What has deadlocked or lost people elsewhere: merges that meet, and identifiers that come while they move."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from services.profile.decisions.decide import Decider, Wish
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.linking import Linker
from services.runtime.clock import new_id
from services.runtime.errors import Contradicted
from tests.profile.checks import check_all, check_announced, profiles
from tests.profile.histories import Details, Happened, happened
from tests.profile.policies import tight
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import NOW, Recorder, apply, profile_step
from tests.profile.spellings import Spelled
from tests.support.postgres import PostgresServer

WRITERS = 4
ROUNDS = range(8)
TABLETS = IdentityPolicy()
ROOMY = tight(99, email=40, device=200)
A, B, C = (Key("email", f"{name}@example.com") for name in ("dana", "avia", "noga"))


@pytest.fixture
async def writers(postgres_server: PostgresServer) -> AsyncIterator[list[KeptInPostgres]]:
    template = await migrated(postgres_server)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres_server.fresh_database(template))
        log = Recorder()
        yield [await stack.enter_async_context(opened(url, log)) for _ in range(WRITERS)]


def met(number: int, *keys: Key) -> Happened:
    return happened(number, number, [(Spelled(*key, key), True) for key in keys])


def devices(number: int, of: Key, many: int = 10) -> list[Happened]:
    """Interactions that each show one more device of somebody."""
    return [met(number + place, of, Key("device", f"{of.value} {number + place}")) for place in range(many)]


async def hear(writer: KeptInPostgres, *those: Happened, policy: IdentityPolicy = ROOMY) -> None:
    """Each a transaction of its own."""
    step = profile_step(policy, new_id)
    for one in those:
        await apply(writer.store, step, [one.value])


@pytest.mark.parametrize("_round", ROUNDS)
async def test_two_names_that_are_stated_on_one_device_at_once(writers: list[KeptInPostgres], _round: int) -> None:
    """Each unit writes one half of what makes the device several people's; whoever is last sees both."""
    tablet = (Spelled("device", "tablet-1", ("device", "tablet-1")), True)
    people = [[(Spelled(*key, key), True), tablet] for key in (A, B)]
    before = [happened(n, n, stated) for n, stated in enumerate(people)] if _round % 2 else []
    await hear(writers[0], *before, policy=TABLETS)
    those = [happened(10 + n, 4 * n, stated, Details(name=2 * n)) for n, stated in enumerate(people)]
    those += [happened(20 + n, 4 * n, [tablet]) for n in range(2)]
    await asyncio.gather(*(hear(writer, one, policy=TABLETS) for writer, one in zip(writers, those, strict=True)))
    await asyncio.gather(*(writer.outbox.settled() for writer in writers))
    await check(writers[0], [*before, *those], TABLETS)
    anchors = {one.event_id: one.anchor for one in (await writers[0].tables()).interactions.values()}
    assert [anchors["e20"], anchors["e21"]] == [anchors["e10"], anchors["e11"]]


async def confirm(writer: KeptInPostgres, a: Key, b: Key) -> None:
    decider = Decider(Linker(ROOMY, new_id), new_id, lambda: NOW)
    await writer.store.run(lambda unit: decider.decide(unit, Wish("confirm", a, b, "so"), "steward"))


async def separate(writer: KeptInPostgres, a: Key, b: Key) -> None:
    decider = Decider(Linker(ROOMY, new_id), new_id, lambda: NOW)
    await writer.store.run(lambda unit: decider.decide(unit, Wish("separate", a, b, "so"), "steward"))


async def check(writer: KeptInPostgres, those: list[Happened], policy: IdentityPolicy = ROOMY) -> set[frozenset[Key]]:
    """The people there are, who are those that the rules make of what was heard."""
    tables = await writer.tables()
    check_all(tables, [one.said for one in those], policy)
    check_announced(tables, writer.log.messages)
    assert tables.outbox == {}
    return profiles(tables)  # type: ignore[return-value]


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_into_b_b_into_c_and_c_into_a_at_once(writers: list[KeptInPostgres], _round: int) -> None:
    before = [one for number, key in enumerate((A, B, C)) for one in devices(100 * number, key, 3)]
    await hear(writers[0], *before)
    joining = [met(900, A, B), met(901, B, C), met(902, C, A)]
    await asyncio.gather(*(hear(writer, one) for writer, one in zip(writers, joining, strict=False)))
    assert len(await check(writers[0], [*before, *joining])) == 1


@pytest.mark.parametrize("_round", ROUNDS)
async def test_two_stewards_and_two_interactions_join_the_same_two_from_both_ends(
    writers: list[KeptInPostgres], _round: int
) -> None:
    before = [*devices(0, A, 3), *devices(100, B, 5)]
    await hear(writers[0], *before)
    done = await asyncio.gather(
        confirm(writers[0], A, B),
        hear(writers[1], met(900, A, B)),
        hear(writers[2], met(901, B, A)),
        confirm(writers[3], B, A),
        return_exceptions=True,
    )
    (refusal,) = (one for one in done if one is not None)
    assert isinstance(refusal, Contradicted), "who decides second what was decided is told so, and nothing else fails"
    tables = await writers[0].tables()
    assert len(profiles(tables)) == 1
    assert len({label.profile for label in tables.labels.values()}) == len(tables.labels)
    assert {tables.members[label.founder].profile for label in tables.labels.values()} <= set(tables.labels)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_identifiers_that_come_while_a_person_moves_are_lost_by_nobody(
    writers: list[KeptInPostgres], _round: int
) -> None:
    before = [met(0, A), *devices(10, B, 5)]
    await hear(writers[0], *before)
    joining = met(900, A, B)
    hers, his = devices(100, A), devices(200, B)
    await asyncio.gather(hear(writers[0], *hers), hear(writers[1], joining), hear(writers[2], *his))
    (everybody,) = await check(writers[0], [*before, *hers, *his, joining])
    assert len(everybody) == 2 + 5 + 10 + 10


@pytest.mark.parametrize("_round", ROUNDS)
async def test_of_a_merge_and_a_separation_at_once_the_separation_stands(
    writers: list[KeptInPostgres], _round: int
) -> None:
    await hear(writers[0], *devices(0, A, 3), *devices(100, B, 3))
    joining, other = met(900, A, B), met(901, A, B)
    await asyncio.gather(
        hear(writers[1], joining), separate(writers[2], A, B), hear(writers[3], other), hear(writers[0], met(902, B))
    )
    tables = await writers[0].tables()
    of = {key: tables.members[node].profile for key, node in tables.identifiers.items()}
    assert of[A] != of[B]
    assert [link.held for link in tables.links.values() if link.held] == ["separated"]

"""What came back from the dead elsewhere: erased, and there again by a replay, a race, or under the old id."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from services.profile.domain.sighting import Key
from services.profile.domain.tombstones import Engraver
from services.profile.step import ProfileStep
from services.profile.store import Store
from services.runtime.clock import new_id
from services.runtime.errors import Unavailable
from tests.profile.checks import check_all, check_announced
from tests.profile.erasing import erase, eraser
from tests.profile.histories import Happened, happened
from tests.profile.policies import tight
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import NOW, Recorder, apply, profile_step
from tests.profile.spellings import Spelled
from tests.support.postgres import PostgresServer

POLICY = tight(99, email=40, device=200)
DANA, CARD = Key("email", "dana@example.com"), Key("loyalty_id", "card 7")
YEAR = timedelta(days=365)


@pytest.fixture
async def kept(postgres_server: PostgresServer) -> AsyncIterator[list[KeptInPostgres]]:
    template = await migrated(postgres_server)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres_server.fresh_database(template))
        log = Recorder()
        yield [await stack.enter_async_context(opened(url, log)) for _ in range(2)]


def met(number: int, *keys: Key) -> Happened:
    return happened(number, number, [(Spelled(*key, key), True) for key in keys])


def after(one: Happened) -> Happened:
    """The same two years on, which is after the erasures."""
    said = one.said._replace(time=one.said.time + 2 * YEAR)
    return Happened(said, json.dumps({**json.loads(one.value), "time": said.time.isoformat()}).encode())


async def owner(one: KeptInPostgres, key: Key) -> tuple[str, int] | None:
    tables = await one.tables()
    member = tables.members.get(tables.identifiers.get(key, 0))
    return (member.profile, member.version) if member else None


async def test_who_was_erased_and_comes_again_is_somebody_new_and_replays_do_not_mix_them(
    kept: list[KeptInPostgres],
) -> None:
    store, step = kept[0].store, profile_step(POLICY, new_id)
    first, again = met(1, DANA, CARD), after(met(2, DANA))
    await apply(store, step, [first.value])
    before = await owner(kept[0], DANA)
    assert before is not None
    await erase(store, eraser(step, new_id), before[0])
    assert await apply(store, step, [first.value, again.value]) == ["erased", "created"]
    now = await owner(kept[0], DANA)
    assert now is not None
    assert now[0] != before[0]
    assert now[1] > before[1]
    assert await owner(kept[0], CARD) is None
    await erase(store, eraser(step, new_id), now[0])
    assert await apply(store, step, [again.value, first.value]) == ["erased", "erased"]
    assert (await kept[0].tables()).identifiers == {}


@pytest.mark.parametrize("_round", range(6))
async def test_a_step_that_runs_beside_an_erasure_leaves_nothing_half(kept: list[KeptInPostgres], _round: int) -> None:
    step = profile_step(POLICY, new_id)
    those = [met(1, DANA, CARD)] + [met(2 + n, DANA, Key("device", f"device {n}")) for n in range(20)]
    await apply(kept[0].store, step, [those[0].value])
    profile = await owner(kept[0], DANA)
    assert profile is not None

    async def hear(store: Store) -> None:
        for one in those[1:]:
            await apply(store, step, [one.value])

    async def forget() -> None:
        await erase(kept[1].store, eraser(step, new_id), profile[0])

    await asyncio.gather(hear(kept[0].store), forget())
    tables = await kept[0].tables()
    assert tables.interactions == {}
    check_all(tables, [], POLICY)
    check_announced(tables, kept[0].log.messages)
    assert await apply(kept[0].store, step, [one.value for one in those]) == ["erased"] * len(those)


@pytest.mark.parametrize("engraver", [None, Engraver(b"another key of thirty-two bytes!")])
async def test_with_another_key_or_none_nothing_goes_on(kept: list[KeptInPostgres], engraver: Engraver | None) -> None:
    step = profile_step(POLICY, new_id)
    first = met(1, DANA)
    await apply(kept[0].store, step, [first.value])
    profile = await owner(kept[0], DANA)
    assert profile is not None
    await erase(kept[0].store, eraser(step, new_id), profile[0])
    wrong = ProfileStep(POLICY, new_id, lambda: NOW, engraver)
    with pytest.raises(Unavailable, match="KESHER_ERASURE_KEY"):
        await apply(kept[0].store, wrong, [first.value])
    assert (await kept[0].tables()).interactions == {}

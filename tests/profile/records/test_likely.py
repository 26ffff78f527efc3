"""Likely duplicates of a person are told with what each field says, and nothing of what the other stated."""

from collections.abc import AsyncIterator

import pytest

from services.profile.decisions.decide import Decider, Wish
from services.profile.domain.sighting import Key
from services.profile.linking import Linker
from services.profile.records.export_views import LikelyDuplicate
from services.profile.records.likely import likely
from services.profile.records.queries import PostgresRecords
from tests.profile.duplicates.invented import Office, interaction, office
from tests.profile.running import NOW, ids
from tests.support.postgres import PostgresServer

DANA, SAME, PHONE = "dana@example.com", "dana.cohen@example.org", "+972541234567"


@pytest.fixture
async def desk(postgres_server: PostgresServer) -> AsyncIterator[Office]:
    async with office(postgres_server) as one:
        await one.meet(
            interaction(1, {"email": DANA}, name="Dana Cohen", birth_date="1980-03-04", city="Haifa"),
            interaction(2, {"email": SAME}, name="דנה כהן", birth_date="1980-03-04", city="Haifa"),
            interaction(3, {"email": "d@example.net"}, name="Dana Cohen", city="Haifa"),
            interaction(4, {"phone": PHONE}, name="Noa Levi", birth_date="1971-01-02"),
        )
        yield one


async def owner(desk: Office, value: str) -> str:
    found = "SELECT m.profile::text FROM membership m JOIN identifier i ON i.id = m.identifier WHERE i.value = $1"
    async with desk.kept.database.connection() as connection:
        return str(await connection.fetchval(found, value))


async def told(desk: Office, profile: str, limit: int = 100) -> list[LikelyDuplicate]:
    records, found, after = PostgresRecords(desk.kept.database), list[LikelyDuplicate](), None
    while rows := await records.likely(profile, after, limit):
        found += [likely(row, profile) for row in rows]
        after = found[-1].profile_id
    return found


async def test_a_pair_is_told_from_either_side_with_its_own_values(desk: Office) -> None:
    dana, same = await owner(desk, DANA), await owner(desk, SAME)
    hers = {one.profile_id: one for one in await told(desk, dana)}[same]
    theirs = {one.profile_id: one for one in await told(desk, same)}[dana]
    assert (hers.state, hers.weight, hers.probability) == ("queued", theirs.weight, theirs.probability)
    assert sum(line.bits for line in hers.lines) == pytest.approx(hers.weight)
    assert [[line.value for line in one.lines if line.field == "email"] for one in (hers, theirs)] == [[DANA], [SAME]]
    assert SAME not in hers.model_dump_json()
    assert "כהן" not in hers.model_dump_json()
    assert DANA not in theirs.model_dump_json()


async def test_pairs_come_in_pages_whole_and_once(desk: Office) -> None:
    dana = await owner(desk, DANA)
    whole = await told(desk, dana)
    assert len(whole) >= 2
    assert await told(desk, dana, 1) == whole
    assert [one.profile_id for one in whole] == sorted({one.profile_id for one in whole})


async def test_a_decided_pair_is_told_as_such(desk: Office) -> None:
    dana, same = await owner(desk, DANA), await owner(desk, SAME)
    new_id = ids(of=3)
    decider = Decider(Linker(desk.policy, new_id), new_id, lambda: NOW)
    wish = Wish("separate", Key("email", DANA), Key("email", SAME), "two sisters")
    await desk.kept.store.run(lambda unit: decider.decide(unit, wish, "maya"))
    assert {one.profile_id: one.state for one in await told(desk, dana)}[same] == "decided"


async def test_who_is_like_nobody_has_none(desk: Office) -> None:
    assert [one for one in await told(desk, await owner(desk, PHONE)) if one.state == "queued"] == []

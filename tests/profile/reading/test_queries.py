"""What the profile API reads: answers and the note of who read them, in one statement."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.reading.port import LookedUp, Note, Place
from services.profile.reading.queries import PostgresReads
from tests.profile.histories import START, happened
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import NOW, Recorder, apply, profile_step
from tests.profile.spellings import Spelled
from tests.support.postgres import PostgresServer

MAIL, PHONE = Key("email", "dana@example.com"), Key("phone", "+972541234567")
FIRST, SECOND = Key("customer_id", "c-1001"), Key("customer_id", "c-1002")
NOBODY = "00000000-0000-7000-8000-00000000ffff"
NOTE = Note(NOW, "dana", ["agent", "steward"], "profile")


@pytest.fixture
async def kept(postgres_server: PostgresServer) -> AsyncIterator[KeptInPostgres]:
    template = await migrated(postgres_server)
    async with postgres_server.fresh_database(template) as url, opened(url, Recorder()) as kept:
        yield kept


@pytest.fixture
def reads(kept: KeptInPostgres) -> PostgresReads:
    return PostgresReads(kept.database)


async def meet(kept: KeptInPostgres, *those: tuple[Key, ...]) -> None:
    """One interaction after the other, a day apart, that state these identifiers; all of them verified."""
    stated = [[(Spelled(key.namespace, key.value, key), True) for key in keys] for keys in those]
    step = profile_step(IdentityPolicy())
    for number, keys in enumerate(stated):
        await apply(kept.store, step, [happened(number, number, keys).value])


async def notes(kept: KeptInPostgres) -> list[tuple[object, ...]]:
    async with kept.database.connection() as connection:
        rows = await connection.fetch("SELECT at, person, roles, action, profile::text FROM profile_read ORDER BY at")
    return [tuple(row) for row in rows]


async def looked_up(reads: PostgresReads, key: Key, others: int = 10) -> LookedUp:
    found = await reads.lookup(key, others, NOTE)
    assert found is not None
    return found


async def test_the_owner_of_an_identifier_is_shown_whole_and_the_read_is_noted(
    kept: KeptInPostgres, reads: PostgresReads
) -> None:
    await meet(kept, (MAIL, PHONE), (FIRST,))
    found = await looked_up(reads, PHONE)
    assert {one.key for one in found.person.holdings.values()} == {MAIL, PHONE}
    assert found.person == await reads.person(found.person.profile)
    assert (found.shared, found.others) == (False, [])
    assert await notes(kept) == [(*NOTE, found.person.profile)]


async def test_who_else_it_might_be_comes_with_the_reasons(kept: KeptInPostgres, reads: PostgresReads) -> None:
    await meet(kept, (FIRST, MAIL), (SECOND, MAIL))
    found = await looked_up(reads, MAIL)
    other = (await looked_up(reads, SECOND)).person.profile
    assert found.person.profile == (await looked_up(reads, FIRST)).person.profile != other
    ((to, reason),) = found.others
    assert to == other
    assert reason
    assert (await looked_up(reads, MAIL, others=0)).others == []
    assert (await looked_up(reads, SECOND)).others == [(found.person.profile, reason)]


async def test_nobody_is_found_and_nothing_noted(kept: KeptInPostgres, reads: PostgresReads) -> None:
    await meet(kept, (MAIL,))
    assert await reads.lookup(PHONE, 10, NOTE) is None
    assert await reads.read(NOBODY, NOTE) is None
    assert await reads.timeline(NOBODY, None, None, 10, NOTE) is None
    assert await notes(kept) == []


async def test_an_id_of_old_reads_the_profile_that_it_became(kept: KeptInPostgres, reads: PostgresReads) -> None:
    await meet(kept, (MAIL,), (PHONE,), (MAIL, PHONE))
    async with kept.database.connection() as connection:
        labels = [str(row[0]) for row in await connection.fetch("SELECT id FROM profile")]
    persons = [await reads.read(label, NOTE) for label in labels]
    live = (await looked_up(reads, MAIL)).person
    assert persons == [live, live]
    assert await notes(kept) == [(*NOTE, live.profile)] * 3


async def test_a_timeline_is_read_page_by_page(kept: KeptInPostgres, reads: PostgresReads) -> None:
    await meet(kept, (MAIL,), (MAIL, PHONE), (PHONE,))
    live = (await looked_up(reads, MAIL)).person.profile
    seen: list[Place] = []
    while (page := await reads.timeline(live, seen[-1] if seen else None, None, 2, NOTE)) and page.rows:
        assert page.profile == live
        seen += [row.place for row in page.rows]
    assert [place.time for place in seen] == [START + timedelta(days=days) for days in (2, 1, 0)]
    nothing = await reads.timeline(live, None, "survey", 10, NOTE)
    assert nothing is not None
    assert (nothing.profile, nothing.rows) == (live, [])
    assert len(await notes(kept)) == 5

"""Interactions whose source and id have one hash are kept apart by what they are: no collision loses one."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.postgres import ANY_TWIN
from services.profile.store import Changes, ErasingUnit
from services.profile.worker import SCHEMA, VERSIONS
from services.runtime.migrate import migrate
from services.runtime.settings import Settings
from tests.contracts.profile_store import ProfileStoreContract, interaction, told, write
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import Recorder, apply, profile_step
from tests.support.postgres import PostgresServer

ONE_FOR_ALL = """
CREATE OR REPLACE FUNCTION profile.event_key(source text, event_id text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 7
"""
DANA = ("customer_id", "c-1001")


@pytest.fixture
async def kept(postgres_server: PostgresServer) -> AsyncIterator[KeptInPostgres]:
    """A store where every interaction has the same hash."""
    async with postgres_server.fresh_database(await migrated(postgres_server)) as url:
        await _execute(url, ONE_FOR_ALL)
        async with opened(url, Recorder()) as kept:
            yield kept


class TestOneHashForAll(ProfileStoreContract):
    """Nothing of the contract depends on hashes."""


async def test_all_of_a_batch_are_stored_and_known_again(kept: KeptInPostgres) -> None:
    step, values = profile_step(IdentityPolicy()), [told(n, DANA).value for n in range(4)]
    assert set(await apply(kept.store, step, values[:3])) == {"created", "attached"}
    assert await apply(kept.store, step, [values[3]]) == ["attached"]
    assert set(await apply(kept.store, step, values)) == {"duplicate"}
    assert len((await kept.tables()).interactions) == len(values)


async def test_a_twin_is_known_when_the_other_is_gone(kept: KeptInPostgres) -> None:
    step, values = profile_step(IdentityPolicy()), [told(n, DANA).value for n in range(2)]
    await apply(kept.store, step, values)
    (first,) = [one.id for one in (await kept.tables()).interactions.values() if one.event_id == "e0"]
    await kept.store.run_alone(lambda unit: unit.take_out([first]))
    assert await apply(kept.store, step, [values[1]]) == ["duplicate"]
    assert await apply(kept.store, step, [values[0]]) == ["attached"]
    assert len((await kept.tables()).interactions) == len(values)


async def test_a_twin_that_was_taken_out_is_put_back(kept: KeptInPostgres) -> None:
    both = [interaction(1, event_id="one"), interaction(2, event_id="two")]
    await write(kept.store, Changes(interactions=both))

    async def put_back(unit: ErasingUnit) -> None:
        await unit.take_out([2])
        await unit.write(Changes(interactions=[both[1]]))

    await kept.store.run_alone(put_back)
    assert {one.id for one in (await kept.tables()).interactions.values()} == {1, 2}


async def test_twins_are_looked_for_in_their_index_before_there_are_statistics(postgres_server: PostgresServer) -> None:
    """Through all of a table that was not analysed yet it took longer with each batch."""
    many = [interaction(number, event_id=f"e{number}") for number in range(3_000)]
    async with postgres_server.fresh_database(await migrated(postgres_server)) as url:
        await _execute(url, "ALTER TABLE profile.interaction SET (autovacuum_enabled = false)")
        async with opened(url, Recorder()) as kept, kept.database.connection() as connection:
            await write(kept.store, Changes(interactions=many))
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {ANY_TWIN}"))
    assert "interaction_twin" in plan
    assert "Seq Scan" not in plan


async def test_a_filled_store_is_brought_up_to_date(postgres_server: PostgresServer, tmp_path: Path) -> None:
    for path in VERSIONS.glob("000*.py"):
        shutil.copy(path, tmp_path)
    async with postgres_server.fresh_database() as url:
        await migrate(Settings(database_url=url), SCHEMA, tmp_path)
        await _execute(url, "INSERT INTO profile.identifier (namespace, value) VALUES ('customer_id', 'c-1001')")
        await _execute(
            url,
            """INSERT INTO profile.interaction (id, source, event_id, identifiers, time, channel, outcome, digest, body)
               VALUES (1, '/s', 'one', '{}', now(), 'call', 'unidentified', '', '')""",
        )
        await migrate(Settings(database_url=url), SCHEMA, VERSIONS)
        async with opened(url, Recorder()) as kept:
            known = await kept.store.run(lambda unit: unit.known([("/s", "one"), ("/s", "two")]))
            assert {key: one.number for key, one in known.items()} == {("/s", "one"): 1}
            assert await kept.store.run(lambda unit: unit.find([Key(*DANA)])) == {Key(*DANA): 1}


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

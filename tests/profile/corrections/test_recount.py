"""Claims that were kept by an older rule are counted anew: afterwards all is as if they had never counted."""

import asyncpg
import pytest

from services.profile.corrections.recount import Recounter, recounting
from services.profile.domain.claims import Claim
from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from services.profile.worker import SCHEMA, VERSIONS
from services.runtime.errors import Unavailable
from services.runtime.migrate import migrate
from services.runtime.settings import Settings
from tests.profile.checks import check_all, check_announced, held, profiles
from tests.profile.histories import Details, Happened, happened
from tests.profile.postgres_tables import opened, take_back
from tests.profile.running import Recorder, apply, profile_step
from tests.profile.spellings import Spelled
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer

POLICY = IdentityPolicy()
CUSTOMER = Spelled("customer_id", "c-1001", ("customer_id", "c-1001"))
MAIL = Spelled("email", "dana@example.com", ("email", "dana@example.com"))
BEFORE = (
    happened(1, 0, [(CUSTOMER, True), (MAIL, True)], Details(name=0)),
    happened(2, 5, [(MAIL, True)], Details(name=0, source=1)),
)
TYPED = happened(3, 9, [(MAIL, False)], Details(name=2, source=1))
"""Somebody types Dana's address, and says Avi."""


async def torn_apart() -> MemoryStore:
    """As the older rule left it: the typed name counts, and keeps the address from the customer number."""
    store, step = MemoryStore(Recorder()), profile_step(POLICY)
    await apply(store, step, [one.value for one in BEFORE])
    avi = happened(4, 9, [(MAIL, True)], Details(name=2, source=1))
    await apply(store, step, [TYPED.value, avi.value])
    assert list(held(store.tables).values()) == ["names_differ"]
    key = (avi.said.source, avi.said.id)
    del store.tables.interactions[key]
    store.tables.claims_due = {store.tables.identifiers[MAIL.normal], 10_000}  # type: ignore[index]
    return store


def check(store: MemoryStore, *those: Happened) -> None:
    assert profiles(store.tables) == {frozenset({CUSTOMER.normal, MAIL.normal})}
    assert store.tables.claims_due == set()
    check_all(store.tables, [one.said for one in those], POLICY)


async def test_who_was_torn_apart_by_a_typed_name_is_one_person_again() -> None:
    store = await torn_apart()
    assert await Recounter(profile_step(POLICY)).sweep(store) == 2
    check(store, *BEFORE, TYPED)
    told = [one for one in store._producer.messages if b'"e4"' not in one.value]  # type: ignore[attr-defined]
    check_announced(store.tables, told)
    assert await Recounter(profile_step(POLICY)).sweep(store) == 0


async def test_it_goes_on_when_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    store = await torn_apart()
    troubles = iter((Unavailable("the database is away"), ValueError("something else")))
    sweep = Recounter.sweep

    async def troubled(recounter: Recounter, store: MemoryStore) -> int:
        if trouble := next(troubles, None):
            raise trouble
        return await sweep(recounter, store)

    monkeypatch.setattr(Recounter, "sweep", troubled)
    async with recounting(store, profile_step(POLICY), again_seconds=0.01):
        await eventually(lambda: store.tables.claims_due == set())
    check(store, *BEFORE, TYPED)


async def test_a_store_that_is_brought_up_to_date_knows_whose_claims_are_due(
    postgres_server: PostgresServer,
) -> None:
    async with postgres_server.fresh_database() as url:
        await migrate(Settings(database_url=url), SCHEMA, VERSIONS)
        async with opened(url, Recorder()) as kept:
            step = profile_step(POLICY)
            await apply(kept.store, step, [one.value for one in (*BEFORE, TYPED)])
            mail = (await kept.tables()).identifiers[MAIL.normal]  # type: ignore[index]
            await execute(url, f"INSERT INTO profile.claim VALUES ({mail}, 'given', 'avi')")
            await take_back(kept.database, "profile_0011", "claims_due")
            await migrate(Settings(database_url=url), SCHEMA, VERSIONS)
            assert await kept.store.run(lambda unit: unit.claims_due(9)) == [mail]
            assert await Recounter(step).sweep(kept.store) == 1
            tables = await kept.tables()
            assert tables.claims[mail] == {Claim("given", "dana")}
            assert await kept.store.run(lambda unit: unit.claims_due(9)) == []
            check_all(tables, [one.said for one in (*BEFORE, TYPED)], POLICY)


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

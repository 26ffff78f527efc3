"""What a person allowed and refused, as the API shows it."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.reading.consents import Consents, PostgresLedger
from services.profile.reading.queries import PostgresReads
from services.runtime.access import Person, Role
from services.runtime.clock import Clock, new_id
from services.runtime.errors import NotFound
from tests.profile.histories import PURPOSES, Details, happened
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import NOW, Recorder, apply, profile_step
from tests.profile.spellings import Spelled
from tests.support.postgres import PostgresServer

MAIL = Spelled("email", "dana@example.com", ("email", "dana@example.com"))
CUSTOMER = Spelled("customer_id", "c-1001", ("customer_id", "c-1001"))
EMAIL, ANALYTICS = PURPOSES
AGENT, OPS = Person("dana", frozenset({Role.AGENT})), Person("olga", frozenset({Role.OPS}))
NOBODY = "00000000-0000-7000-8000-00000000ffff"


class StoppedClock:
    def now(self) -> object:
        return NOW


@pytest.fixture
async def kept(postgres_server: PostgresServer) -> AsyncIterator[KeptInPostgres]:
    template = await migrated(postgres_server)
    async with postgres_server.fresh_database(template) as url, opened(url, Recorder()) as kept:
        yield kept


@pytest.fixture
def consents(kept: KeptInPostgres) -> Consents:
    return Consents(PostgresLedger(kept.database), PostgresReads(kept.database), cast("Clock", StoppedClock()))


async def say(
    kept: KeptInPostgres, number: int, *stated: Spelled, said: dict[int, bool], verified: bool = True
) -> None:
    details = Details(consents=tuple(said.items()))
    value = happened(number, number, [(one, verified) for one in stated], details).value
    await apply(kept.store, profile_step(IdentityPolicy(), new_id), [value])


async def owner(kept: KeptInPostgres, key: Spelled) -> str:
    tables = await kept.tables()
    return tables.members[tables.identifiers[key.normal]].profile  # type: ignore[index]


async def test_who_is_joined_allows_only_what_both_sides_do(kept: KeptInPostgres, consents: Consents) -> None:
    await say(kept, 1, MAIL, said={0: False, 1: True})
    await say(kept, 2, CUSTOMER, said={0: True})
    alone = await consents.of(await owner(kept, CUSTOMER), AGENT)
    assert {purpose: one.granted for purpose, one in alone.consents.items()} == {EMAIL: True}
    await say(kept, 3, CUSTOMER, MAIL, said={})
    joined = await consents.of(await owner(kept, CUSTOMER), AGENT)
    assert {purpose: one.granted for purpose, one in joined.consents.items()} == {EMAIL: False, ANALYTICS: True}
    assert joined.consents[EMAIL].identifier.value == "dana@example.com"
    assert joined.consents[EMAIL].interaction == "e1"
    assert [(line.interaction, line.purpose, line.granted) for line in joined.ledger] == [
        ("e2", EMAIL, True),
        ("e1", EMAIL, False),
        ("e1", ANALYTICS, True),
    ]
    assert joined.ledger_total == 3


async def test_an_allowance_by_whoever_typed_the_address_is_listed_and_does_not_count(
    kept: KeptInPostgres, consents: Consents
) -> None:
    await say(kept, 1, MAIL, said={0: True}, verified=False)
    answer = await consents.of(await owner(kept, MAIL), AGENT)
    assert answer.consents == {}
    assert [(line.granted, line.counts) for line in answer.ledger] == [(True, False)]


async def test_the_look_is_noted_and_masked_by_role(kept: KeptInPostgres, consents: Consents) -> None:
    await say(kept, 1, MAIL, said={0: False})
    profile = await owner(kept, MAIL)
    answer = await consents.of(profile, OPS)
    assert "dana@" not in answer.model_dump_json()
    async with kept.database.connection() as connection:
        notes = await connection.fetch("SELECT at, person, roles, action, profile::text FROM profile_read")
    assert [tuple(note) for note in notes] == [(NOW, "olga", ["ops"], "consents", profile)]


async def test_who_said_nothing_has_no_consents(kept: KeptInPostgres, consents: Consents) -> None:
    await say(kept, 1, MAIL, said={})
    answer = await consents.of(await owner(kept, MAIL), AGENT)
    assert (answer.consents, answer.ledger, answer.ledger_total) == ({}, [], 0)


async def test_an_unknown_profile_is_not_found(consents: Consents) -> None:
    with pytest.raises(NotFound):
        await consents.of(NOBODY, AGENT)

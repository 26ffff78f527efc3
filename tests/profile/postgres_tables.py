"""The profile schema for tests: made once a session, opened on a fresh database, and read whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from schemas.golden_record import Trait
from services.profile.domain.claims import Claim
from services.profile.domain.consent import Said
from services.profile.domain.labels import Label
from services.profile.domain.sighting import Key
from services.profile.erasure.due_postgres import PostgresDueLetters
from services.profile.memory_unit import MemoryTables
from services.profile.postgres import PostgresUnit, told_in
from services.profile.postgres_large import large_of
from services.profile.postgres_store import PostgresStore
from services.profile.store import Changes, Erasure, Member, StoredConsent, StoredInteraction, StoredLink
from services.profile.turn import Turn
from services.profile.worker import SCHEMA, VERSIONS
from services.runtime.database import Database
from services.runtime.migrate import migrate
from services.runtime.outbox import Outbox, unpack
from services.runtime.settings import Settings
from tests.profile.running import Recorder
from tests.support.postgres import PostgresServer


async def migrated(server: PostgresServer) -> str:
    """The name of a template database with the profile schema."""
    return await server.template("profile", lambda url: migrate(_settings(url), SCHEMA, VERSIONS))


@dataclass
class KeptInPostgres:
    """One worker's store, with pool and outbox of its own."""

    store: PostgresStore
    log: Recorder
    database: Database
    outbox: Outbox

    async def tables(self) -> MemoryTables:
        await self.outbox.settled()
        return await read_tables(self.database, self.outbox)

    async def publish_left_over(self) -> int:
        return await self.outbox.publish_left_over(grace_seconds=0)


@asynccontextmanager
async def opened(url: str, log: Recorder) -> AsyncIterator[KeptInPostgres]:
    database = Database(_settings(url), SCHEMA)
    await database.open()
    try:
        outbox = Outbox(database, log)
        yield KeptInPostgres(PostgresStore(database, outbox), log, database, outbox)
        await outbox.settled()
    finally:
        await database.close()


async def take_back(database: Database, version: str, *tables: str) -> None:
    """Makes the schema of an earlier version again, without what later ones put into the link table and `tables`."""
    async with database.connection() as connection:
        await connection.execute("ALTER TABLE link DROP COLUMN claims")
        for table in ("logins_due", "letters_due", *tables):
            await connection.execute(f"DROP TABLE {table}")
        await connection.execute("UPDATE alembic_version SET version_num = $1", version)


async def read_tables(database: Database, outbox: Outbox) -> MemoryTables:
    """Everything committed, in the shape that the memory form keeps it in."""
    tables = MemoryTables()
    changes = Changes()
    async with database.connection() as connection:
        for number, namespace, value in await connection.fetch("SELECT id, namespace, value FROM identifier"):
            tables.identifiers[Key(namespace, value)] = number
            tables.keys[number] = Key(namespace, value)
        for row in await connection.fetch(
            "SELECT identifier, component, profile, founder, version, shared FROM membership"
        ):
            changes.new_members[row[0]] = Member(row[1], str(row[2]), row[3], row[4], row[5])
        changes.new_labels = [
            Label(str(row[0]), row[1]) for row in await connection.fetch("SELECT id, founder FROM profile")
        ]
        for row in await connection.fetch("SELECT a, b, first_seen, interaction, verified, held, claims FROM link"):
            changes.links[row[0], row[1]] = StoredLink(*row[2:6], told_in(row[6]))
        changes.interactions = [
            StoredInteraction(*row)
            for row in await connection.fetch(f"SELECT {', '.join(StoredInteraction._fields)} FROM interaction")
        ]
        changes.variants = [tuple(row) for row in await connection.fetch("SELECT * FROM interaction_variant")]
        for row in await connection.fetch(f"SELECT identifier, name, {', '.join(Trait._fields)} FROM trait"):
            changes.traits[row[0], row[1], row[6]] = Trait(*row[2:])
        for identifier, kind, value in await connection.fetch("SELECT identifier, kind, value FROM claim"):
            tables.claims[identifier].add(Claim(kind, value))
        lines = await connection.fetch(
            f"SELECT interaction, purpose, identifier, {', '.join(Said._fields)} FROM consent"
        )
        changes.consents = [StoredConsent(*row[:3], Said(*row[3:])) for row in lines]
        decisions = await connection.fetch("SELECT id FROM decision")
        unit = PostgresUnit(connection, outbox, {}, Turn())
        changes.decisions = [found for row in decisions if (found := await unit.decision(row[0]))]
        for row in await connection.fetch("SELECT id, topic, messages FROM outbox"):
            tables.outbox[row[0]] = row[1], unpack(row[2])
        tables.tombstones = dict(await connection.fetch("SELECT mark, until FROM tombstone"))
        for row in await connection.fetch(f"SELECT {', '.join(Erasure._fields)} FROM erasure"):
            tables.erasures[str(row[0])] = Erasure(str(row[0]), str(row[1]), *row[2:])
        labels = await connection.fetch("SELECT label, erasure FROM erased_profile")
        tables.letters_due = await PostgresDueLetters(database).all()
        rows = await connection.fetch("SELECT component, namespaces, claims FROM large_component")
        tables.large = {row[0]: large_of(row[1], row[2]) for row in rows}
        tables.erased_profiles = {str(row[0]): str(row[1]) for row in labels}
    tables.apply(changes)
    return tables


def _settings(url: str) -> Settings:
    return Settings(database_url=SecretStr(url))

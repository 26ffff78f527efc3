"""Applies missing revisions with Alembic. Loading it takes longer than all else at a start: only `migrate` does."""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from services.runtime.database import database_url
from services.runtime.errors import Unavailable
from services.runtime.settings import Settings


async def upgrade(settings: Settings, schema: str, versions: Path) -> None:
    """Applies the missing revisions found in `versions` to `schema`, which is created. Raises Unavailable.

    Safe when several processes do so at once.
    """
    url = make_url(database_url(settings)).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, schema, versions)
    except (OSError, DBAPIError) as error:
        raise Unavailable("the database could not be brought up to date") from error
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, schema: str, versions: Path) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('kesher.migrate'))"))
    connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
    connection.execute(text(f'SET LOCAL search_path TO "{schema}"'))
    script = ScriptDirectory(str(versions.parent), version_locations=[str(versions)])
    context = MigrationContext.configure(
        connection,
        opts={
            "version_table_schema": schema,
            "fn": lambda revision, _: script._upgrade_revs("head", revision),  # noqa: SLF001 -- Alembic's own env.py idiom
        },
    )
    with Operations.context(context):
        context.run_migrations()

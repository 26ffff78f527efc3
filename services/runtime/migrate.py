"""Brings a service's schema up to date; safe when several processes start at once."""

import re
from pathlib import Path

import asyncpg

from services.runtime.database import AWAY, database_url
from services.runtime.errors import Unavailable
from services.runtime.settings import Settings

REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)


async def migrate(settings: Settings, schema: str, versions: Path) -> None:
    """Applies the missing revisions found in `versions` to `schema`, which is created. Raises Unavailable.

    The files of revisions follow one another in the order of their names.
    """
    if await _recorded(settings, schema) != _newest(versions):
        from services.runtime.upgrade import upgrade  # noqa: PLC0415 -- most starts have no need of it

        await upgrade(settings, schema, versions)


def _newest(versions: Path) -> str:
    found = REVISION.search(max(versions.glob("*.py")).read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


async def _recorded(settings: Settings, schema: str) -> str | None:
    try:
        connection = await asyncpg.connect(database_url(settings))
        try:
            found: str | None = await connection.fetchval(f'SELECT version_num FROM "{schema}".alembic_version')  # noqa: S608
        finally:
            await connection.close()
    except asyncpg.UndefinedTableError:  # so says PostgreSQL also of an unknown schema
        return None
    except (*AWAY, asyncpg.PostgresError) as error:
        raise Unavailable("the database is away, or refuses us") from error
    return found

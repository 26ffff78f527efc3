import asyncio
from pathlib import Path

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from pydantic import SecretStr

from services.runtime.errors import Unavailable
from services.runtime.migrate import _newest, migrate
from services.runtime.settings import Settings

SERVICES = Path(__file__).parents[2] / "services"
REVISION = """
from alembic import op

revision = "{name}"
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute({sql!r})
"""


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations" / "versions"
    folder.mkdir(parents=True)
    write(folder, "part_0001", None, "CREATE TABLE account (name text)")
    return folder


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=SecretStr(database_url))


def write(folder: Path, name: str, before: str | None, sql: str) -> None:
    (folder / f"{name}.py").write_text(REVISION.format(name=name, before=before, sql=sql))


async def fetch(url: str, sql: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


TABLES = "SELECT schemaname::text, tablename::text FROM pg_tables WHERE schemaname IN ('part', 'other', 'public')"


async def test_the_tables_are_made_in_the_services_own_schema(
    settings: Settings, versions: Path, database_url: str
) -> None:
    await migrate(settings, "part", versions)
    assert sorted(await fetch(database_url, TABLES)) == [("part", "account"), ("part", "alembic_version")]


async def test_a_second_time_changes_nothing(settings: Settings, versions: Path, database_url: str) -> None:
    await migrate(settings, "part", versions)
    await migrate(settings, "part", versions)
    assert await fetch(database_url, "SELECT version_num FROM part.alembic_version") == [("part_0001",)]


async def test_only_what_is_missing_is_applied(settings: Settings, versions: Path, database_url: str) -> None:
    await migrate(settings, "part", versions)
    await fetch(database_url, "INSERT INTO part.account VALUES ('kept')")
    write(versions, "part_0002", "part_0001", "ALTER TABLE account ADD COLUMN amount int")
    await migrate(settings, "part", versions)
    assert await fetch(database_url, "SELECT * FROM part.account") == [("kept", None)]
    assert await fetch(database_url, "SELECT version_num FROM part.alembic_version") == [("part_0002",)]


async def test_several_may_start_at_once(settings: Settings, versions: Path, database_url: str) -> None:
    write(versions, "part_0002", "part_0001", "CREATE TABLE second (name text)")
    await asyncio.gather(*(migrate(settings, schema, versions) for schema in ("part", "part", "other", "part")))
    tables = await fetch(database_url, TABLES)
    assert len(tables) == 6
    assert await fetch(database_url, "SELECT version_num FROM part.alembic_version") == [("part_0002",)]


async def test_a_revision_that_fails_leaves_nothing_behind(
    settings: Settings, versions: Path, database_url: str
) -> None:
    write(versions, "part_0002", "part_0001", "CREATE TABLE second (name text); SELECT 1/0")
    with pytest.raises(Unavailable):
        await migrate(settings, "part", versions)
    assert await fetch(database_url, TABLES) == []


async def test_a_database_that_is_away_is_unavailable(versions: Path) -> None:
    with pytest.raises(Unavailable):
        await migrate(Settings(database_url=SecretStr("postgresql://nobody@127.0.0.1:1/none")), "part", versions)


async def test_a_database_that_is_up_to_date_is_left_alone(
    settings: Settings, versions: Path, database_url: str
) -> None:
    await migrate(settings, "part", versions)
    await fetch(database_url, "DROP TABLE part.account")
    await migrate(settings, "part", versions)
    assert await fetch(database_url, TABLES) == [("part", "alembic_version")]


@pytest.mark.parametrize("service", ["ingest", "profile", "journey"])
def test_the_last_file_is_the_last_revision(service: str) -> None:
    folder = SERVICES / service / "migrations" / "versions"
    script = ScriptDirectory(str(folder.parent), version_locations=[str(folder)])
    assert _newest(folder) == script.get_current_head()

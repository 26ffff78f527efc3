"""What steps say to the database keeps one plan for tables of any size: none of it reads a whole table by that plan."""

import re
from collections.abc import Iterator
from importlib import import_module

import asyncpg
import pytest
from pydantic import SecretStr

from services.journey import schema as journey
from services.profile import worker as profile
from services.runtime.database import BY_INDEX, Database
from services.runtime.migrate import migrate
from services.runtime.settings import Settings

STATED_IN = {
    "journey": ("journey.queries", "journey.alerts.queries", "journey.actions.queries", "journey.webhooks.queries"),
    "profile": (
        "profile.postgres",
        "profile.postgres_large",
        "profile.corrections.postgres",
        "profile.erasure.postgres",
    ),
}
WHOLE = {
    "journey.queries.REVISION": "what is in force",
    "journey.queries.POLICY": "one row",
    "journey.queries.POLICY_AGAIN": "one row",
    "journey.queries.FORGET_POLICY": "one row",
    "journey.queries.COUNT_UP": "the first rows of what is to be added up",
    "journey.queries.SUM_UP": "the first rows of what is to be added up",
    "journey.queries.FUNNEL": "what is not added up yet; asked by readers",
    "journey.queries.MEMBERS": "everybody; asked by readers",
    "journey.alerts.queries.ALERTS": "asked by readers",
    "profile.erasure.postgres.REMAINDERS": "all variants, once for each erasure",
}
STATEMENT = re.compile(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b")
TAKEN = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'asked'"
WHOLE_TABLE = re.compile(r"Seq Scan on \w+")


def statements(service: str) -> Iterator[tuple[str, str]]:
    for module in STATED_IN[service]:
        for name, value in vars(import_module(f"services.{module}")).items():
            if name.isupper() and isinstance(value, str) and STATEMENT.match(value):
                yield f"{module}.{name}", value


async def plan(connection: asyncpg.Connection, statement: str) -> str:
    """The kept plan; nothing for what is only a part of a statement."""
    try:
        await connection.execute(f"PREPARE asked AS {statement}")
    except asyncpg.PostgresSyntaxError:
        return ""
    taken = await connection.fetchval(TAKEN)
    values = f"({', '.join(['NULL'] * taken)})" if taken else ""
    rows = await connection.fetch(f"EXPLAIN EXECUTE asked{values}")
    await connection.execute("DEALLOCATE asked")
    return "\n".join(line for (line,) in rows)


@pytest.mark.parametrize("service", STATED_IN)
async def test_no_plan_of_a_step_reads_a_whole_table(database_url: str, service: str) -> None:
    versions = {"journey": journey.VERSIONS, "profile": profile.VERSIONS}[service]
    settings = Settings(database_url=SecretStr(database_url))
    await migrate(settings, service, versions)
    database = Database(settings, service, planned=BY_INDEX)
    await database.open()
    async with database.connection() as connection:
        plans = {name: await plan(connection, text) for name, text in statements(service)}
    await database.close()
    assert sum(map(bool, plans.values())) > 40
    whole = {name for name, text in plans.items() if WHOLE_TABLE.search(text)}
    assert whole == {name for name in WHOLE if name.startswith(f"{service}.")}

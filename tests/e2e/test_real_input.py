"""Real files through the real commands. They lie outside the project: see `KESHER_SHARED_DATA`."""

import csv
import gzip
import os
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.support.eventually import eventually
from tests.support.installation import Installation

SHARED = Path(os.environ.get("KESHER_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
BANK = SHARED / "bank-calls-august-1-10.csv.gz"
SHOP = SHARED / "retentioneering-ecom.csv.gz"

PATIENCE = 400.0  # two tests at once on two cores, each with a whole installation

pytestmark = [
    pytest.mark.skipif(not BANK.exists(), reason="the real files are not on this machine"),
    pytest.mark.timeout(1_200),
]

STATE = """
WITH customer AS (
    SELECT id FROM profile.identifier WHERE namespace = 'customer_id' AND value = ANY($1::text[])
), person AS (
    SELECT DISTINCT m.profile FROM profile.membership m JOIN customer c ON c.id = m.identifier
)
SELECT (SELECT count(*) FROM profile.interaction WHERE anchor IN (SELECT id FROM customer)),
    (SELECT count(*) FROM profile.interaction_variant),
    (SELECT md5(string_agg(profile::text, '|' ORDER BY profile)) FROM person),
    (SELECT md5(string_agg(concat_ws(' ', anchor, channel, time, wait_ms, handle_ms, transfers), '|' ORDER BY id))
     FROM profile.interaction WHERE anchor IN (SELECT id FROM customer)),
    (SELECT count(*) FROM journey.transition t JOIN person p ON p.profile::text = t.profile::text)
"""


def rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8-sig") as text:
        return list(csv.DictReader(text))


async def people(connection: asyncpg.Connection, customers: set[str]) -> tuple[int, int]:
    """How many of the customer numbers are known, and how many profiles they are."""
    row = await connection.fetchrow(
        """SELECT count(*), count(DISTINCT m.profile)
           FROM profile.identifier i JOIN profile.membership m ON m.identifier = i.id
           WHERE i.namespace = 'customer_id' AND i.value = ANY($1::text[])""",
        sorted(customers),
    )
    return row[0], row[1]


async def settled(connection: asyncpg.Connection, source: str, interactions: int, ids: str = "%") -> None:
    """Returns once all interactions of a source are in profiles, and those with a customer in journeys.

    `ids` is a pattern of their ids, for a source that others write to as well.
    """
    await eventually(lambda: _are_in(connection, "profile", (source, ids), interactions), PATIENCE)
    anchored = await connection.fetchval(
        "SELECT count(*) FROM profile.interaction WHERE source LIKE $1 AND event_id LIKE $2 AND anchor IS NOT NULL",
        source,
        ids,
    )
    await eventually(lambda: _are_in(connection, "journey", (source, ids), anchored), PATIENCE)


async def _are_in(connection: asyncpg.Connection, schema: str, which: tuple[str, str], expected: int) -> bool:
    key = "event_id" if schema == "profile" else "id"
    query = f"SELECT count(*) FROM {schema}.interaction WHERE source LIKE $1 AND {key} LIKE $2"
    assert await connection.fetchval(query, *which) == expected
    return True


async def test_ten_days_of_bank_calls(installation: Installation) -> None:
    calls = rows(BANK)
    customers = {row["customer_id"].strip() for row in calls} - {"0"}
    assert (len(calls), len(customers)) == (17_911, 3_308)
    first = installation.kesher("import", "bank-calls", str(BANK))
    assert first.returncode == 0, first.stderr
    async with installation.database() as connection:
        await settled(connection, "/call/bank%", 17_911)
        before = tuple(await connection.fetchrow(STATE, sorted(customers)))
        assert await people(connection, customers) == (3_308, 3_308)
        again = installation.kesher("import", "bank-calls", str(BANK), "--restart")
        assert again.returncode == 0, again.stderr
        await _read_to_the_end(installation)
        assert tuple(await connection.fetchrow(STATE, sorted(customers))) == before
    await _one_call_in_full(
        installation, next(row for row in calls if row["outcome"] == "AGENT" and row["customer_id"].strip() != "0")
    )


async def test_web_shop_through_the_segment_wire_format(installation: Installation) -> None:
    events = rows(SHOP)
    users = {row["user_id"] for row in events}
    assert (len(events), len(users)) == (31_106, 600)
    done = installation.kesher("import", "web-shop", str(SHOP))
    assert done.returncode == 0, done.stderr
    async with installation.database() as connection:
        await settled(connection, "/web/main", 31_106, ids=r"user\_%-sess\_%")
        assert await people(connection, users) == (600, 600)


async def _read_to_the_end(installation: Installation) -> None:
    """Returns once what was posted before this call has been through the profile step."""
    envelope = {"specversion": "1.0", "source": "/test/marker", "type": "store.visited", "time": "2026-01-01T00:00:00Z"}
    # One for each partition, and many to spare: keys spread by their hash.
    await installation.post([{**envelope, "id": f"m{n}", "data": _store_visit(f"marker-{n}")} for n in range(64)])
    async with installation.database() as connection:
        await settled(connection, "/test/marker", 64)


def _store_visit(customer: str) -> dict[str, Any]:
    return {"channel": "store", "identifiers": [{"namespace": "customer_id", "value": customer}]}


async def _one_call_in_full(installation: Installation, row: dict[str, str]) -> None:
    async with installation.client("agent") as client:
        asked = {"namespace": "customer_id", "value": row["customer_id"].strip()}
        profile = (await client.post("/v1/profiles/lookup", json=asked)).json()["profile"]
        timeline = (await client.get(f"/v1/profiles/{profile['id']}/timeline?limit=200")).json()
    data = next(item["data"] for item in timeline["items"] if item["data"]["raw"]["call_id"] == row["call_id"])
    assert data["measures"]["wait_seconds"] == float(row["q_time"])
    assert data["measures"]["handle_seconds"] == float(row["ser_time"])
    assert data["agent"] == row["server"].strip()
    assert data["outcome"] == "served"
    assert data["reason"].startswith("banking.")

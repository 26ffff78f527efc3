"""A hundred thousand people on one telephone: whoever asks about it, or about one of them, waits for few of them.

`KESHER_CROWD_LINKS` says how many else.
"""

import json
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.profile import apart
from services.profile.corrections.postgres import NEIGHBOURHOODS, WITNESSES
from services.profile.postgres import LINKS, TOUCHING_LINKS
from services.profile.reading import queries
from services.runtime.arrays import literal, texts
from tests.profile.running import NOW
from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

CROWD = int(os.environ.get("KESHER_CROWD_LINKS", "100000"))
PHONE_NUMBER = CROWD // 2
"""Of the numbers of identifiers, so that half of the crowd came before the telephone, and half after."""
PHONE = ("phone", "+972541234567")
FEW = 5 * queries.NEIGHBOURS
FILL = f"""
INSERT INTO identifier (id, namespace, value) OVERRIDING SYSTEM VALUE
SELECT n, CASE WHEN n = {PHONE_NUMBER} THEN 'phone' ELSE 'customer_id' END,
    CASE WHEN n = {PHONE_NUMBER} THEN '{PHONE[1]}' ELSE 'c-' || n END FROM generate_series(1, {CROWD}) n;
INSERT INTO profile (id, founder) SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n
FROM generate_series(1, {CROWD}) n;
INSERT INTO membership (identifier, component, profile, founder, version, shared)
SELECT founder, founder, id, founder, 1, founder = {PHONE_NUMBER} FROM profile;
INSERT INTO interaction (id, source, event_id, anchor, identifiers, time, channel, outcome, digest, body)
SELECT n, '/call/main', 'e' || n, n, '{{' || n || ',{PHONE_NUMBER}}}', '2026-01-01', 'call', 'held', '', '{{}}'
FROM generate_series(1, {CROWD}) n WHERE n <> {PHONE_NUMBER};
INSERT INTO link (a, b, first_seen, interaction, verified, held)
SELECT least(n, {PHONE_NUMBER}), greatest(n, {PHONE_NUMBER}), '2026-01-01', n, true, 'shared'
FROM generate_series(1, {CROWD}) n WHERE n <> {PHONE_NUMBER};
SELECT setval(pg_get_serial_sequence('identifier', 'id'), {CROWD}), setval('interaction_number', {CROWD});
ANALYZE;
"""


def profile(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012}"


ASKED: Mapping[str, tuple[str, tuple[object, ...]]] = {
    "a look-up of the telephone": (queries.LOOKUP, (*PHONE, NOW, "dana", ["agent"], "lookup", 50)),
    "a look-up of one of them": (queries.LOOKUP, ("customer_id", "c-7", NOW, "dana", ["agent"], "lookup", 50)),
    "the telephone's page": (queries.READ, (profile(PHONE_NUMBER), NOW, "dana", ["agent"], "profile")),
    "what was held": (queries.HELD, (profile(PHONE_NUMBER), 200)),
    "whom the telephone was held back from": (
        apart.HELD_TO_OTHERS,
        (profile(PHONE_NUMBER), profile(7)),
    ),
    "whom one of them was held back from": (apart.HELD_TO_OTHERS, (profile(7), profile(CROWD))),
    "what stands between one of them and the telephone": (
        apart.THESE_IN_FULL,
        (literal([7, PHONE_NUMBER]), literal([PHONE_NUMBER, CROWD])),
    ),
    "whom the telephone was met with": (queries.MET_WITH, (texts([PHONE[0]]), texts([PHONE[1]]), 6)),
    "whether they are linked": (LINKS, (literal([7, PHONE_NUMBER]), literal([PHONE_NUMBER, CROWD]))),
    "what one of them is linked to": (TOUCHING_LINKS, (literal([7]),)),
    "who witnesses a link": (WITNESSES, (literal([7]), literal([PHONE_NUMBER]))),
    "whether it is shared still": (NEIGHBOURHOODS, (literal([PHONE_NUMBER]), queries.NEIGHBOURS)),
}


@pytest.fixture
async def crowd(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as api:
        async with api.kept.database.connection() as connection:
            await connection.execute(FILL)
        yield api


def rows_met(plan: Mapping[str, Any]) -> int:
    """How many rows that step of a plan gave or left out that did most."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    return max(int(own * plan["Actual Loops"]), *(rows_met(step) for step in plan.get("Plans", ())), 0)


async def met(connection: asyncpg.Connection, statement: str, arguments: tuple[object, ...]) -> int:
    told = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *arguments)
    return rows_met(json.loads(told)[0]["Plan"])


async def test_no_question_reads_the_crowd(crowd: Served) -> None:
    async with crowd.kept.database.connection() as connection:
        rows = {question: await met(connection, *asked) for question, asked in ASKED.items()}
    assert {question: number for question, number in rows.items() if number > FEW} == {}


async def test_one_of_them_is_explained_looked_up_corrected_and_erased_as_anybody(crowd: Served) -> None:
    identity = await crowd.ask("GET", f"/v1/profiles/{profile(PHONE_NUMBER)}/identity")
    assert (len(identity["held"]), identity["held_total"]) == (200, queries.MOST_COUNTED)
    found = await crowd.ask("POST", "/v1/profiles/lookup", {"namespace": PHONE[0], "value": PHONE[1]})
    assert (found["shared"], len(found["alternatives"])) == (True, 50)
    ends = {"a": {"namespace": "customer_id", "value": "c-7"}, "b": {"namespace": PHONE[0], "value": PHONE[1]}}
    told = await crowd.ask("POST", "/v1/identity/why", ends)
    assert [one["reason"] for one in told["held"]] == ["shared"]
    wish = {"kind": "separate", **ends, "reason": "not hers"}
    assert (await crowd.ask("POST", "/v1/identity/decisions", wish, status=409))["field"] == "b"
    new, till = ("customer_id", "c-new"), "/store/till"
    assert await crowd.hear(said(1, new, PHONE, source=till), said(2, new, source=till)) == ["held", "attached"]
    assert await crowd.hear(said(1, new, source=till, revision="2026-06-01T00:00:00Z")) == ["attached"]
    her = (await crowd.look_up(*new))["id"]
    seal = (await crowd.ask("POST", f"/v1/profiles/{her}/erase/preview"))["seal"]
    await crowd.ask("POST", f"/v1/profiles/{her}/erase", {"reason": "she asked", "seal": seal})
    await crowd.ask("GET", f"/v1/profiles/{her}", status=410)

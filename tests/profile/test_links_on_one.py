"""Any number of people on one telephone, heard one after another: none costs more than the one before.

With `KESHER_CROWD_LINKS=1000000` it is a million; `--timeout 7200 --log-cli-level INFO` shows what each tenth took.
"""

import json
import logging
import os
import resource
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from services.profile.reading.queries import MOST_COUNTED
from services.runtime import telemetry
from tests.profile.running import apply
from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

T = TypeVar("T")
log = logging.getLogger(__name__)
LINKS = int(os.environ.get("KESHER_CROWD_LINKS", "8000"))
BATCH = 2_000
PHONE = ("phone", "+972541234567")
TILL = "/store/till"


@pytest.fixture
async def service(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as service:
        yield service


def customer(number: int) -> tuple[str, str]:
    return ("customer_id", f"c-{number:07}")


def resolved() -> float:
    return telemetry.RESOLVED_IDENTIFIERS._value.get()


async def hear_tenth(service: Served, numbers: range) -> tuple[float, float]:
    """Seconds, and how many identifiers were resolved."""
    began, before = time.perf_counter(), resolved()
    for start in range(numbers.start, numbers.stop, BATCH):
        batch = [
            said(n % 300, customer(n), PHONE, source=f"/call/{n}") for n in numbers[start - numbers.start :][:BATCH]
        ]
        outcomes = await apply(service.kept.store, service.step, [json.dumps(one).encode() for one in batch])
        assert set(outcomes) <= {"created", "attached", "held"}
        service.kept.log.sent.clear()
    return time.perf_counter() - began, resolved() - before


async def timed(what: str, asked: Awaitable[T]) -> T:
    began = time.perf_counter()
    answer = await asked
    log.info("%s: %.3f s", what, time.perf_counter() - began)
    return answer


async def test_one_more_costs_the_same_however_many_there_are(service: Served) -> None:
    tenth = LINKS // 10
    costs = [await hear_tenth(service, range(start, start + tenth)) for start in range(0, LINKS, tenth)]
    for place, (seconds, work) in enumerate(costs, start=1):
        log.info("%d links: %d/s, %d identifiers resolved", place * tenth, tenth / seconds, work)
    log.info("the process has at most %d MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    assert max(work for _, work in costs[1:]) <= 2 * tenth
    await check_whole(service)
    await check_asked(service)


async def check_whole(service: Served) -> None:
    """Everybody is a person of their own, and the telephone is nobody's: no half state."""
    async with service.kept.database.connection() as connection:
        links = await connection.fetch("SELECT held, verified, count(*) FROM link GROUP BY 1, 2")
        members = await connection.fetch(
            "SELECT shared, count(*), count(DISTINCT profile), count(DISTINCT component) FROM membership GROUP BY 1"
        )
        size = await connection.fetchval("SELECT pg_size_pretty(pg_database_size(current_database()))")
    log.info("the database has %s", size)
    assert [tuple(row) for row in links] == [("shared", True, LINKS)]
    assert {tuple(row) for row in members} == {(False, LINKS, LINKS, LINKS), (True, 1, 1, 1)}


async def check_asked(service: Served) -> None:
    """Whoever asks is answered within bounds, and one of them is corrected, kept apart and erased like anybody."""
    one, other = ({"namespace": n, "value": v} for n, v in (customer(7), customer(LINKS - 1)))
    phone: dict[str, Any] = {"namespace": PHONE[0], "value": PHONE[1]}
    found = await timed("look-up", service.ask("POST", "/v1/profiles/lookup", phone))
    assert (found["shared"], len(found["alternatives"])) == (True, 50)
    shared = found["profile"]["id"]
    identity = await timed("identity", service.ask("GET", f"/v1/profiles/{shared}/identity"))
    assert identity["held_total"] == min(LINKS, MOST_COUNTED)
    told = await timed("why", service.ask("POST", "/v1/identity/why", {"a": one, "b": other}))
    assert [way["identifier"] for way in told["through"]] == [phone]
    wish = {"kind": "confirm", "a": one, "b": phone, "reason": "it is hers"}
    await timed("decision", service.ask("POST", "/v1/identity/decisions", wish, status=409))
    await timed("erasing the telephone", service.ask("POST", f"/v1/profiles/{shared}/erase/preview", status=409))
    new = said(1, customer(LINKS), PHONE, source=TILL)
    assert await timed("one more", service.hear(new)) == ["held"]
    corrected = said(1, customer(LINKS), source=TILL, revision="2026-06-01T00:00:00Z")
    assert await timed("a correction", service.hear(corrected)) == ["attached"]
    her = (await service.look_up(*customer(7)))["id"]
    seal = (await timed("erasure preview", service.ask("POST", f"/v1/profiles/{her}/erase/preview")))["seal"]
    asked = {"reason": "she asked", "seal": seal}
    done = await timed("erasure", service.ask("POST", f"/v1/profiles/{her}/erase", asked))
    assert (done["erased"]["identifiers"], done["erased"]["interactions"]) == (1, 1)

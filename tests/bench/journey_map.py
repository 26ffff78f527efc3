"""The journey map and its neighbours over a million interactions, asked for over HTTP."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import urlencode

import httpx

from services.journey.consume import JourneyHandler
from services.journey.postgres import PostgresStore
from services.journey.registry import shipped
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.journey.summing import sum_up
from services.runtime.clock import SystemClock
from services.runtime.database import BY_INDEX, Database
from services.runtime.embedded.ports import LOOPBACK
from services.runtime.log import Message
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from tests.bench.figures import latency
from tests.bench.journey_replica import LATER, replicate
from tests.bench.journey_step import handle_all, prepare, said_of
from tests.bench.machine import MEBIBYTE
from tests.bench.options import Options
from tests.bench.profile_runner import NoProducer, run
from tests.bench.report import Row, Target
from tests.bench.servers import Access, DurablePostgres, broker, postgres, web
from tests.bench.traffic import START, Traffic

NAME = "journey_map"
CUSTOMERS = 2_000
EACH = 5
COPIES = 99
DAYS = 90
JOURNEY = "customer_lifecycle"
REQUESTS = 40
MOST_SECONDS = 8.0
AIM_MS = 300
SINCE, UNTIL = START + timedelta(days=17, hours=5, minutes=13), START + timedelta(days=61, hours=19, minutes=48)
"""A window that begins and ends within an hour."""
AIMS = (Target("p99", "<", AIM_MS),)


def bench(options: Options) -> Iterator[Row]:
    folder = options.folder / "journey-map"
    customers, copies = options.size(CUSTOMERS, 100), options.size(COPIES, 3)
    with postgres(folder / "postgres") as server, broker(folder / "broker", kafka=False) as log:
        note = run(lambda: _fill(server, customers, copies))
        window = urlencode({"since": SINCE.isoformat(), "until": UNTIL.isoformat()})
        with web(folder, server.url("kesher"), log) as (_, access):
            yield _asked(access, "map", "map", AIMS, note)
            yield _asked(access, "map, a window of 45 days", f"map?{window}", AIMS)
            for path in ("funnel", "drop-off", "flow", "pain-points", "snakes-and-ladders", "measures"):
                yield _asked(access, path, path)
            yield _asked(access, "measures by channel", "measures?by=channel")
            yield _asked(access, "measures, a window of 45 days", f"measures?{window}")


async def _fill(server: DurablePostgres, customers: int, copies: int) -> str:
    """Steps, times and measures of a sample, then copies of all they left; what that took, in words."""
    url, began = server.url("kesher"), time.perf_counter()
    await prepare(url)
    database = Database(Settings(database_url=url), SCHEMA, planned=BY_INDEX)
    await database.open()
    try:
        interactions = await _step(server, database, customers)
        stepped, rows = time.perf_counter() - began, list[int]()
        await replicate(database, copies, rows.append)
        store = PostgresStore(database, Outbox(database, NoProducer()))
        await sum_up(store)
        copied = time.perf_counter() - began - stepped
        async with database.connection() as connection:
            await connection.execute("VACUUM ANALYZE")
            await connection.execute("CHECKPOINT")
            size = await connection.fetchval("SELECT pg_database_size(current_database())")
            facts = await connection.fetchval("SELECT count(*) FROM fact WHERE definition = $1", JOURNEY)
    finally:
        await database.close()
    return (
        f"{interactions * (copies + 1):,} interactions of {customers * (copies + 1):,} customers in {DAYS} days,"
        f" {facts:,} of them in the journey; the step in {stepped:.0f} s, {sum(rows):,} rows copied in {copied:.0f} s;"
        f" {size // MEBIBYTE:,} MiB on disk"
    )


async def _step(server: DurablePostgres, database: Database, customers: int) -> int:
    messages = await _said(server, customers)
    store = PostgresStore(database, Outbox(database, NoProducer()))
    for definition in shipped():
        await store.accept(definition.what)
    step = JourneyStep(SystemClock().now)
    await handle_all(JourneyHandler(store, step), messages)
    while (await store.run(lambda unit: step.tick(unit, customers))).profiles:
        pass
    while await store.run(lambda unit: step.measure(unit, customers)):
        pass
    return customers * EACH


async def _said(server: DurablePostgres, customers: int) -> Sequence[Message]:
    traffic = Traffic(customers, "map")
    introductions = [event.body for event in traffic.introductions()]
    count = customers * (EACH - 1)
    apart = (timedelta(days=DAYS) - COPIES * LATER).total_seconds() / count
    before, after = await said_of(server, introductions, traffic.history(count, apart))
    return [*before, *after]


def _asked(access: Access, case: str, path: str, aims: Sequence[Target] = (), note: str = "") -> Row:
    """Asked one after the other; the first answer, which connects and plans, does not count."""
    url = f"http://{LOOPBACK}:{access.port}/v1/journeys/{JOURNEY}/{path}"
    headers, taken = {"Authorization": f"Bearer {access.tokens['ops']}"}, list[float]()
    with httpx.Client(headers=headers, trust_env=False, timeout=60.0) as client:
        client.get(url).raise_for_status()
        began = time.perf_counter()
        while len(taken) < REQUESTS and time.perf_counter() - began < MOST_SECONDS:
            asked = time.perf_counter()
            client.get(url).raise_for_status()
            taken.append(time.perf_counter() - asked)
    return Row(bench=NAME, case=case, latency=latency(taken), targets=aims, note=note)

"""Reading while many profiles are there: look-up by identifier, search by name, timeline."""

import json
import random
from collections.abc import Iterator, Sequence

from services.runtime.embedded.ports import LOOPBACK
from tests.bench.figures import latency
from tests.bench.generator import generate, poisson
from tests.bench.http_client import request
from tests.bench.machine import memory_of
from tests.bench.options import Options
from tests.bench.plan import Plan
from tests.bench.profile_runner import (
    Spent,
    handle_all,
    handler,
    on_log,
    prepare,
    producer,
    profile_database,
    run,
    spending,
    tend,
)
from tests.bench.report import Row, Target
from tests.bench.servers import Access, DurablePostgres, Program, broker, postgres, web
from tests.bench.traffic import Traffic, identifiers_of, name_of

NAME = "lookup"
PROFILES = 200_000
LATER = 200_000
SECONDS = 15.0
WARM_UP_SECONDS = 2.0
CONNECTIONS = 32
LOOKUPS_PER_SECOND = 200
SEARCHES_PER_SECOND = 20
TIMELINES_PER_SECOND = 100
AIM_P99_MS = 20


def bench(options: Options) -> Iterator[Row]:
    folder = options.folder / "lookup"
    profiles, later = options.size(PROFILES, 500), options.size(LATER, 500)
    with postgres(folder / "postgres") as server, broker(folder / "broker", kafka=False) as log:
        ids, spent = _fill(server, profiles, later)
        note = f"{len(ids):,} profiles, {profiles + later:,} interactions"
        rate, cpu_rate = spent.per_second, spent.per_cpu_second
        yield Row(bench=NAME, case="filling", per_second=rate, per_cpu_second=cpu_rate, note=note)
        with web(folder, server.url("kesher"), log) as (program, access):
            yield from _reads(options, profiles, ids, program, access)


def _fill(server: DurablePostgres, profiles: int, later: int) -> tuple[list[str], Spent]:
    """The ids of the profiles, and what making them took."""
    url = server.url("kesher")
    traffic = Traffic(profiles, "fill")
    values = [*(event.body for event in traffic.introductions()), *traffic.history(later)]

    async def work() -> tuple[list[str], Spent]:
        await prepare(url)
        async with profile_database(url) as database, producer(None) as to:
            handling = handler(database, to)
            with spending(len(values), server.pid) as spent:
                await handle_all(handling, on_log(values))
            await tend(database)
            async with database.connection() as connection:
                rows = await connection.fetch("SELECT DISTINCT profile FROM membership")
                return [str(row[0]) for row in rows], spent

    return run(work)


def _reads(options: Options, profiles: int, ids: Sequence[str], program: Program, access: Access) -> Iterator[Row]:
    chance = random.Random(1)
    token = access.tokens["agent"]

    def lookup() -> bytes:
        namespace, value = chance.choice(identifiers_of(chance.randrange(profiles)))
        return _post("/v1/profiles/lookup", token, {"namespace": namespace, "value": value})

    def search() -> bytes:
        return _post("/v1/profiles/search", token, {"q": name_of(chance.randrange(profiles))})

    def timeline() -> bytes:
        return request("GET", f"/v1/profiles/{chance.choice(ids)}/timeline", token)

    aim = Target("p99", "<", AIM_P99_MS)
    for case, make, rate, targets in (
        ("look-up", lookup, LOOKUPS_PER_SECOND, (aim,)),
        ("search by name", search, SEARCHES_PER_SECOND, ()),
        ("timeline", timeline, TIMELINES_PER_SECOND, ()),
    ):
        seconds = options.seconds(SECONDS) + WARM_UP_SECONDS
        schedule = poisson(rate, seconds)
        plan = Plan(
            host=LOOPBACK,
            port=access.port,
            requests=[make() for _ in schedule],
            connections=CONNECTIONS,
            schedule=schedule,
            server_pid=program.pid,
        )
        outcome = generate(plan)
        yield Row(
            bench=NAME,
            case=f"{case} at {rate}/s",
            per_second=outcome.per_second(WARM_UP_SECONDS),
            per_cpu_second=len(outcome.statuses) / outcome.server_cpu_seconds,
            latency=latency(outcome.latencies(WARM_UP_SECONDS)),
            targets=targets,
            memory=memory_of([("web", program.pid)]) if case == "timeline" else {},
            note=f"{outcome.failures} requests failed" if outcome.failures else "",
        )


def _post(path: str, token: str, body: object) -> bytes:
    return request("POST", path, token, json.dumps(body, ensure_ascii=False).encode(), "application/json")

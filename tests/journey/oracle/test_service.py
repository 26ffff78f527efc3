"""The real files through the step, the tables and the HTTP interface, against DuckDB on the raw files."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

import duckdb
import httpx

from services.journey.alerts.evaluating import evaluate
from services.journey.component import journey_component
from services.journey.consume import JourneyHandler
from services.journey.domain.definition import load_definition
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.model import Interaction
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.runtime.access import Access
from services.runtime.database import Database
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.journey.conftest import FixedClock
from tests.journey.feed import attached, profile_id, records
from tests.journey.oracle import test_bank_calls as bank
from tests.journey.oracle import test_web_shop as shop
from tests.journey.oracle.real_files import Timelines, bank_calls, web_shop
from tests.journey.timelines import START

BATCH = 4_000
ENVELOPE = ("type", "time", "source", "id")
Token = Callable[..., dict[str, str]]
Get = Callable[..., Any]


@asynccontextmanager
async def told(
    timelines: Timelines, settings: Settings, clock: FixedClock, token: Token, definition: str = shop.DEFINITION
) -> AsyncIterator[Get]:
    """The service once it was told all of it, has measured everybody and raised its alerts; to be asked by path."""
    component = journey_component(settings, MemoryLog(), Access(settings, clock), clock)
    app, database, log = (
        create_app("test", [component], settings),
        Database(settings, SCHEMA, plan_anew=True),
        MemoryLog(),
    )
    await database.open()
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=token("ops")) as client,
    ):
        store, step = PostgresStore(database, Outbox(database, await log.producer())), JourneyStep(clock.now)
        await store.accept(load_definition(definition).what)
        handler, messages = JourneyHandler(store, step), iter(_messages(timelines))
        while batch := list(islice(messages, BATCH)):
            assert await handler.handle(records(batch)) == []
        while await store.run(lambda unit: step.measure(unit, 500)):
            pass
        while (await store.run(lambda unit: step.tick(unit, 500))).profiles:
            pass
        while (await store.run(lambda unit: evaluate(unit, clock.now()))).definition:
            pass

        async def get(path: str, **asked: Any) -> Any:
            answer = await client.get(f"/v1/journeys/{path}", params=asked)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield get
    await database.close()


def _messages(timelines: Timelines) -> Iterable[bytes]:
    for number, timeline in enumerate(timelines.values(), start=1):
        for one in timeline:
            yield _attached(one, number)


def _attached(one: Interaction, number: int) -> bytes:
    hours = (one.position.time - START).total_seconds() / 3_600
    data = {name: value for name, value in one.fields.items() if name not in {*ENVELOPE, "identifiers", "raw"}}
    return attached(one.kind.type, anchor=number, profile=number, hours=hours, id_=one.position.id, **data)


async def test_bank_calls(settings: Settings, clock: FixedClock, token: Token) -> None:
    timelines = bank_calls()
    raw = duckdb.connect()
    raw.execute(bank.CALLS)
    async with told(timelines, settings, clock, token) as get:
        answer = await get("customer_lifecycle/measures", by="reason")
        groups = {bank.REASONS[group["group"]]: group["measures"] for group in answer["groups"]}
        for measure, query in bank.BY_KIND.items():
            expected = {kind: (count, total) for kind, count, total in raw.execute(query).fetchall()}
            figures = {kind: those[measure] for kind, those in groups.items() if measure in those}
            assert {kind: (one["count"], one["sum"]) for kind, one in figures.items()} == expected
        percentiles = raw.execute("SELECT kind, quantile_disc(wait, [0.5, 0.9]) FROM call GROUP BY kind").fetchall()
        waits = {kind: [those[Measure.WAIT]["p50"], those[Measure.WAIT]["p90"]] for kind, those in groups.items()}
        assert waits == dict(percentiles)
        ((kind, waited),) = raw.execute("SELECT customer, wait FROM call ORDER BY wait DESC LIMIT 1").fetchall()
        longest = await _all(get, "customer_lifecycle/measures/wait/facts")
        assert max(longest, key=lambda fact: fact["value"])["value"] == waited
        customer = list(timelines).index(kind) + 1
        assert profile_id(customer) in {fact["profile_id"] for fact in longest if fact["value"] == waited}


async def _all(get: Get, path: str) -> list[Any]:
    page = await get(path, limit=1_000)
    items = page["items"]
    while page["next"]:
        page = await get(path, limit=1_000, cursor=page["next"])
        items += page["items"]
    return items


async def test_web_shop(settings: Settings, clock: FixedClock, token: Token) -> None:
    timelines, raw = web_shop(), duckdb.connect()
    raw.execute(shop.EVENTS)
    async with told(timelines, settings, clock, token) as get:
        incident = {"since": "2024-05-20T00:00:00Z", "until": "2024-05-21T00:00:00Z"}
        worst = (await get("web_shop/pain-points", **incident))["items"][0]
        assert (worst["key"], worst["stage"]) == ("payment_failed", "checkout")
        met = await get("web_shop/pain-points/payment_failed/customers", **incident)
        ((failed,),) = shop.rows(
            raw, "SELECT count(*) FROM event WHERE event = 'payment_error' AND moment::DATE = '2024-05-20' AND inside"
        )
        assert len(met["items"]) == failed
        steps = shop.rows(raw, "SELECT came_from, stage, count(*) FROM step GROUP BY 1, 2")
        flow = (await get("web_shop/flow"))["links"]
        assert {(link["from"], link["to"]): link["count"] for link in flow} == {
            (came_from, to): count for came_from, to, count in steps
        }
        stays = shop.rows(
            raw,
            """SELECT stage, count(stayed), sum(epoch(stayed)), quantile_disc(epoch(stayed), 0.9)
               FROM step WHERE stayed IS NOT NULL GROUP BY 1""",
        )
        by_stage = {
            group["group"]: group["measures"] for group in (await get("web_shop/measures", by="stage"))["groups"]
        }
        found = {stage: those["time_in_stage"] for stage, those in by_stage.items() if "time_in_stage" in those}
        assert {stage: (one["count"], one["sum"], one["p90"]) for stage, one in found.items()} == {
            stage: tuple(figures) for stage, *figures in stays
        }

"""A decision is made only if it still does what its preview showed; over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

DANA, CARD, MAIL = ("customer_id", "C-1"), ("loyalty_id", "card 7"), ("email", "dana@example.com")
DECISIONS = "/v1/identity/decisions"


@pytest.fixture
async def service(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as service:
        await service.hear(said(1, DANA), said(2, CARD))
        yield service


def wish(kind: str = "confirm") -> dict[str, Any]:
    a, b = ({"namespace": namespace, "value": value} for namespace, value in (DANA, CARD))
    return {"kind": kind, "a": a, "b": b, "reason": "they said so"}


async def preview(service: Served, asked: dict[str, Any]) -> str:
    seal: str = (await service.ask("POST", f"{DECISIONS}/preview", asked))["seal"]
    return seal


async def test_what_came_in_between_is_not_confirmed_unseen(service: Served) -> None:
    stale = await preview(service, wish())
    await service.hear(said(3, CARD, MAIL))
    refused = await service.ask("POST", DECISIONS, {**wish(), "seal": stale}, status=409)
    assert (refused["field"], refused["detail"]) == (
        "seal",
        "what this would change is not what you looked at: look again",
    )
    assert (await service.look_up(*DANA))["id"] != (await service.look_up(*CARD))["id"]
    seal = await preview(service, {**wish(), "seal": stale})
    done = await service.ask("POST", DECISIONS, {**wish(), "seal": seal}, status=201)
    assert done["seal"] is None


async def test_nor_is_it_taken_back_unseen(service: Served) -> None:
    made = (await service.ask("POST", DECISIONS, wish(), status=201))["decision"]["id"]
    trial = {"kind": "withdraw", "decision": made, "reason": "not so"}
    stale = await preview(service, trial)
    await service.hear(said(3, CARD, MAIL))
    path = f"{DECISIONS}/{made}"
    await service.ask("DELETE", path, {"reason": "not so", "seal": stale}, status=409)
    await service.ask("DELETE", path, {"reason": "not so", "seal": await preview(service, trial)})


async def test_what_is_said_elsewhere_and_a_decision_without_a_look_do_not_matter(service: Served) -> None:
    seal = await preview(service, wish())
    await service.hear(said(3, DANA), said(4, MAIL))
    await service.ask("POST", DECISIONS, {**wish(), "seal": seal}, status=201)
    await service.ask("POST", DECISIONS, {**wish("separate"), "seal": "no seal"}, status=422)

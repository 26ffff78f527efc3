"""What does not happen in time, through every process: told live, acted upon, delivered and counted."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from tests.e2e.conftest import SECRET
from tests.e2e.test_slice import sse
from tests.journey.webhooks.receiver import receiving
from tests.support.eventually import eventually
from tests.support.installation import Installation

DEFINITION = """
key: slow_claims
version: 1
title: {en: Slow claims}
stages:
  - {key: approved, when: 'i.type == "claim.approved" && i.source == "/test/time"', expected: PT1S}
  - {key: paid, when: 'i.type == "refund.sent"', exit: completed}
actions:
  - {key: hurry, on: overdue, stage: approved, to: desk}
"""


async def test_what_does_not_happen_in_time_is_told_and_acted_upon(installation: Installation, hooks_port: int) -> None:
    yaml = {"Content-Type": "application/yaml"}
    async with installation.client("steward") as client:
        answer = await client.put("/v1/journeys/slow_claims", content=DEFINITION.encode(), headers=yaml)
    assert answer.status_code == 200, answer.text
    stream = "/v1/stream?journey=slow_claims&kind=journey.overdue,journey.action.requested"
    async with (
        receiving(port=hooks_port) as receiver,
        installation.client("ops") as client,
        client.stream("GET", stream) as response,
    ):
        await installation.post([_approved("tm1")])
        overdue, asked = await asyncio.wait_for(_two(sse(response)), 90)
        await eventually(lambda: receiver.received, 30)
    assert (overdue["event"], asked["event"]) == ("journey.overdue", "journey.action.requested")
    assert (overdue["data"]["from"], asked["data"]["action"]) == ("approved", "hurry")
    assert overdue["data"]["profile_id"] == asked["data"]["profile_id"]
    ((headers, body),) = receiver.received
    told = Webhook(SECRET).verify(body, headers)
    assert told == json.loads(body)
    assert told["data"] == {name: value for name, value in asked["data"].items() if name in told["data"]}
    assert await _counted(installation) == 1


def _approved(id_: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": id_,
        "source": "/test/time",
        "type": "claim.approved",
        "time": datetime.now(UTC).isoformat(),
        "data": {"channel": "app", "identifiers": [{"namespace": "customer_id", "value": "slow-1001"}]},
    }


async def _two(events: AsyncIterator[dict[str, Any]]) -> list[dict[str, Any]]:
    return [await anext(events), await anext(events)]


async def _counted(installation: Installation) -> int:
    async with installation.client("ops") as client:
        answer = await client.get("/v1/journeys/slow_claims/actions")
    answer.raise_for_status()
    requested: int = answer.json()["actions"][0]["requested"]
    return requested

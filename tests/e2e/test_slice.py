"""From a channel's payload to one customer and a live journey, through every process."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.support.eventually import eventually
from tests.support.installation import Installation

NOW = datetime.now(UTC).replace(microsecond=0)


def event(number: str, kind: str, channel: str, identifiers: dict[str, str], **data: Any) -> dict[str, Any]:
    stated = [{"namespace": namespace, "value": value} for namespace, value in identifiers.items()]
    return {
        "specversion": "1.0",
        "id": number,
        "source": "/test/slice",
        "type": kind,
        "time": NOW.isoformat(),
        "data": {"channel": channel, "direction": "inbound", "identifiers": stated, **data},
    }


async def look_up(installation: Installation, namespace: str, value: str) -> dict[str, Any]:
    async with installation.client("agent") as client:
        answer = await client.post("/v1/profiles/lookup", json={"namespace": namespace, "value": value})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def read(installation: Installation, path: str, role: str = "agent") -> Any:
    async with installation.client(role) as client:
        answer = await client.get(path)
    answer.raise_for_status()
    return answer.json()


async def test_channels_meet_in_one_customer(installation: Installation) -> None:
    calls = {"phone": "054-765-4321", "customer_id": "S-1001"}
    accepted = await installation.post(
        [
            event("s1", "page.viewed", "web", {"device": "browser-s1"}),
            event("s2", "web.identified", "web", {"device": "browser-s1", "customer_id": "s-1001"}),
            event("s3", "call.ended", "call", calls, traits={"name": "נועה לוי"}, measures={"wait_seconds": 90}),
            event("s4", "email.received", "email", {"email": "Noa@Example.com", "phone": "+972547654321"}),
        ]
    )
    assert accepted == {"accepted": 4, "rejected": []}

    async def one_person() -> dict[str, Any]:
        found = await look_up(installation, "email", "noa@example.com")
        assert found["profile"]["figures"]["interactions"] == 4
        return found

    found = await eventually(one_person, 90)
    profile = found["profile"]
    assert not found["shared"]
    assert found["alternatives"] == []
    assert {(i["namespace"], i["value"]) for i in profile["identifiers"]} == {
        ("device", "browser-s1"),
        ("customer_id", "s-1001"),
        ("phone", "+972547654321"),
        ("email", "noa@example.com"),
    }
    assert profile["traits"]["name"]["value"] == "נועה לוי"
    assert profile["figures"]["channels"]["call"]["wait_seconds"] == 90
    timeline = await read(installation, f"/v1/profiles/{profile['id']}/timeline?limit=3")
    assert len(timeline["items"]) == 3
    rest = await read(installation, f"/v1/profiles/{profile['id']}/timeline?limit=3&cursor={timeline['next']}")
    assert rest["next"] is None
    assert {item["id"] for item in timeline["items"] + rest["items"]} == {"s1", "s2", "s3", "s4"}
    identity = await read(installation, f"/v1/profiles/{profile['id']}/identity")
    assert len(identity["links"]) == 3
    assert identity["held"] == []

    async def journeys() -> Any:
        return (await read(installation, f"/v1/profiles/{profile['id']}/journeys"))["items"]

    assert {item["journey"] for item in await eventually(journeys)} == {"customer_lifecycle", "service_encounter"}


async def test_a_shared_phone_shows_its_alternatives(installation: Installation) -> None:
    phone = "+972547650000"
    await installation.post(
        [event(f"h{n}", "call.ended", "call", {"customer_id": f"house-{n}{n + 3}", "phone": phone}) for n in range(4)]
    )

    async def shared() -> dict[str, Any]:
        found = await look_up(installation, "phone", phone)
        assert found["shared"]
        return found

    found = await eventually(shared, 90)
    assert [i["value"] for i in found["profile"]["identifiers"]] == [phone]
    assert {alternative["reason"] for alternative in found["alternatives"]} == {"shared"}
    assert len({alternative["profile_id"] for alternative in found["alternatives"]}) == 4


async def test_one_bad_event_costs_only_itself(installation: Installation) -> None:
    good = event("g1", "call.ended", "call", {"customer_id": "good-123"})
    bad = event("g2", "call.ended", "call", {"customer_id": "good-123"}, sentiment="delighted")
    answer = await installation.post([bad, good])
    assert answer["accepted"] == 1
    assert [(item["index"], item["field"]) for item in answer["rejected"]] == [(0, "data.sentiment")]


async def test_personal_data_is_masked_for_operations(installation: Installation) -> None:
    await installation.post(
        [event("m1", "chat.message.received", "chat", {"email": "ops.mask@example.com"}, text="hi")]
    )
    found = await eventually(lambda: look_up(installation, "email", "ops.mask@example.com"), 90)
    path = f"/v1/profiles/{found['profile']['id']}"
    seen = json.dumps([await read(installation, path, "ops"), await read(installation, path + "/timeline", "ops")])
    assert "ops.mask" not in seen
    assert '"hi"' not in seen


async def test_transitions_are_live_and_resume_without_loss(installation: Installation) -> None:
    async with installation.client("ops") as client, client.stream("GET", "/v1/stream") as response:
        events = sse(response)
        await installation.post([event("t1", "page.viewed", "web", {"customer_id": "stream-100"})])
        first = await asyncio.wait_for(transition_of(events, "/test/slice t1"), 90)
    assert first["data"]["from"] is None
    await installation.post([event("t2", "order.placed", "store", {"customer_id": "stream-100"})])
    resume = {"Last-Event-ID": first["id"]}
    async with installation.client("ops") as client, client.stream("GET", "/v1/stream", headers=resume) as response:
        second = await asyncio.wait_for(transition_of(sse(response), "/test/slice t2"), 90)
    assert second["data"]["profile_id"] == first["data"]["profile_id"]
    assert second["data"]["corrects"] is None


async def sse(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    assert response.status_code == 200
    fields: dict[str, Any] = {}
    async for line in response.aiter_lines():
        name, _, value = line.partition(":")
        if name:
            fields[name] = value.strip()
        elif line == "" and "data" in fields:
            yield {**fields, "data": json.loads(fields["data"])}
            fields = {}


async def transition_of(events: AsyncIterator[dict[str, Any]], interaction: str) -> dict[str, Any]:
    async for found in events:
        if found["event"] == "journey.transitioned" and found["data"]["interaction"] == interaction:
            return found
    raise AssertionError("the stream ended")

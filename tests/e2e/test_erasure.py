"""One of two who share a telephone is erased, through every process: nothing of her is left, and he is who he was."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.e2e.test_slice import event, look_up
from tests.support.eventually import eventually
from tests.support.installation import Installation

SHE, HE = {"namespace": "customer_id", "value": "T-9001"}, {"namespace": "customer_id", "value": "T-9002"}
MAIL = {"namespace": "email", "value": "erased.person@example.com"}
PHONE = "+972549009001"
HERS = [
    event("erasure-1", "order.placed", "web", {"customer_id": "T-9001", "email": MAIL["value"]}),
    event("erasure-2", "call.ended", "call", {"customer_id": "T-9001", "phone": PHONE}),
]
PATHS = ("", "/timeline", "/identity", "/export", "/consents", "/pins", "/journeys", "/measures")
HIS = [event("erasure-3", "order.placed", "store", {"customer_id": "T-9002", "phone": PHONE})]


async def with_journeys(installation: Installation, customer: dict[str, str], interactions: int) -> Any:
    person = (await look_up(installation, **customer))["profile"]
    assert person["figures"]["interactions"] == interactions
    assert person["journeys"]
    return person


async def statuses(installation: Installation, profile: str) -> dict[str, int]:
    async with installation.client("steward") as client:
        return {path: (await client.get(f"/v1/profiles/{profile}{path}")).status_code for path in PATHS}


async def known(installation: Installation, customer: dict[str, str]) -> int:
    async with installation.client("agent") as client:
        return (await client.post("/v1/profiles/lookup", json=customer)).status_code


async def test_one_of_two_who_share_a_telephone_is_erased(installation: Installation) -> None:
    await installation.post([*HERS, *HIS])
    she = await eventually(lambda: with_journeys(installation, SHE, 2), 90)
    he = await eventually(lambda: with_journeys(installation, HE, 1), 60)
    async with installation.client("steward") as client:
        seen = (await client.post(f"/v1/profiles/{she['id']}/erase/preview")).json()
        assert seen["erases"]["interactions"] == 2
        asked = {"reason": "she asked us to", "seal": seen["seal"]}
        done = (await client.post(f"/v1/profiles/{she['id']}/erase", json=asked)).json()
    assert done["erased"] == seen["erases"]

    gone = dict.fromkeys(PATHS, 410)

    async def forgotten() -> bool:
        assert await statuses(installation, she["id"]) == gone
        return True

    await eventually(forgotten, 60)
    assert [await known(installation, one) for one in (SHE, MAIL)] == [404, 404]

    await installation.post(HERS)
    fresh = event("erasure-4", "order.placed", "web", {"customer_id": "T-9001"}) | {
        "time": datetime.now(UTC).isoformat()
    }
    await installation.post([fresh])
    new = await eventually(lambda: with_journeys(installation, SHE, 1), 90)
    assert new["id"] != she["id"]
    assert await statuses(installation, she["id"]) == gone
    assert await known(installation, MAIL) == 404
    left = await with_journeys(installation, HE, 1)
    assert (left["id"], left["journeys"]) == (he["id"], he["journeys"])
    async with installation.client("steward") as client:
        export = (await client.get(f"/v1/profiles/{he['id']}/export")).text
    assert MAIL["value"] not in json.dumps(left) + export

"""Two who look alike are found, explained, confirmed and parted again, through every process."""

from typing import Any

import pytest

from tests.e2e.test_slice import event
from tests.e2e.test_stewards import done, read
from tests.support.eventually import eventually
from tests.support.installation import Installation

ONE, OTHER = "orly.bendavid@example.com", "orly.bendavid@example.org"
ENDS = [{"namespace": "email", "value": value} for value in (ONE, OTHER)]


def is_ours(pair: dict[str, Any]) -> bool:
    return {end["decide_by"]["value"] for end in (pair["a"], pair["b"]) if end["decide_by"]} == {ONE, OTHER}


async def test_a_likely_duplicate_is_found_confirmed_and_parted_again(installation: Installation) -> None:
    stated = {"birth_date": "1983-07-09", "city": "Yavne"}
    await installation.post(
        [
            event("duplicate-1", "order.placed", "web", {"email": ONE}, traits={"name": "Orly Ben David", **stated}),
            event("duplicate-2", "store.visited", "store", {"email": OTHER}, traits={"name": "אורלי בן דוד", **stated}),
        ]
    )

    async def found() -> Any:
        queue = await read(installation, "/v1/duplicates?limit=100")
        return next(filter(is_ours, queue["items"]), None)

    pair = await eventually(found, 90)
    whole = await read(installation, f"/v1/duplicates/{pair['a']['id']}/{pair['b']['id']}")
    assert sum(line["bits"] for line in whole["lines"]) == pytest.approx(whole["weight"])
    assert {"given", "family", "birth_date", "email"} <= {line["field"] for line in whole["lines"]}

    wish = {"kind": "confirm", "a": ENDS[0], "b": ENDS[1], "reason": "one card, one face"}
    async with installation.client("steward") as client:
        made = await done(await client.post("/v1/identity/decisions", json=wish), 201)
        assert await found() is None
        back = {"reason": "her twin"}
        decision = f"/v1/identity/decisions/{made['decision']['id']}"
        await done(await client.request("DELETE", decision, json=back), 200)
        await eventually(found, 60)
        await done(await client.post("/v1/identity/decisions", json={**wish, "kind": "separate"}), 201)
    assert await found() is None
    async with installation.client("agent") as client:
        await done(await client.get("/v1/duplicates"), 403)


async def test_the_whole_stays_small(installation: Installation) -> None:
    """Memory that processes share, such as PostgreSQL's buffers, counts once."""
    total = sum(process.memory_full_info().pss for process in installation.processes())
    assert total < 1_000_000_000

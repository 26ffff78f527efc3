"""A steward parts two people and thinks better of it, with journeys that follow, through every process."""

from typing import Any

import httpx

from tests.e2e.test_slice import event, look_up
from tests.support.eventually import eventually
from tests.support.installation import Installation

NUMBER = {"namespace": "customer_id", "value": "T-3001"}
MAIL = {"namespace": "email", "value": "tamar@example.com"}


async def introduce(installation: Installation) -> None:
    await installation.post(
        [
            event("steward-1", "order.placed", "web", {"customer_id": "T-3001"}, traits={"name": "Tamar Levi"}),
            event("steward-2", "page.viewed", "web", {"email": "tamar@example.com"}, traits={"city": "Haifa"}),
            event("steward-3", "call.ended", "call", {"customer_id": "T-3001", "email": "tamar@example.com"}),
        ]
    )


def stages(person: dict[str, Any]) -> dict[str, str]:
    return {one["journey"]: one["stage"] for one in person["journeys"]}


def names(person: dict[str, Any]) -> set[str]:
    return {one["value"] for one in person["identifiers"]}


async def test_a_separation_is_tried_made_and_taken_back(installation: Installation) -> None:
    await introduce(installation)

    async def one_person() -> dict[str, Any]:
        found: dict[str, Any] = (await look_up(installation, **MAIL))["profile"]
        assert found["figures"]["interactions"] == 3
        assert stages(found) == {"customer_lifecycle": "support", "service_encounter": "exit"}
        return found

    whole = await eventually(one_person, 90)
    wish = {"kind": "separate", "a": MAIL, "b": NUMBER, "reason": "her sister's address"}
    async with installation.client("steward") as client:
        tried = await done(await client.post("/v1/identity/decisions/preview", json=wish), 200)
        assert tried["decision"] is None
        assert (await look_up(installation, **MAIL))["profile"] == whole
        made = await done(await client.post("/v1/identity/decisions", json=wish), 201)
    assert [names(person) for person in tried["before"]] == [{"t-3001", "tamar@example.com"}]
    assert without_ids(tried["after"]) == without_ids(made["after"])
    await eventually(lambda: follows(installation, made["after"]), 60)

    decision = made["decision"]["id"]
    identity = await read(installation, f"/v1/profiles/{made['after'][0]['id']}/identity")
    assert [(one["id"], one["reason"]) for one in identity["decisions"]] == [(decision, "her sister's address")]
    async with installation.client("steward") as client:
        back = {"reason": "it is hers after all"}
        again = {"kind": "withdraw", "decision": decision, **back}
        tried = await done(await client.post("/v1/identity/decisions/preview", json=again), 200)
        await done(await client.request("DELETE", f"/v1/identity/decisions/{decision}", json=back), 200)
        await done(await client.request("DELETE", f"/v1/identity/decisions/{decision}", json=back), 409)
    assert without_ids(tried["after"]) == without_ids([whole])
    await eventually(lambda: follows(installation, [whole]), 60)


async def follows(installation: Installation, people: list[dict[str, Any]]) -> bool:
    """Whether everybody looks as was said, journeys included."""
    for person in people:
        found = await read(installation, f"/v1/profiles/{person['id']}")
        assert without_ids([found]) == without_ids([person])
    return True


def without_ids(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = [{name: value for name, value in person.items() if name != "id"} for person in people]
    return sorted(shown, key=lambda person: sorted(names(person)))


async def done(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


async def read(installation: Installation, path: str) -> Any:
    async with installation.client("steward") as client:
        return await done(await client.get(path), 200)


async def test_only_stewards_decide(installation: Installation) -> None:
    wish = {"kind": "separate", "a": MAIL, "b": NUMBER, "reason": "because"}
    for role in ("agent", "ops"):
        async with installation.client(role) as client:
            await done(await client.post("/v1/identity/decisions", json=wish), 403)
            await done(await client.post("/v1/identity/decisions/preview", json=wish), 403)


async def test_a_wish_that_names_nobody_says_which(installation: Installation) -> None:
    async with installation.client("steward") as client:
        unknown = {"namespace": "email", "value": "nobody-at-all@example.com"}
        wish = {"kind": "confirm", "a": unknown, "b": NUMBER, "reason": "because"}
        problem = await done(await client.post("/v1/identity/decisions", json=wish), 404)
        assert problem["errors"][0]["field"] == "a" if "errors" in problem else problem["field"] == "a"
        shoes = {"namespace": "shoe_size", "value": "44"}
        problem = await done(await client.post("/v1/identity/decisions", json={**wish, "b": shoes, "a": NUMBER}), 400)
        assert "b.namespace" in str(problem)


async def test_two_identifiers_are_explained(installation: Installation) -> None:
    phone = {"namespace": "phone", "value": "+972547000301"}
    her, his = ({"namespace": "email", "value": f"{name}@example.org"} for name in ("ruth", "omer"))
    nobody = {"namespace": "customer_id", "value": "T-3009"}
    ruth = event(
        "why-1", "call.ended", "call", {"phone": phone["value"], "email": her["value"]}, traits={"name": "Ruth"}
    )
    omer = event(
        "why-2", "call.ended", "call", {"phone": phone["value"], "email": his["value"]}, traits={"name": "Omer"}
    )
    stranger = event("why-3", "store.visited", "store", {"customer_id": "T-3009"})
    await installation.post([{**ruth, "time": "2026-01-01T00:00:00Z"}, omer, stranger])

    async def both_known() -> Any:
        return [await look_up(installation, **one) for one in (her, his, nobody)]

    async def why(a: dict[str, str], b: dict[str, str]) -> Any:
        async with installation.client("agent") as client:
            return await done(await client.post("/v1/identity/why", json={"a": a, "b": b}), 200)

    await eventually(both_known, 60)
    together = await why(her, phone)
    assert together["one_person"]
    assert [(step["interaction"], step["source"]) for step in together["path"]] == [("why-1", "/test/slice")]
    apart = await why(her, his)
    assert not apart["one_person"]
    assert [held["reason"] for held in apart["held"]] == ["names_differ"]
    assert (await look_up(installation, **phone))["alternatives"][0]["reason"] == "names_differ"
    identity = await read(installation, f"/v1/profiles/{together['profile_a']}/identity")
    assert [link["joins"] for link in identity["links"]] == [True]
    strangers = await why(nobody, his)
    assert (strangers["one_person"], strangers["path"], strangers["held"]) == (False, [], [])

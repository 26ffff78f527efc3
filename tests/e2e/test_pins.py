"""A steward pins a value that sources disagree about, and takes the pin back, through every process."""

from typing import Any

from tests.e2e.test_slice import event, look_up, read
from tests.e2e.test_stewards import done
from tests.support.eventually import eventually
from tests.support.installation import Installation

NUMBER = {"namespace": "customer_id", "value": "T-5001"}
EARLIER, LATER, LATEST = (f"2026-11-{day}T10:00:00Z" for day in (18, 19, 20))


def lives(number: str, city: str, time: str, **identifiers: str) -> dict[str, Any]:
    return {**event(number, "page.viewed", "web", identifiers, traits={"city": city}), "time": time}


async def city(installation: Installation, interactions: int) -> dict[str, Any]:
    """Where she lives, once so many interactions are known."""
    person = (await look_up(installation, **NUMBER))["profile"]
    assert person["figures"]["interactions"] == interactions
    found: dict[str, Any] = person["traits"]["city"]
    return found


def lost(trait: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["value"], one["lost_by"]) for one in trait["others"]}


async def test_a_pinned_value_is_shown_until_the_pin_is_taken_back(installation: Installation) -> None:
    await installation.post(
        [
            lives("pin-1", "Haifa", EARLIER, customer_id="T-5001"),
            lives("pin-2", "Akko", LATER, email="yael@example.com"),
            event("pin-3", "call.ended", "call", {"customer_id": "T-5001", "email": "yael@example.com"}),
        ]
    )
    shown = await eventually(lambda: city(installation, 3), 90)
    assert (shown["value"], lost(shown)) == ("Akko", {("Haifa", "recency")})

    pins = f"/v1/profiles/{(await look_up(installation, **NUMBER))['profile']['id']}/pins"
    wish = {"trait": "city", "source": "/test/slice", "interaction": "pin-1", "reason": "she said so on the phone"}
    async with installation.client("agent") as client:
        await done(await client.post(pins, json=wish), 403)
    async with installation.client("steward") as client:
        pin = (await done(await client.post(pins, json=wish), 201))["pin"]
    shown = await city(installation, 3)
    assert (shown["value"], shown["pin"]["reason"]) == ("Haifa", wish["reason"])
    assert lost(shown) == {("Akko", "pin")}

    await installation.post([lives("pin-4", "Eilat", LATEST, email="yael@example.com")])
    shown = await eventually(lambda: city(installation, 4), 60)
    assert (shown["value"], lost(shown)) == ("Haifa", {("Eilat", "pin")})

    back = {"reason": "she has moved"}
    async with installation.client("steward") as client:
        await done(await client.request("DELETE", f"{pins}/{pin['id']}", json=back), 200)
        await done(await client.request("DELETE", f"{pins}/{pin['id']}", json=back), 409)
    shown = await city(installation, 4)
    assert (shown["value"], shown["pin"], lost(shown)) == ("Eilat", None, {("Haifa", "recency")})
    (kept,) = (await read(installation, pins))["items"]
    assert (kept["id"], kept["withdrawn"]["reason"]) == (pin["id"], "she has moved")

"""Two people take turns on one tablet: each has their own stretch, journeys included, and a late login moves it."""

from datetime import timedelta
from typing import Any

from tests.e2e.test_slice import NOW, event, look_up, read
from tests.support.eventually import eventually
from tests.support.installation import Installation

TABLET = "tablet-d26"
FIRST = {"namespace": "customer_id", "value": "D-2601"}
SECOND = {"namespace": "customer_id", "value": "D-2602"}
THE_TABLET = {"namespace": "device", "value": TABLET}


def on_tablet(number: str, hours: int, **person: str) -> dict[str, Any]:
    kind = "web.identified" if person else "page.viewed"
    time = (NOW - timedelta(days=20) + timedelta(hours=hours)).isoformat()
    return {**event(number, kind, "web", {"device": TABLET, **person}), "time": time}


async def seen(installation: Installation, whom: dict[str, str]) -> set[str]:
    person = (await look_up(installation, **whom))["profile"]
    timeline = await read(installation, f"/v1/profiles/{person['id']}/timeline")
    assert person["figures"]["interactions"] == len(timeline["items"])
    return {item["id"] for item in timeline["items"]}


async def stand(installation: Installation, *sets: set[str]) -> bool:
    """Whether the two people and the tablet have just these interactions on their timelines."""
    for whom, those in zip((FIRST, SECOND, THE_TABLET), sets, strict=True):
        assert await seen(installation, whom) == those
    return True


async def test_each_stretch_on_a_tablet_is_the_persons_who_was_logged_in(installation: Installation) -> None:
    await installation.post(
        [
            on_tablet("d26-1", 0, customer_id="D-2601"),
            on_tablet("d26-2", 1),
            on_tablet("d26-3", 100),
            on_tablet("d26-4", 200),
            on_tablet("d26-5", 201, customer_id="D-2602"),
        ]
    )
    await eventually(lambda: stand(installation, {"d26-1", "d26-2"}, {"d26-4", "d26-5"}, {"d26-3"}), 90)

    await installation.post([on_tablet("d26-6", 101, customer_id="D-2601")])
    await eventually(lambda: stand(installation, {"d26-1", "d26-2", "d26-3", "d26-6"}, {"d26-4", "d26-5"}, set()), 60)

    person = (await look_up(installation, **SECOND))["profile"]
    items = (await read(installation, f"/v1/profiles/{person['id']}/timeline"))["items"]
    [number] = [item["interaction_number"] for item in items if item["id"] == "d26-4"]
    told = await read(installation, f"/v1/interactions/{number}")
    assert (told["login"]["person"]["value"], told["login"]["id"]) == ("d-2602", "d26-5")

"""What the profile service shows of people's traits, and what rules read in the journey service: always the same."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from schemas.topics import PROFILES
from services.journey.consume import JourneyHandler
from services.journey.domain.segments import load_segment
from services.journey.memory_store import MemoryStore
from services.journey.step import JourneyStep
from services.runtime.memory_log import MemoryLog
from tests.journey.feed import records
from tests.profile.histories import START
from tests.profile.running import NOW
from tests.profile.serving import Served, served
from tests.support.postgres import PostgresServer
from tests.support.seeds import seeds

NAMES = {"plan": ["gold", "silver", "basic"], "city": ["Haifa", "Eilat", None], "floor": [1, 2.5, ["attic"]]}
POLICIES = (
    "",
    "traits: {'*': {order: [recency]}, plan: {order: [assurance], trust: {/crm/main: 4}}}",
    "traits: {city: {order: [recency, trust], trust: {/web/site: 9}}}\nshared_after: 1",
)
KEYS = [
    *[("customer_id", f"C-10{number}") for number in range(3)],
    *[("email", f"{name}@example.com") for name in ("dana", "avi", "noa", "gil")],
    *[("phone", f"+97255501100{number}") for number in range(2)],
    *[("device", f"tablet-{number}-abc") for number in range(2)],
]
SOURCES = ("/call/main", "/crm/main", "/web/site")
READING = load_segment(
    """
key: any
version: 1
title: {en: Any}
when: p.traits["plan"] == "gold" || has(p.traits.city) || has(p.traits.floor)
"""
)
WHY = {"reason": "they told me"}


@pytest.fixture(params=POLICIES, ids=["defaults", "recency", "sources"])
async def service(request: Any, postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path, request.param) as service:
        yield service


class World:
    """Sources and stewards who say and do anything."""

    def __init__(self, service: Served, chance: Random) -> None:
        self._service = service
        self._chance = chance
        self._events = 0

    async def act(self) -> None:
        deeds = (self._state, self._state, self._state, self._revise, self._pin, self._pin, self._unpin, self._decide)
        await self._chance.choice(deeds)()

    async def people(self) -> dict[str, Any]:
        """Everybody as they are shown now."""
        found = [await self._find(*key) for key in KEYS]
        return {profile["id"]: profile for profile in found if profile}

    async def _find(self, namespace: str, value: str) -> Any:
        asked = {"namespace": namespace, "value": value}
        headers = {"Authorization": f"Bearer {self._service.tokens['steward']}"}
        answer = await self._service.http.post("/v1/profiles/lookup", json=asked, headers=headers)
        return answer.json()["profile"] if answer.is_success else None

    async def _state(self) -> None:
        self._events += 1
        await self._service.hear(self._said(self._events))

    async def _revise(self) -> None:
        """Perhaps about others than before, so that nothing is left of who was named."""
        if self._events:
            number = self._chance.randint(1, self._events)
            later = NOW + timedelta(seconds=self._chance.randint(1, 1_000_000))
            await self._service.hear(self._said(number, revision=later.isoformat()))

    def _said(self, number: int, **more: Any) -> dict[str, Any]:
        chance = self._chance
        keys = chance.sample(KEYS, k=chance.choice([0, 1, 1, 1, 2]))
        names = chance.sample([*NAMES], k=chance.randint(0, 3))
        return {
            "specversion": "1.0",
            "id": f"e{number}",
            "source": SOURCES[number % len(SOURCES)],
            "type": "call.ended",
            "time": (START + timedelta(hours=number * 7 % 50)).isoformat(),
            "trust": chance.randint(0, 2),
            "data": {
                "channel": "call",
                "conversation": f"talk-{number % 3}",
                "identifiers": [
                    {"namespace": n, "value": v, "assurance": chance.choice(["verified", "verified", "claimed"])}
                    for n, v in keys
                ],
                "traits": {name: chance.choice(NAMES[name]) for name in names},
                **more,
            },
        }

    async def _pin(self) -> None:
        values = [
            (profile["id"], name, value)
            for profile in (await self.people()).values()
            for name, trait in profile["traits"].items()
            for value in (trait, *trait["others"])
        ]
        if values:
            profile, name, value = self._chance.choice(values)
            asked = {"trait": name, "source": value["source"], "interaction": value["interaction"], **WHY}
            await self._ask("POST", f"/v1/profiles/{profile}/pins", asked)

    async def _unpin(self) -> None:
        pins = [
            (profile, pin["id"])
            for profile in await self.people()
            for pin in (await self._service.ask("GET", f"/v1/profiles/{profile}/pins"))["items"]
        ]
        if pins:
            profile, pin = self._chance.choice(pins)
            await self._ask("DELETE", f"/v1/profiles/{profile}/pins/{pin}", WHY)

    async def _decide(self) -> None:
        a, b = ({"namespace": n, "value": v} for n, v in self._chance.sample(KEYS, k=2))
        kind = self._chance.choice(["confirm", "separate"])
        await self._ask("POST", "/v1/identity/decisions", {"kind": kind, "a": a, "b": b, **WHY})

    async def erase(self) -> None:
        """Somebody, unless what they have is shared."""
        people = [*await self.people()]
        if people:
            profile = self._chance.choice(people)
            seen = await self._ask("POST", f"/v1/profiles/{profile}/erase/preview", None)
            if "seal" in seen:
                await self._ask("POST", f"/v1/profiles/{profile}/erase", {**WHY, "seal": seen["seal"]})

    async def _ask(self, method: str, path: str, body: Any) -> Any:
        """What is refused changes nothing."""
        headers = {"Authorization": f"Bearer {self._service.tokens['steward']}"}
        answer = await self._service.http.request(method, path, json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        return answer.json()


async def said(service: Served) -> list[bytes]:
    """All that the profile service said, in the order in which it may be read: by partition, and of these in any."""
    await service.kept.outbox.settled()
    reader = await service.log.reader(PROFILES.name, dict.fromkeys(await service.log.end(PROFILES.name), 0))
    told = [record.value for record in await reader.read(1_000_000, 0.0)]
    return [*(message.value for message in service.kept.log.messages), *told]


async def read_by_rules(messages: Sequence[bytes], people: Sequence[str]) -> dict[str, Any]:
    """The traits of these people in a journey service that is told this."""
    store = MemoryStore(await MemoryLog().producer())
    await store.accept_segment(READING.what)
    step = JourneyStep(lambda: NOW)
    handler = JourneyHandler(store, step)
    for place in range(0, len(messages), 7):
        assert await handler.handle(records(messages[place : place + 7])) == []
    while await store.run(lambda unit: step.sweep(unit, 100)):
        pass
    found = {profile: await store.of_profile(profile, 1) for profile in people}
    return {profile: one.known.p["traits"] if one and one.known else {} for profile, one in found.items()}


@pytest.mark.parametrize("seed", seeds(6))
async def test_rules_read_what_the_golden_record_shows(service: Served, seed: int) -> None:
    chance = Random(seed)
    world = World(service, chance)
    await service.kept.store.run(service.step.state_policy)
    for _ in range(30):
        await world.act()
    await agree(service, world, chance, shuffled=True)
    await world.erase()
    await agree(service, world, chance, shuffled=False)


async def agree(service: Served, world: World, chance: Random, *, shuffled: bool) -> None:
    people, messages = await world.people(), await said(service)
    if shuffled:
        chance.shuffle(messages)
    shown = {
        profile: {name: trait["value"] for name, trait in one["traits"].items()} for profile, one in people.items()
    }
    assert any(shown.values())
    assert await read_by_rules(messages, [*people]) == shown
    assert {json.loads(message)["type"] for message in messages} >= {"profile.policy.stated", "profile.trait.pinned"}


def stating(number: int, *keys: tuple[str, str], plan: str, assurance: str = "verified", **more: Any) -> dict[str, Any]:
    """The interaction `e<number>`, so many hours after the start, of a source of its own."""
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": f"/call/{number}",
        "type": "call.ended",
        "time": (START + timedelta(hours=number)).isoformat(),
        "data": {
            "channel": "call",
            "identifiers": [{"namespace": n, "value": v, "assurance": assurance} for n, v in keys],
            "traits": {"plan": plan},
            **more,
        },
    }


async def both(service: Served, key: tuple[str, str]) -> list[Any]:
    """The plan that is shown of somebody, and that which rules read."""
    person = await service.look_up(*key)
    read = await read_by_rules(await said(service), [person["id"]])
    return [person["traits"]["plan"]["value"], read[person["id"]]["plan"]]


@pytest.fixture
async def plain(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as service:
        yield service


async def test_a_pin_on_an_identifier_that_nothing_names_any_more_is_no_more(plain: Served) -> None:
    mail, phone = KEYS[3], KEYS[7]
    await plain.hear(stating(1, mail, phone, plan="gold"), stating(2, phone, plan="basic"))
    person = await plain.look_up(*phone)
    asked = {"trait": "plan", "source": "/call/1", "interaction": "e1", **WHY}
    await plain.ask("POST", f"/v1/profiles/{person['id']}/pins", asked, status=201)
    assert await both(plain, phone) == ["gold", "gold"]
    await plain.hear(stating(1, phone, plan="silver", revision=NOW.isoformat()))
    assert await both(plain, phone) == ["basic", "basic"]


async def test_what_comes_back_to_a_device_is_vouched_for_as_it_was(plain: Served) -> None:
    tablet, one, other = KEYS[9], KEYS[0], KEYS[1]
    await plain.hear(stating(0, tablet, plan="gold"), stating(200, tablet, plan="basic", assurance="claimed"))
    assert await both(plain, tablet) == ["gold", "gold"]
    await plain.hear(stating(1, one, tablet, plan="x"), stating(2, other, tablet, plan="y"))
    assert await both(plain, tablet) == ["basic", "basic"]
    later = NOW.isoformat()
    await plain.hear(stating(1, one, plan="x", revision=later), stating(2, other, plan="y", revision=later))
    assert await both(plain, tablet) == ["gold", "gold"]

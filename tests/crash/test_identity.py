"""Stewards part, join and erase people while everything is killed: what is kept is what the rules make of it."""

import asyncio
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from schemas.topics import PROFILES
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.domain.tombstones import Engraver
from services.profile.memory_unit import MemoryTables
from services.profile.policy_file import load_policy
from services.profile.reading.queries import PostgresReads
from services.runtime.clock import SystemClock
from services.runtime.embedded.credentials import DevCredentials, issue_credentials
from services.runtime.embedded.ports import LOOPBACK, free_port
from services.runtime.kafka_log import KafkaLog
from services.runtime.log import Message
from tests.crash.outcome import JOURNEY_ROWS, TRANSITIONS, check_told
from tests.crash.worlds import World, worlds
from tests.profile.checks import check_persons
from tests.profile.histories import Happened
from tests.profile.kept import check_kept, stored_of
from tests.profile.policies import tight
from tests.profile.postgres_tables import opened
from tests.profile.running import Recorder
from tests.support.crash import ChildProcess, Site, dooms, site, wreak
from tests.support.eventually import eventually
from tests.support.identity import ranked
from tests.support.kafka import require_kafka
from tests.support.postgres import PostgresServer

WORLDS = int(os.environ.get("KESHER_CRASH_INTERACTIONS", "12000")) // 500
SEED = int(os.environ.get("KESHER_CRASH_SEED", "7"))
DEEDS_PER_WORLD = 4
KILLS = 10
SMALL_BATCH = 40
BACK_OFF_SECONDS = 0.05
PATIENCE_SECONDS = 120 + 2 * WORLDS
COME_AGAIN = {502, 503, 504}
REFUSED = {404, 409, 410}
POLICY = tight(shared_after=2, email=2, phone=2, handle=2, device=3)

pytestmark = [pytest.mark.kafka, pytest.mark.crash, pytest.mark.timeout(6 * PATIENCE_SECONDS)]


async def test_whatever_is_killed_people_are_who_the_evidence_says(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    require_kafka()
    those = worlds(WORLDS, random.Random(SEED))
    async with (
        postgres_server.fresh_database() as url,
        postgres_server.fresh_database() as calm_url,
        site(tmp_path / "rough", url) as rough,
    ):
        city = _City(rough, tmp_path)
        await _live_through(city, those)
        tables, messages = await _people_hold(city, those)
        withdrawn = [one.withdrawn is not None for one in tables.decisions.values()]
        assert any(withdrawn)
        assert not all(withdrawn)
        assert tables.erasures
        await check_told(rough)
        async with site(tmp_path / "calm", calm_url) as calm:
            await _journeys_hold(rough, calm, messages)


class _City:
    """A site with its stewards' office, all of whose processes die now and then."""

    def __init__(self, place: Site, folder: Path) -> None:
        self.place = place
        self.port = free_port()
        self.credentials = issue_credentials(folder, LOOPBACK, self.port, SystemClock())
        self.policy_file = folder / "identity.yaml"
        self.policy_file.write_text(yaml.safe_dump(POLICY.model_dump(mode="json")))
        self.policy: IdentityPolicy = load_policy(self.policy_file)
        environment = {
            "KESHER_IDENTITY_FILE": str(self.policy_file),
            "KESHER_ERASURE_KEY": self.credentials.erasure_key,
            "KESHER_BATCH_RECORDS": str(SMALL_BATCH),
        }
        self.workers = [
            *(place.child(f"profile-{n}", "work", "profile", **environment) for n in range(2)),
            place.child("journey", "work", "journey"),
        ]
        self.web = place.child("web", "web", "profile", **environment, **_web(self.credentials, self.port))

    @property
    def victims(self) -> list[ChildProcess]:
        return [*self.workers, self.web]


def _web(credentials: DevCredentials, port: int) -> dict[str, str]:
    return {
        "KESHER_HOST": LOOPBACK,
        "KESHER_PORT": str(port),
        "KESHER_DEV_JWT_KEY_FILE": str(credentials.jwt_key_file),
        "KESHER_SOURCES_FILE": str(credentials.sources_file),
    }


class _Steward:
    """Decides, withdraws and erases. A deed is one that was answered with yes.

    What was refused, as everything is as long as nobody is known, or never answered, is no deed, though it may
    have been done.
    """

    def __init__(self, city: _City, those: Sequence[World], rng: random.Random) -> None:
        self._url = f"http://{LOOPBACK}:{city.port}"
        said = json.loads(city.credentials.client_file.read_text(encoding="utf-8"))
        self._headers = {"authorization": f"Bearer {said['tokens']['steward']}"}
        self._worlds = those
        self._rng = rng
        self._made: list[str] = []
        self._done = 0

    async def work(self, deeds: int) -> None:
        async with httpx.AsyncClient(base_url=self._url, headers=self._headers, trust_env=False, timeout=60) as client:
            while self._done < deeds:
                self._done += await self._do_something(client)

    async def _do_something(self, client: httpx.AsyncClient) -> bool:
        a, b = self._rng.sample(self._rng.choice(self._worlds).identifiers, 2)
        chance = self._rng.random()
        if chance < 0.1:
            return await self._erase(client, {"namespace": a[0], "value": a[1]})
        if chance < 0.4 and self._made:
            path = f"/v1/identity/decisions/{self._made.pop(self._rng.randrange(len(self._made)))}"
            return await self._ask(client, "DELETE", path, {"reason": "not so"}) is not None
        wish = {"kind": self._rng.choice(("confirm", "separate")), "reason": "they said so"}
        ends = {name: {"namespace": end[0], "value": end[1]} for name, end in (("a", a), ("b", b))}
        made = await self._ask(client, "POST", "/v1/identity/decisions", wish | ends)
        if made:
            self._made.append(made["decision"]["id"])
        return made is not None

    async def _erase(self, client: httpx.AsyncClient, identifier: dict[str, str]) -> bool:
        found = await self._ask(client, "POST", "/v1/profiles/lookup", identifier)
        if not (found and found["profile"]):
            return False
        path = f"/v1/profiles/{found['profile']['id']}/erase"
        tried = await self._ask(client, "POST", f"{path}/preview", None)
        wish = tried and {"reason": "she asked", "seal": tried["seal"]}
        return wish is not None and await self._ask(client, "POST", path, wish) is not None

    async def _ask(self, client: httpx.AsyncClient, method: str, path: str, body: Any) -> Any:
        """The answer to what was done; None where it was refused, or nobody knows."""
        try:
            answer = await client.request(method, path, json=body)
        except httpx.TransportError:
            await asyncio.sleep(BACK_OFF_SECONDS)
            return None
        if answer.is_success:
            return answer.json()
        assert answer.status_code in REFUSED | COME_AGAIN, answer.text
        await asyncio.sleep(BACK_OFF_SECONDS)
        return None


async def _live_through(city: _City, those: Sequence[World]) -> None:
    """Everything happens, and some of it again; everybody dies; at last all is quiet."""
    rng, place = random.Random(SEED), city.place
    messages = [_message(one) for world in those for one in world.happened]
    rng.shuffle(messages)
    await place.produce([*messages, *rng.sample(messages, len(messages) // 10)])
    for victim in city.victims:
        victim.start()
    steward = asyncio.create_task(_Steward(city, those, rng).work(DEEDS_PER_WORLD * len(those)))
    doomed = dooms(rng, city.victims, KILLS, len({one.value for one in messages}) // 2)
    await wreak(place, doomed[: KILLS // 2], lambda: _stored(place), rng, PATIENCE_SECONDS)
    await asyncio.to_thread(place.kafka.restart)
    await wreak(place, doomed[KILLS // 2 :], lambda: _stored(place), rng, PATIENCE_SECONDS)
    await eventually(lambda: _finished(place, steward), PATIENCE_SECONDS)
    await steward
    await place.until_done(("profile", "journey"), PATIENCE_SECONDS)
    before = await _known(city)
    await place.produce(rng.sample(messages, len(messages) // 2))
    await place.until_done(("profile", "journey"), PATIENCE_SECONDS)
    after = await _known(city)
    assert (after.members, after.interactions) == (before.members, before.interactions)
    city.web.kill()
    await place.stop()


def _message(one: Happened) -> Message:
    return Message(f"{one.said.source} {one.said.id}".encode(), one.value)


async def _stored(place: Site) -> int:
    return await place.number("SELECT last_value FROM profile.interaction_number")


def _finished(place: Site, work: asyncio.Task[None]) -> bool:
    place.supervise()
    return work.done()


async def _known(city: _City) -> MemoryTables:
    async with opened(city.place.database_url, Recorder()) as kept:
        return await kept.tables()


async def _people_hold(city: _City, those: Sequence[World]) -> tuple[MemoryTables, list[Message]]:
    """The tables and all that was said of them, once it was seen that they are right."""
    messages = [Message(b"", value) for value in await city.place.read_all(PROFILES.name)]
    happened = [one for world in those for one in world.happened]
    async with opened(city.place.database_url, Recorder()) as kept:
        tables = await kept.tables()
        check_kept(tables, happened, city.policy, messages)
        people = {member.profile for member in tables.members.values()}
        said = stored_of(tables, happened, city.policy)
        await check_persons(PostgresReads(kept.database), people, said, city.policy)
    _check_complete(tables, happened, city)
    assert tables.outbox == {}
    return tables, messages


def _check_complete(tables: MemoryTables, happened: Sequence[Happened], city: _City) -> None:
    """What is not stored is an erased person's, or names nobody in a conversation of theirs."""
    engraver = Engraver(city.credentials.erasure_key.encode())
    for one in happened:
        if (one.said.source, one.said.id) not in tables.interactions:
            of_whom = [engraver.identifier(Key(*identifier)) for identifier, _ in ranked(one.said, city.policy)[:1]]
            if not of_whom and one.said.conversation:
                of_whom = [engraver.conversation(one.said.source, one.said.conversation)]
            assert {engraver.interaction(one.said.source, one.said.id), *of_whom} & tables.tombstones.keys(), one.said


async def _journeys_hold(rough: Site, calm: Site, messages: Sequence[Message]) -> None:
    """A worker that hears it all in peace follows the same journeys."""
    log = KafkaLog(calm.settings)
    await log.ensure_topics()
    producer = await log.producer()
    await producer.send(PROFILES.name, [Message(_id(one.value), one.value) for one in messages])
    await producer.close()
    calm.child("journey", "work", "journey").start()
    await calm.until_done(("journey",), PATIENCE_SECONDS)

    async def alike() -> bool:
        for rows in (JOURNEY_ROWS, TRANSITIONS):
            assert set(await calm.query(rows)) == set(await rough.query(rows))
        return True

    await eventually(alike, PATIENCE_SECONDS)
    await calm.stop()


def _id(value: bytes) -> bytes:
    """As a key it brings messages into an order that they never had: none is needed."""
    return str(json.loads(value)["id"]).encode()

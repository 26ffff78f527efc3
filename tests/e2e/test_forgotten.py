"""Nothing of an erased person is left: in tables of any service, in what is said afterwards, in logs and metrics."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import SecretStr

from schemas.topics import DEAD_LETTERS, JOURNEYS, PROFILES
from services.runtime.kafka_log import KafkaLog
from services.runtime.settings import Settings
from tests.e2e.test_slice import event, look_up
from tests.support.eventually import eventually
from tests.support.installation import Installation

SHE, HE = {"namespace": "customer_id", "value": "F-9001"}, {"namespace": "customer_id", "value": "F-9002"}
TWIN = {"namespace": "loyalty_id", "value": "7290000090017"}
MAIL, PHONE, HANDLE = "yehudit.forgotten@example.com", "+972549009011", "yehudit_f"
NEEDLES = (
    *("f-9001", "yehudit", "forgotten@", "549009011", "054-900-9011", "hers-", "1971-03-17", "rehov-haneviim"),
    *("please keep this between us", "unsubscribe-form-77"),
)
TRAITS = {
    "name": "Yehudit Shalev",
    "birth_date": "1971-03-17",
    "address": {"street": "Rehov-haneviim", "house_number": "5", "city": "Safed"},
}
HERS = [
    event("hers-1", "order.placed", "web", {"customer_id": "F-9001", "email": MAIL}, traits=TRAITS),
    event(
        *("hers-2", "call.ended", "call", {"customer_id": "F-9001", "phone": "054-900-9011"}),
        measures={"wait_seconds": 400},
        text="please keep this between us",
        raw={"caller": "054-900-9011", "form": "unsubscribe-form-77"},
        conversation="hers-talk",
    ),
    event("hers-3", "chat.message.received", "chat", {}, conversation="hers-talk", text="Yehudit again"),
    event(
        *("hers-4", "email.received", "email", {"email": MAIL, "handle:instagram": HANDLE}),
        consents=[{"purpose": "marketing.email", "granted": False, "wording": "unsubscribe-form-77"}],
    ),
]
REVISED = event(
    *("hers-1", "order.placed", "web", {"customer_id": "F-9001", "email": MAIL}),
    traits=TRAITS,
    revision="2026-06-01T00:00:00Z",
)
HIS = [
    event(
        *("his-1", "order.placed", "store", {"customer_id": "F-9002", "phone": "054-900-9012", "email": MAIL}),
        traits={"friend": MAIL},
        raw={"met": MAIL},
    )
]
HIS[0]["data"]["identifiers"][2]["assurance"] = "claimed"
TWINS = [event("twin-1", "store.visited", "store", {"loyalty_id": TWIN["value"]}, traits={"name": "Judith Shalev"})]


async def done(client: httpx.AsyncClient, path: str, body: Any = None, method: str = "POST") -> Any:
    answer = await client.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def tables(installation: Installation) -> dict[str, list[str]]:
    """Everything that is kept, as text, by table."""
    async with installation.database() as connection:
        names = await connection.fetch(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        return {
            f"{schema}.{table}": [
                _text(value) for row in await connection.fetch(f'SELECT * FROM "{schema}"."{table}"') for value in row
            ]
            for schema, table in names
        }


def _text(value: object) -> str:
    return (value.decode(errors="replace") if isinstance(value, bytes) else str(value)).lower()


def leaks(where: Mapping[str, Iterable[str]]) -> set[tuple[str, str]]:
    return {(place, needle) for place, texts in where.items() for text in texts for needle in NEEDLES if needle in text}


def log_of(installation: Installation) -> KafkaLog:
    for process in installation.processes():
        servers = process.environ().get("KESHER_KAFKA_BOOTSTRAP_SERVERS")
        if servers:
            return KafkaLog(Settings(kafka_bootstrap_servers=servers, database_url=SecretStr("postgresql://none")))
    raise AssertionError("no process of the installation knows the log")


async def said_since(log: KafkaLog, topic: str, since: Mapping[int, int]) -> list[str]:
    number = sum((await log.end(topic)).values()) - sum(since.values())
    reader = await log.reader(topic, since)
    found: list[str] = []
    while len(found) < number:
        found += [_text(record.value) + _text(record.key) for record in await reader.read(1_000, 1.0)]
    await reader.close()
    return found


async def known_well(installation: Installation) -> Any:
    """She is one person, in journeys and among those who are compared."""
    she = (await look_up(installation, **SHE))["profile"]
    assert she["figures"]["interactions"] == 4
    assert she["journeys"]
    assert (await look_up(installation, **HE))["profile"]["journeys"]
    everything = await tables(installation)
    assert any("yehudit" in text for text in everything["profile.duplicate_person"])
    assert any(she["id"] in text for text in everything["journey.fact"])
    return she


async def measured_export(client: httpx.AsyncClient, path: str) -> Any:
    """Whoever was changed is measured anew a little later."""
    export = await done(client, f"{path}/export", method="GET")
    assert export["measures"]
    return export


async def attended_to(installation: Installation, she: Any) -> None:
    """A steward pinned, decided and thought better of it; she was exported and read; a letter of hers is dead."""
    path = f"/v1/profiles/{she['id']}"
    async with installation.client("steward") as client:
        stated = {"trait": "name", "source": "/test/slice", "interaction": "hers-1", "reason": "as on her card"}
        await done(client, f"{path}/pins", stated)
        wish = {"kind": "confirm", "a": SHE, "b": {"namespace": "email", "value": MAIL}, "reason": "hers"}
        decision = (await done(client, "/v1/identity/decisions", wish))["decision"]["id"]
        await done(client, f"/v1/identity/decisions/{decision}", {"reason": "known anyway"}, "DELETE")
        await done(client, f"{path}/journeys", method="GET")
        export = await eventually(lambda: measured_export(client, path), 60)
        assert len(export["interactions"]) == 4
        assert all(export[part] for part in ("journeys", "steps", "links"))
        assert {one["service"] for one in export["reads"]} == {"profile", "journey"}
    async with installation.database() as connection:
        await connection.execute(
            "INSERT INTO ingest.dead_letters (id, topic, partition, record_offset, consumer, error, failed_at, value)"
            " VALUES ('letter', 'kesher.interactions.v1', 0, 0, 'kesher.profile', 'broken', now(), $1)",
            json.dumps({"identifiers": [{"namespace": "email", "value": MAIL}]}).encode(),
        )


async def exports_of_everybody(installation: Installation) -> dict[str, list[str]]:
    """All exports as text, by the person's id."""
    async with installation.database() as connection:
        rows = await connection.fetch("SELECT DISTINCT profile::text FROM profile.membership")
    async with installation.client("steward") as client:
        asked = {row[0]: await done(client, f"/v1/profiles/{row[0]}/export", method="GET") for row in rows}
    assert len(asked) > 1
    return {profile: [json.dumps(document, ensure_ascii=False).lower()] for profile, document in asked.items()}


async def test_nothing_of_the_erased_is_left_anywhere(installation: Installation) -> None:
    await installation.post([*HERS, *HIS, *TWINS])
    await installation.post([REVISED])
    she = await eventually(lambda: known_well(installation), 120)
    await attended_to(installation, she)
    assert {needle for _, needle in leaks(await tables(installation))} == set(NEEDLES)

    log = log_of(installation)
    topics = [topic.name for topic in (PROFILES, JOURNEYS, DEAD_LETTERS)]
    async with installation.client("steward") as client:
        seal = (await done(client, f"/v1/profiles/{she['id']}/erase/preview"))["seal"]
        await done(client, f"/v1/profiles/{she['id']}/erase", {"reason": "they asked us to", "seal": seal})

    async def forgotten() -> bool:
        assert leaks(await tables(installation)) == set()
        return True

    await eventually(forgotten, 60)
    since = {topic: await log.end(topic) for topic in topics}
    await installation.post([*HERS, REVISED, *HIS])
    later = {**event("his-2", "call.ended", "call", {"customer_id": "F-9002"}), "time": datetime.now(UTC).isoformat()}
    await installation.post([later])

    async def he_goes_on() -> bool:
        found = (await look_up(installation, **HE))["profile"]
        assert found["figures"]["interactions"] == 2
        return True

    await eventually(he_goes_on, 60)
    await eventually(forgotten, 60)
    assert leaks({topic: await said_since(log, topic, since[topic]) for topic in topics}) == set()
    async with installation.client("admin") as client:
        metrics = (await client.get("/metrics")).text.lower()
    assert leaks({"metrics": [metrics], "log": [installation.output.lower()]}) == set()
    theirs = await exports_of_everybody(installation)
    assert leaks(theirs) == set()
    assert [one for one, texts in theirs.items() if she["id"] in texts[0]] == []
    async with installation.client("steward") as client:
        assert (await client.get(f"/v1/profiles/{she['id']}/export")).status_code == 410

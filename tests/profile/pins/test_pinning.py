"""Pins over HTTP and PostgreSQL: chosen among what was stated, moved with identifiers, taken back."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schemas.profile_events import TraitPinned, TraitUnpinned
from schemas.topics import PROFILES
from services.profile.pins.queries import PostgresPins
from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

MAIL, PHONE = ("email", "dana@example.com"), ("phone", "+972541234567")
NOWHERE = "00000000-0000-7000-8000-00000000ffff"
WHY = {"reason": "she spelt it for me"}


@pytest.fixture
async def api(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as api:
        yield api


def named(number: int, *keys: tuple[str, str], name: str, source: str = "/call/main", trust: int = 0) -> dict[str, Any]:
    return said(number, *keys, source=source, trust=trust, traits={"name": name})


def shown(profile: Any, trait: str = "name") -> list[tuple[Any, str | None, bool]]:
    """Value, what it lost by, and whether it is pinned; the winner first."""
    winner = profile["traits"][trait]
    return [(one["value"], one.get("lost_by"), one["pin"] is not None) for one in (winner, *winner["others"])]


async def disagreement(api: Served) -> Any:
    """A customer of whom three sources say different names."""
    await api.hear(
        named(1, MAIL, name="Dana", trust=9),
        named(2, MAIL, name="Dina", source="/web/site"),
        named(3, MAIL, name="Danna", source="/store/pos"),
    )
    return await api.look_up(*MAIL)


async def pin(api: Served, profile: str, source: str, interaction: str, *, status: int = 201) -> Any:
    asked = {"trait": "name", "source": source, "interaction": interaction, **WHY}
    return await api.ask("POST", f"/v1/profiles/{profile}/pins", asked, status=status)


async def unpin(api: Served, profile: str, pin_id: str, *, status: int = 200) -> Any:
    return await api.ask("DELETE", f"/v1/profiles/{profile}/pins/{pin_id}", WHY, status=status)


async def test_a_pin_wins_until_it_is_taken_back_and_stays_on_record(api: Served) -> None:
    before = await disagreement(api)
    assert shown(before) == [("Dana", None, False), ("Danna", "trust", False), ("Dina", "trust", False)]
    done = await pin(api, before["id"], "/web/site", "e2")
    after = await api.look_up(*MAIL)
    assert shown(after) == [("Dina", None, True), ("Dana", "pin", False), ("Danna", "pin", False)]
    assert done["trait"] == after["traits"]["name"]
    assert (done["pin"]["value"], done["pin"]["author"], done["pin"]["reason"]) == (
        "Dina",
        "dev-steward",
        WHY["reason"],
    )
    assert await found_as(api, "dana@example.com") == "Dina"
    back = await unpin(api, before["id"], done["pin"]["id"])
    assert await api.look_up(*MAIL) == before
    assert back["trait"] == before["traits"]["name"]
    kept = await api.ask("GET", f"/v1/profiles/{before['id']}/pins")
    assert kept["items"] == [back["pin"]]
    assert back["pin"]["withdrawn"]["reason"] == WHY["reason"]
    assert {action for action, _ in await api.notes()} == {"lookup", "search", "pin", "unpin", "pins"}


async def found_as(api: Served, text: str) -> Any:
    (item,) = (await api.ask("POST", "/v1/profiles/search", {"q": text}))["items"]
    return item["name"]


async def test_a_pinned_value_outlives_what_its_source_states_since(api: Served) -> None:
    before = await disagreement(api)
    await pin(api, before["id"], "/web/site", "e2")
    await api.hear(named(4, MAIL, name="Avi", source="/web/site"))
    after = await api.look_up(*MAIL)
    assert shown(after)[0] == ("Dina", None, True)
    assert [value for value, *_ in shown(after)] == ["Dina", "Dana", "Avi", "Danna"]


async def test_pins_move_with_their_identifiers_and_come_back_with_them(api: Served) -> None:
    await api.hear(
        named(1, MAIL, name="Dana Cohen"),
        named(2, MAIL, name="Dana C", source="/web/site"),
        named(3, PHONE, name="Dana Levi"),
        named(4, PHONE, name="Dana L", source="/web/site"),
    )
    hers, his = await api.look_up(*MAIL), await api.look_up(*PHONE)
    await pin(api, hers["id"], "/call/main", "e1")
    await pin(api, his["id"], "/call/main", "e3")
    apart = [await api.look_up(*MAIL), await api.look_up(*PHONE)]
    assert [shown(one)[0][0] for one in apart] == ["Dana Cohen", "Dana Levi"]
    await api.hear(said(5, MAIL, PHONE))
    whole = await api.look_up(*MAIL)
    assert shown(whole)[:2] == [("Dana Levi", None, True), ("Dana Cohen", "pin", True)]
    wish = {"a": dict(zip(("namespace", "value"), MAIL, strict=True)), **WHY}
    wish["b"] = dict(zip(("namespace", "value"), PHONE, strict=True))
    made = await api.ask("POST", "/v1/identity/decisions", {"kind": "separate", **wish}, status=201)
    assert {person["traits"]["name"]["value"] for person in made["after"]} == {"Dana Cohen", "Dana Levi"}
    assert [(await api.look_up(*key))["traits"] for key in (MAIL, PHONE)] == [one["traits"] for one in apart]
    await api.ask("DELETE", f"/v1/identity/decisions/{made['decision']['id']}", WHY)
    assert (await api.look_up(*MAIL))["traits"] == whole["traits"]


async def test_only_what_was_stated_of_this_person_can_be_pinned(api: Served) -> None:
    before = await disagreement(api)
    await api.hear(named(9, PHONE, name="Avi"))
    other = await api.look_up(*PHONE)
    await pin(api, before["id"], "/web/site", "e9", status=404)
    await pin(api, before["id"], "/call/main", "e9", status=404)
    await pin(api, NOWHERE, "/web/site", "e2", status=404)
    done = await pin(api, before["id"], "/web/site", "e2")
    await pin(api, before["id"], "/web/site", "e2", status=409)
    await unpin(api, other["id"], done["pin"]["id"], status=404)
    await unpin(api, before["id"], NOWHERE, status=404)
    await unpin(api, before["id"], done["pin"]["id"])
    await unpin(api, before["id"], done["pin"]["id"], status=409)
    await pin(api, before["id"], "/web/site", "e2")


@pytest.mark.parametrize("field", ["trait", "source", "interaction", "reason"])
async def test_what_cannot_be_stored_is_refused_at_its_field(api: Served, field: str) -> None:
    before = await disagreement(api)
    asked = {"trait": "name", "source": "/web/site", "interaction": "e2", **WHY, field: "a\nb\0c"}
    problem = await api.ask("POST", f"/v1/profiles/{before['id']}/pins", asked, status=422)
    assert problem["field"] == field
    await api.ask(
        "POST", f"/v1/profiles/{before['id']}/pins", {**asked, field: "a\nbc"}, status=201 if field == "reason" else 404
    )


async def test_pins_of_an_old_id_are_those_of_the_live_profile(api: Served) -> None:
    await api.hear(named(1, MAIL, name="Dana"), named(2, PHONE, name="Dana"))
    ids = {(await api.look_up(*key))["id"] for key in (MAIL, PHONE)}
    await api.hear(said(3, MAIL, PHONE))
    live = (await api.look_up(*MAIL))["id"]
    (old,) = ids - {live}
    done = await pin(api, old, "/call/main", "e2")
    assert done["profile_id"] == live
    await unpin(api, old, done["pin"]["id"])


async def test_who_may_not_see_personal_data_sees_no_pinned_value(api: Served) -> None:
    before = await disagreement(api)
    await pin(api, before["id"], "/web/site", "e2")
    kept = await api.ask("GET", f"/v1/profiles/{before['id']}/pins", role="ops")
    assert "Dina" not in str(kept)
    assert MAIL[1] not in str(kept)
    for role in ("agent", "ops"):
        asked = {"trait": "name", "source": "/web/site", "interaction": "e2", **WHY}
        await api.ask("POST", f"/v1/profiles/{before['id']}/pins", asked, role=role, status=403)
        await api.ask("DELETE", f"/v1/profiles/{before['id']}/pins/{NOWHERE}", WHY, role=role, status=403)


async def test_the_policy_decides_what_is_shown(postgres_server: PostgresServer, tmp_path: Path) -> None:
    rules = "traits: {name: {order: [recency]}, '*': {trust: {/store/pos: 7}}}"
    async with served(postgres_server, tmp_path, rules) as api:
        profile = await disagreement(api)
        await api.hear(
            said(5, MAIL, traits={"city": "Haifa"}, trust=3),
            said(6, MAIL, source="/store/pos", traits={"city": "Akko"}),
        )
        assert shown(profile) == [("Danna", None, False), ("Dina", "recency", False), ("Dana", "recency", False)]
        city = (await api.look_up(*MAIL))["traits"]["city"]
        assert (city["value"], city["trust"], city["others"][0]["lost_by"]) == ("Akko", 7, "trust")
        assert await found_as(api, "dana@example.com") == "Danna"


async def told(api: Served) -> list[dict[str, Any]]:
    """What was said of pins, checked against the published models."""
    reader = await api.log.reader(PROFILES.name, dict.fromkeys(await api.log.end(PROFILES.name), 0))
    values = [record.value for record in await reader.read(1_000, 0.0)]
    models = {"profile.trait.pinned": TraitPinned, "profile.trait.unpinned": TraitUnpinned}
    for value in values:
        models[json.loads(value)["type"]].model_validate_json(value)
    return [json.loads(value) for value in values]


async def test_pins_are_told_as_they_are_made_and_taken_back(api: Served) -> None:
    before = await disagreement(api)
    done = await pin(api, before["id"], "/web/site", "e2")
    await unpin(api, before["id"], done["pin"]["id"])
    made, gone = [event["data"] for event in await told(api)]
    assert (made["pin"], gone["pin"]) == (done["pin"]["id"],) * 2
    assert made["anchor"] == gone["anchor"]
    assert made["anchor"]["profile_id"] == before["id"]
    assert (made["trait"], made["value"], made["verified"]) == ("name", "Dina", True)
    assert (made["source"], made["interaction"], made["trust"]) == ("/web/site", "e2", 0)


async def test_what_is_refused_is_not_told(api: Served) -> None:
    before = await disagreement(api)
    await pin(api, before["id"], "/web/site", "e9", status=404)
    assert await told(api) == []


async def test_pins_that_stand_and_were_never_told_are_told_once(api: Served) -> None:
    before = await disagreement(api)
    first, second = [
        await pin(api, before["id"], source, event) for source, event in (("/web/site", "e2"), ("/store/pos", "e3"))
    ]
    await unpin(api, before["id"], second["pin"]["id"])
    async with api.kept.database.connection() as connection:
        await connection.execute("UPDATE pin SET told = false")
    pins = PostgresPins(api.kept.database, lambda: api.kept.outbox)
    api.kept.log.sent.clear()
    assert [await pins.tell(), await pins.tell()] == [1, 0]
    (message,) = api.kept.log.messages
    assert json.loads(message.value)["data"]["pin"] == first["pin"]["id"]

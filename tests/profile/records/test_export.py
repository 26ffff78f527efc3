"""An export holds everything about a person, and of other people no more than that there are some."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.pins.queries import PostgresPins
from services.profile.reading.consents import PostgresLedger
from services.profile.reading.queries import PostgresReads
from services.profile.records import export
from services.profile.records.export_views import ProfileExport
from services.profile.records.queries import PostgresRecords
from services.runtime.access import Person, Role
from tests.profile.running import NOW
from tests.profile.serving import Records, Served, Ticking, said, served
from tests.profile.spellings import POOL
from tests.support.postgres import PostgresServer

MAIL, PHONE, CARD = ("email", "dana@example.com"), ("phone", "+972541234567"), ("loyalty_id", "card 17")
FIRST, SECOND = ("customer_id", "c-1001"), ("customer_id", "c-1002")
WHY = {"reason": "she asked for it"}


@pytest.fixture
async def api(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as api:
        yield api


def hers() -> list[dict[str, Any]]:
    """What she sent, by two identifiers and by both, with everything that an interaction may hold."""
    return [
        said(
            1,
            FIRST,
            MAIL,
            traits={"first_name": "Dana", "city": "Haifa"},
            text="שלום",
            raw={"a": [1.50, None, "\u2028"]},
        ),
        said(
            2, MAIL, source="/web/site", traits={"first_name": "Dana", "city": "Akko"}, measures={"wait_seconds": 3.5}
        ),
        said(3, MAIL, ("email", "anonymous"), ("phone", "123"), properties={"deep": {"er": ["<&>", '"', "\\"]}}),
        said(4, CARD, MAIL),
        *(said(number, (MAIL, CARD, FIRST)[number % 3], source="/app/main") for number in range(10, 31)),
    ]


async def test_nothing_that_the_person_sent_is_missing(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "AT_A_TIME", 4)
    sent = hers()
    again = {**said(2, MAIL, source="/web/site"), "data": {**sent[1]["data"], "text": "not what it said at first"}}
    await api.hear(*sent, again, sent[0])
    profile = await api.look_up(*MAIL)
    told = await api.ask("GET", f"/v1/profiles/{profile['id']}/export")
    ProfileExport.model_validate(told)
    assert [one["event"] for one in told["interactions"]] == sent
    assert [one["variants"] for one in told["interactions"] if one["variants"]] == [[again]]
    assert told["interactions"][2]["blocked"] == [
        {"namespace": "email", "reason": "junk"},
        {"namespace": "phone", "reason": "short"},
    ]
    for part in ("identifiers", "traits", "figures"):
        assert told[part] == profile[part]
    assert told["segments"] == [{"segment": "valued"}]
    assert {(one["identifier"]["value"], one["kind"], one["value"]) for one in told["claims"]} == {
        ("c-1001", "given", "dana"),
        ("dana@example.com", "given", "dana"),
    }
    assert {(one["a"]["value"], one["b"]["value"]) for one in told["links"]} == {
        ("c-1001", "dana@example.com"),
        ("dana@example.com", "card 17"),
    }


async def test_exports_of_all_people_hold_every_interaction_once(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "AT_A_TIME", 3)
    chance = Random(7)
    sent = [
        said(
            number, *((one.namespace, one.value) for one in chance.sample(POOL, chance.randint(0, 3))), text=str(number)
        )
        for number in range(60)
    ]
    chance.shuffle(sent)
    outcomes = await api.hear(*sent)
    anchored = [
        one["id"] for one, outcome in zip(sent, outcomes, strict=True) if outcome not in {"blocked", "unidentified"}
    ]
    async with api.kept.database.connection() as connection:
        people = [str(row[0]) for row in await connection.fetch("SELECT DISTINCT profile FROM membership")]
    told = [await api.ask("GET", f"/v1/profiles/{person}/export") for person in people]
    assert len(people) > 1
    assert "merged" in outcomes
    found = [one["event"] for document in told for one in document["interactions"]]
    assert sorted(one["id"] for one in found) == sorted(anchored)
    assert all(one in sent for one in found)


async def test_what_people_did_about_a_person_is_told_too(api: Served) -> None:
    await api.hear(said(1, MAIL, traits={"city": "Haifa"}), said(2, CARD))
    old = [(await api.look_up(*key))["id"] for key in (MAIL, CARD)]
    a, b = ({"namespace": namespace, "value": value} for namespace, value in (MAIL, CARD))
    decision = {"kind": "confirm", "a": a, "b": b, **WHY}
    await api.ask("POST", "/v1/identity/decisions", decision, status=201)
    pinned = {"trait": "city", "source": "/call/main", "interaction": "e1", **WHY}
    pin = await api.ask("POST", f"/v1/profiles/{old[1]}/pins", pinned, status=201)
    await api.ask("DELETE", f"/v1/profiles/{old[1]}/pins/{pin['pin']['id']}", WHY)
    told = await api.ask("GET", f"/v1/profiles/{old[1]}/export")
    assert told["profile_id"] == (await api.look_up(*MAIL))["id"]
    assert told["profile_ids"] == sorted(old)
    assert [(one["kind"], one["a"], one["b"]) for one in told["decisions"]] == [("confirm", a, b)]
    assert [(one["value"], one["withdrawn"]["reason"]) for one in told["pins"]] == [("Haifa", WHY["reason"])]
    reads = [one for one in told["reads"] if one["service"] == "profile"]
    actions = [one["action"] for one in reads]
    assert actions == ["lookup", "lookup", "decision", "decision", "pin", "unpin", "export"]
    assert {(one["person"], *one["roles"]) for one in reads} == {("dev-steward", "steward")}
    elsewhere = {"at": NOW.isoformat().replace("+00:00", "Z"), "person": "omer", "roles": ["ops"], "action": None}
    assert told["reads"][len(reads) :] == [{**elsewhere, "service": "journey"}] * len(old)


async def test_other_peoples_identifiers_are_not_in_it(api: Served) -> None:
    await api.hear(said(1, FIRST, PHONE), said(2, SECOND, PHONE), said(3, SECOND, MAIL))
    his = await api.look_up(*FIRST)
    a, b = ({"namespace": namespace, "value": value} for namespace, value in (FIRST, MAIL))
    await api.ask("POST", "/v1/identity/decisions", {"kind": "separate", "a": a, "b": b, **WHY}, status=201)
    told = await api.ask("GET", f"/v1/profiles/{his['id']}/export")
    (held,), (decision,) = told["held"], told["decisions"]
    assert {held["a"]["value"], held["b"]["value"]} == {PHONE[1], "•••02"}
    assert {decision["a"]["value"], decision["b"]["value"]} == {FIRST[1], "•••om"}
    assert SECOND[1] not in str(told)
    assert MAIL[1] not in str(told)


async def test_links_come_in_pages_whole_and_once(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = [("loyalty_id", f"card {number}") for number in range(7)]
    await api.hear(*(said(number, card, MAIL) for number, card in enumerate(cards)))
    await api.hear(*(said(number + 50, card, PHONE) for number, card in enumerate(cards)))
    strangers = [("customer_id", f"c-{number}") for number in range(9)]
    await api.hear(*(said(number + 100, one, PHONE) for number, one in enumerate(strangers)))
    profile = await api.look_up(*MAIL)
    asked = f"/v1/profiles/{profile['id']}/export"
    whole = await api.ask("GET", asked)
    assert len(whole["links"]) > 2
    assert len(whole["held"]) > 2
    for size in (1, 3):
        monkeypatch.setattr(export, "LINKS_AT_A_TIME", size)
        told = await api.ask("GET", asked)
        assert (told["links"], told["held"]) == (whole["links"], whole["held"])
    identity = await api.ask("GET", f"/v1/profiles/{profile['id']}/identity")
    assert ends(whole["links"]) == ends(identity["links"])
    assert len(whole["held"]) == identity["held_total"]


def ends(links: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((one["a"]["value"], one["b"]["value"]) for one in links)


async def test_a_person_without_anything_is_a_whole_document(api: Served) -> None:
    await api.hear(said(1, MAIL, PHONE))
    wish = {"kind": "separate", "a": {"namespace": "email", "value": MAIL[1]}, **WHY}
    await api.ask(
        "POST", "/v1/identity/decisions", {**wish, "b": {"namespace": "phone", "value": PHONE[1]}}, status=201
    )
    phone = await api.look_up(*PHONE)
    told = await api.ask("GET", f"/v1/profiles/{phone['id']}/export", role="admin")
    assert (told["interactions"], told["traits"], told["claims"]) == ([], {}, [])
    assert len(told["identifiers"]) == len(told["held"]) == 1


async def test_only_stewards_take_everything_away(api: Served) -> None:
    await api.hear(said(1, MAIL))
    profile = await api.look_up(*MAIL)
    for role in ("agent", "ops"):
        await api.ask("GET", f"/v1/profiles/{profile['id']}/export", role=role, status=403)
    await api.ask("GET", "/v1/profiles/00000000-0000-7000-8000-00000000ffff/export", status=404)
    assert [action for action, _ in await api.notes()] == ["lookup"]


async def test_a_long_timeline_is_written_piece_by_piece(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "AT_A_TIME", 5)
    await api.hear(*(said(number, MAIL, text="x" * 2_000) for number in range(40)))
    profile, database = await api.look_up(*MAIL), api.kept.database
    reads, records, pins = PostgresReads(database), PostgresRecords(database), PostgresPins(database)
    ledger = PostgresLedger(database)
    exports = export.Exports(reads, records, pins, ledger, IdentityPolicy(), Ticking(), Records())
    live, document = await exports.export(UUID(profile["id"]), Person("maya", frozenset({Role.STEWARD})))
    pieces = [len(piece) async for piece in document]
    assert live == profile["id"]
    assert sum(pieces) > 80_000
    assert max(pieces) < 5 * 2_500


async def test_what_the_person_allowed_and_refused_is_listed(api: Served) -> None:
    await api.hear(said(1, MAIL, consents=[{"purpose": "marketing.email", "granted": False, "method": "form"}]))
    profile = await api.look_up(*MAIL)
    (told,) = (await api.ask("GET", f"/v1/profiles/{profile['id']}/export"))["consents"]
    assert (told["purpose"], told["granted"], told["method"]) == ("marketing.email", False, "form")
    assert told["identifier"] == {"namespace": MAIL[0], "value": MAIL[1]}

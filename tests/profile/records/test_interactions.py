"""What is told of one interaction."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.profile.reading.explain import explain_blocked, explain_outcome
from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

MAIL, PHONE, CARD = ("email", "dana@example.com"), ("phone", "+972541234567"), ("loyalty_id", "card 17")
FIRST, SECOND = ("customer_id", "c-1001"), ("customer_id", "c-1002")
TABLET = ("device", "tablet-17")
OUTCOMES = ("attached", "created", "merged", "held", "blocked", "unidentified", "duplicate", "stale_revision")


@pytest.fixture
async def api(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as api:
        yield api


async def explained(api: Served, event_id: str, *keys: tuple[str, str], role: str = "steward") -> Any:
    """An interaction on the timelines of these people, by the number that it has there."""
    for key in keys:
        profile = await api.look_up(*key)
        for item in (await api.ask("GET", f"/v1/profiles/{profile['id']}/timeline"))["items"]:
            if item["id"] == event_id:
                return await api.ask("GET", f"/v1/interactions/{item['interaction_number']}", role=role)
    raise AssertionError(f"{event_id} is on no timeline")


async def number_of(api: Served, event_id: str) -> int:
    async with api.kept.database.connection() as connection:
        return int(await connection.fetchval("SELECT id FROM interaction WHERE event_id = $1", event_id))


async def test_the_first_of_a_customer_made_the_profile(api: Served) -> None:
    await api.hear(said(1, MAIL), said(2, MAIL))
    first, second = await explained(api, "e1", MAIL), await explained(api, "e2", MAIL)
    profile = (await api.look_up(*MAIL))["id"]
    assert (first["outcome"], first["created"], first["profile_id"]) == ("created", profile, profile)
    assert first["explanation"] == "It was the first of a new customer."
    assert (second["outcome"], second["created"], second["brought_together"]) == ("attached", None, [])
    assert {action for action, _ in await api.notes()} == {"lookup", "timeline", "interaction"}


async def test_a_merge_tells_who_were_brought_together_by_which_link(api: Served) -> None:
    await api.hear(said(1, MAIL, CARD), said(2, PHONE))
    ids = [(await api.look_up(*key))["id"] for key in (MAIL, PHONE)]
    await api.hear(said(3, MAIL, PHONE), said(4, MAIL, PHONE))
    merge, witness = await explained(api, "e3", MAIL), await explained(api, "e4", MAIL)
    assert (merge["outcome"], witness["outcome"]) == ("merged", "attached")
    together = [
        ({one["value"] for one in group["identifiers"]}, group["profile_ids"]) for group in merge["brought_together"]
    ]
    assert sorted(together, key=len) == together
    assert ({MAIL[1], CARD[1]}, [ids[0]]) in together
    assert ({PHONE[1]}, [ids[1]]) in together
    assert [(one["first_witness"], one["reason"]) for one in merge["links"]] == [(True, None)]
    assert [(one["first_witness"], one["reason"]) for one in witness["links"]] == [(False, None)]
    assert witness["brought_together"] == []
    assert [(one["value"], one["anchor"], one["assurance"]) for one in merge["identifiers"]] == [
        (MAIL[1], True, "verified"),
        (PHONE[1], False, "verified"),
    ]


async def test_a_held_link_is_told_with_its_reason(api: Served) -> None:
    await api.hear(said(1, FIRST, PHONE), said(2, SECOND, PHONE))
    told = await explained(api, "e2", SECOND)
    (link,) = told["links"]
    assert (told["outcome"], link["reason"], link["first_witness"]) == ("held", "limit:customer_id", True)
    assert "customer_id" in link["explanation"]
    assert len({one["profile_id"] for one in told["identifiers"]}) == 2


async def test_claimed_and_blocked_identifiers_are_told_apart(api: Served) -> None:
    event = said(1, MAIL, ("phone", "123"), ("shoe_size", "44"))
    event["data"]["identifiers"].append({"namespace": "phone", "value": PHONE[1], "assurance": "claimed"})
    await api.hear(event)
    told = await explained(api, "e1", MAIL)
    assert [(one["value"], one["assurance"]) for one in told["identifiers"]] == [
        (MAIL[1], "verified"),
        (PHONE[1], "claimed"),
    ]
    assert [(one["namespace"], one["reason"]) for one in told["blocked"]] == [
        ("phone", "short"),
        ("shoe_size", "namespace"),
    ]
    assert all(one["explanation"] for one in told["blocked"])
    assert [one["reason"] for one in told["links"]] == ["claimed"]


async def test_one_that_names_nobody_is_explained_by_its_number(api: Served) -> None:
    await api.hear(said(1), said(2, ("email", "anonymous")))
    for event_id, outcome in (("e1", "unidentified"), ("e2", "blocked")):
        told = await api.ask("GET", f"/v1/interactions/{await number_of(api, event_id)}")
        assert (told["outcome"], told["profile_id"], told["identifiers"]) == (outcome, None, [])
    await api.ask("GET", "/v1/interactions/999999", status=404)
    await api.ask("GET", "/v1/interactions/0", status=422)


async def test_one_that_joined_its_conversations_customer_is_explained(api: Served) -> None:
    await api.hear(said(1, conversation="chat 7"), said(2, MAIL, conversation="chat 7"))
    told = await explained(api, "e1", MAIL)
    assert (told["joined"], told["outcome"], told["identifiers"]) == (True, "attached", [])
    assert "conversation" in told["explanation"]
    assert told["profile_id"] == (await explained(api, "e2", MAIL))["profile_id"]


async def test_one_that_is_the_persons_who_had_logged_in_is_explained(api: Served) -> None:
    await api.hear(said(1, FIRST, TABLET), said(2, TABLET), said(9, SECOND, TABLET), said(5, TABLET))
    told = await explained(api, "e2", FIRST)
    assert told["profile_id"] == (await api.look_up(*FIRST))["id"]
    assert told["login"] == {
        "device": {"namespace": TABLET[0], "value": TABLET[1]},
        "person": {"namespace": FIRST[0], "value": FIRST[1]},
        "time": (await explained(api, "e1", FIRST))["time"],
        "source": told["source"],
        "id": "e1",
    }
    assert "logged in" in told["explanation"]
    assert [(one["value"], one["anchor"]) for one in told["identifiers"]] == [(TABLET[1], False)]
    masked = await explained(api, "e2", FIRST, role="ops")
    assert FIRST[1] not in str(masked["login"])


async def test_one_that_nobody_had_logged_in_around_stays_on_the_device(api: Served) -> None:
    await api.hear(said(1, FIRST, TABLET), said(9, SECOND, TABLET), said(5, TABLET))
    told = await explained(api, "e5", TABLET)
    assert (told["ambiguous"], told["login"]) == (True, None)
    assert told["profile_id"] not in {(await api.look_up(*key))["id"] for key in (FIRST, SECOND)}
    assert "several people" in told["explanation"]


async def test_the_content_that_a_revision_replaced_is_shown_beside_it(api: Served) -> None:
    await api.hear(said(1, MAIL, text="first"))
    await api.hear(said(1, PHONE, text="second", revision="2026-11-22T10:00:00Z"))
    told = await explained(api, "e1", PHONE)
    assert [one["event"]["data"]["text"] for one in told["variants"]] == ["first"]
    await api.ask("POST", "/v1/profiles/lookup", {"namespace": MAIL[0], "value": MAIL[1]}, status=404)


async def test_a_second_content_under_its_id_is_shown(api: Served) -> None:
    await api.hear(said(1, MAIL, text="first"), said(1, MAIL, text="second"))
    told = await explained(api, "e1", MAIL)
    assert [one["event"]["data"]["text"] for one in told["variants"]] == ["second"]
    masked = await explained(api, "e1", MAIL, role="ops")
    assert masked["masked"]
    assert "text" not in masked["variants"][0]["event"]["data"]
    assert MAIL[1] not in str(masked)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_explained(outcome: str) -> None:
    assert explain_outcome(outcome).endswith(".")


@pytest.mark.parametrize("reason", ["namespace", "junk", "own", "malformed", "short"])
def test_every_reason_to_block_is_explained(reason: str) -> None:
    assert explain_blocked(reason).endswith(".")

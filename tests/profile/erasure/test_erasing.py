"""Erasing over HTTP: what a steward sees before, what is left after, and what comes again."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.profile.domain.tombstones import Engraver
from services.profile.erasure.due_letters import DueLetters
from services.profile.erasure.due_postgres import PostgresDueLetters
from services.runtime.errors import Unavailable
from tests.profile.running import NOW
from tests.profile.serving import Served, said, served
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer

DANA = (("customer_id", "C-1"), ("email", "dana@example.com"))
PHONE = ("phone", "+972541234567")
NOBODY = "0199f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"
SEAL = "0" * 32
ABOUT_HER = [
    b'{"value": "054-765-4321"}',
    b'{"value":"+972547654321"}',
    b'{"value": "c-1"}',
    b'{"value": "(054) 765-4321"}',
    b'{"data": {"raw": ["tel:+972547654321"]}}',
    b'{"value": " c-1 "}',
    b'{"value": "\\u0063-1", "value": "c-2"}',
    b'{"C-1": {}}',
    b'{"from": 972547654321}',
    b'{"namespace": "customer_id", "value": "C-1"}',
    b'{"namespace": "kunde", "value": "C-1"}',
    b'{"region": "US", "value": "+972 54 765 4321"}',
    b'{"value": "054 765 4321", ',
    b"from=C-1&to=C-2",
    b"C-1",
]
ABOUT_OTHERS = [
    b'{"value": "+972541234567"}',
    b'{"value": "c-2"}',
    b'{"value": "c-11"}',
    b'{"namespace": "loyalty_id", "value": "C-1"}',
    b'{"id": "c-1"}',
    b'{"region": "US", "value": "(206) 555-0123"}',
    b"\xff",
    b"[" * 100_000,
]


@pytest.fixture
async def service(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as service:
        yield service


async def preview(service: Served, profile: str) -> Any:
    return await service.ask("POST", f"/v1/profiles/{profile}/erase/preview")


async def erase(service: Served, profile: str) -> Any:
    seen = await preview(service, profile)
    asked = {"reason": "she asked us to", "seal": seen["seal"]}
    done = await service.ask("POST", f"/v1/profiles/{profile}/erase", asked)
    assert done["erased"] == seen["erases"]
    return done


async def test_a_preview_counts_and_changes_nothing(service: Served) -> None:
    await service.hear(said(1, *DANA), said(2, DANA[0]))
    profile = await service.look_up(*DANA[0])
    before = await service.kept.tables()
    seen = await preview(service, profile["id"])
    assert seen["erases"] == {
        "identifiers": 2,
        "kept": 0,
        "interactions": 2,
        "decisions": 0,
        "pins": 0,
        "mentioned": 0,
        "dead_letters": 0,
    }
    assert await service.kept.tables() == before


async def test_afterwards_every_id_that_led_there_is_gone_and_every_identifier_unknown(service: Served) -> None:
    await service.hear(said(1, DANA[0]), said(2, DANA[1]))
    old = {(await service.look_up(*key))["id"] for key in DANA}
    await service.hear(said(3, *DANA))
    live = (await service.look_up(*DANA[0]))["id"]
    await erase(service, live)
    assert len(old) == 2
    for profile in old:
        for path in ("", "/timeline", "/identity", "/export", "/consents", "/pins"):
            await service.ask("GET", f"/v1/profiles/{profile}{path}", status=410)
        await service.ask("POST", f"/v1/profiles/{profile}/erase/preview", status=410)
        for pair in (f"{profile}/{NOBODY}", f"{NOBODY}/{profile}"):
            await service.ask("GET", f"/v1/duplicates/{pair}", status=410)
    for namespace, value in DANA:
        await service.ask("POST", "/v1/profiles/lookup", {"namespace": namespace, "value": value}, status=404)


async def test_nothing_in_the_database_says_who_it_was(service: Served) -> None:
    await service.hear(said(1, *DANA, traits={"name": "Dana Cohen"}, consents=[{"purpose": "p", "granted": False}]))
    profile = (await service.look_up(*DANA[0]))["id"]
    stated = {"trait": "name", "source": "/call/main", "interaction": "e1", "reason": "spelled right"}
    await service.ask("POST", f"/v1/profiles/{profile}/pins", stated, status=201)
    await erase(service, profile)
    said_of_her = re.compile(r"dana|\bc-1\b", re.IGNORECASE)  # not part of some id
    assert not [value for value in await _stored(service) if said_of_her.search(value)]


async def _stored(service: Served) -> list[str]:
    async with service.kept.database.connection() as connection:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'profile'")
        rows = [row for (name,) in tables for row in await connection.fetch(f'SELECT * FROM "{name}"')]
    return [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for row in rows for value in row]


async def test_what_was_erased_stays_away_and_what_happens_later_makes_somebody_new(service: Served) -> None:
    first, mail = said(1, *DANA), said(2, DANA[1])
    await service.hear(first)
    profile = (await service.look_up(*DANA[0]))["id"]
    await erase(service, profile)
    unseen = said(3, *DANA)
    assert await service.hear(first, mail, unseen, first) == ["erased"] * 4
    later = {**said(4, *DANA), "time": NOW.replace(year=NOW.year + 1).isoformat()}
    assert await service.hear(later) == ["created"]
    new = await service.look_up(*DANA[0])
    assert new["id"] != profile
    await service.ask("GET", f"/v1/profiles/{profile}", status=410)
    assert len((await service.ask("GET", f"/v1/profiles/{new['id']}/timeline"))["items"]) == 1


async def test_what_names_nobody_in_a_conversation_of_the_erased_is_kept_out(service: Served) -> None:
    own = said(1, *DANA, conversation="talk 7")
    shared = [said(2, DANA[0], conversation="talk 8"), said(3, ("customer_id", "C-2"), conversation="talk 8")]
    await service.hear(own, *shared)
    await erase(service, (await service.look_up(*DANA[0]))["id"])
    late, elsewhere = said(4, conversation="talk 7", text="Dana again"), said(5, conversation="talk 8")
    other_source = said(6, source="/call/other", conversation="talk 7")
    assert await service.hear(late, elsewhere, other_source) == ["erased", "attached", "unidentified"]
    assert not [value for value in await _stored(service) if "Dana again" in value]
    after = {**late, "id": "e7", "time": NOW.replace(year=NOW.year + 1).isoformat()}
    assert await service.hear(after) == ["unidentified"]


@pytest.mark.parametrize("nameless_first", [True, False])
async def test_who_is_named_later_in_a_conversation_of_the_erased_is_told_what_is_missing(
    service: Served, *, nameless_first: bool
) -> None:
    """What was said there namelessly may be hers, so nothing of it is kept to be given to somebody else."""
    await service.hear(said(1, *DANA, conversation="talk 7"), said(2, ("customer_id", "C-2"), conversation="talk 8"))
    done = await erase(service, (await service.look_up(*DANA[0]))["id"])
    nameless = said(4, conversation="talk 7", text="Dana again")
    named = said(5, ("customer_id", "C-3"), conversation="talk 7", revision="2026-01-01T00:00:00Z")
    corrected = said(5, ("customer_id", "C-2"), conversation="talk 7", revision="2026-01-02T00:00:00Z")
    order = [nameless, named, corrected, nameless] if nameless_first else [named, corrected, nameless]
    outcomes = await service.hear(*order)
    assert [outcome for one, outcome in zip(order, outcomes, strict=True) if one is nameless] == ["erased"] * (
        2 if nameless_first else 1
    )
    avi = (await service.look_up("customer_id", "C-2"))["id"]
    items = (await service.ask("GET", f"/v1/profiles/{avi}/timeline"))["items"]
    assert {item["id"] for item in items} == {"e2", "e5"}
    told = {item["id"]: await service.ask("GET", f"/v1/interactions/{item['interaction_number']}") for item in items}
    assert (told["e2"]["erased_until"], told["e5"]["erased_until"]) == (None, done["at"])


async def test_a_letter_that_names_nobody_in_a_conversation_of_the_erased_goes(service: Served) -> None:
    await service.hear(said(1, *DANA, conversation="talk 7"))
    nameless = b'{"source": "/call/main", "data": {"channel": 7, "conversation": "%s"}}'
    anothers = b'{"source": "/call/main", "data": {"conversation": "talk 7", "identifiers": [%s]}}'
    kept = [nameless % b"talk 8", anothers % b'{"namespace": "customer_id", "value": "C-2"}']
    service.letters.kept = [nameless % b"talk 7", *kept]
    await erase(service, (await service.look_up(*DANA[0]))["id"])
    assert service.letters.kept == kept
    asked = [(letter, NOW) for letter in (nameless % b"talk 7", *kept)]
    assert await service.component.of_the_erased(asked) == [True, False, False]


async def test_the_other_one_of_two_who_share_a_telephone_stays_whole(service: Served) -> None:
    await service.hear(said(1, DANA[0], PHONE), said(2, ("customer_id", "C-2"), PHONE), said(3, PHONE, text="hers"))
    dana, avi = [(await service.look_up("customer_id", number))["id"] for number in ("C-1", "C-2")]
    assert dana != avi
    done = await erase(service, dana)
    assert done["erased"]["kept"] == 1
    left = await service.look_up("customer_id", "C-2")
    assert left["id"] == avi
    assert (await service.look_up(*PHONE))["id"] == avi
    items = (await service.ask("GET", f"/v1/profiles/{avi}/timeline"))["items"]
    assert [item["id"] for item in items] == ["e2"]


async def test_a_mention_goes_and_whoever_made_it_stays(service: Served) -> None:
    other = said(2, ("customer_id", "C-2"), raw={"from": "dana@example.com"}, traits={"friend": "Dana@example.com"})
    other["data"]["identifiers"].append({"namespace": "email", "value": "Dana@Example.com", "assurance": "claimed"})
    await service.hear(said(1, *DANA), other)
    done = await erase(service, (await service.look_up(*DANA[0]))["id"])
    assert done["erased"]["mentioned"] == 1
    assert await service.hear(other) == ["duplicate"]
    assert not [value for value in await _stored(service) if "dana" in value.lower()]
    avi = await service.look_up("customer_id", "C-2")
    (item,) = (await service.ask("GET", f"/v1/profiles/{avi['id']}/timeline"))["items"]
    assert item["id"] == "e2"


@pytest.mark.parametrize("written", ["054-123-4567", "+972 54 123 4567", ["spouse", {"mobile": "0541234567"}]])
async def test_a_trait_that_repeats_who_was_erased_in_other_words_goes(service: Served, written: object) -> None:
    other = said(2, ("customer_id", "C-2"), traits={"spouse": written, "name": "Avi"})
    other["data"]["identifiers"].append({"namespace": "phone", "value": "054 1234567", "assurance": "claimed"})
    await service.hear(said(1, DANA[0], PHONE), other)
    await erase(service, (await service.look_up(*DANA[0]))["id"])
    assert not [value for value in await _stored(service) if "4567" in value]
    avi = await service.look_up("customer_id", "C-2")
    assert list(avi["traits"]) == ["name"]


async def test_a_mention_dated_far_ahead_does_not_keep_its_owner_away(service: Served) -> None:
    """Nothing dated further ahead than a day is taken in; what got here in another way counts for no more."""
    ahead = {**said(2, ("customer_id", "C-2"), PHONE), "time": NOW.replace(year=NOW.year + 70).isoformat()}
    ahead["data"]["identifiers"][1]["assurance"] = "claimed"
    await service.hear(said(1, DANA[0], PHONE), ahead)
    await erase(service, (await service.look_up(*DANA[0]))["id"])
    later = {**said(3, PHONE), "time": NOW.replace(year=NOW.year + 1).isoformat()}
    assert await service.hear(later) == ["created"]


async def test_whose_tablet_it_was_too_keeps_it_and_what_the_other_looked_at_goes(service: Served) -> None:
    tablet = ("device", "tablet-1")
    logins = [said(1, DANA[0], tablet), said(9, ("customer_id", "C-2"), tablet)]
    looks = [said(2, tablet), said(8, tablet)]
    await service.hear(*logins, *looks)
    done = await erase(service, (await service.look_up(*DANA[0]))["id"])
    assert done["erased"]["interactions"] == 2
    avi = (await service.look_up("customer_id", "C-2"))["id"]
    assert (await service.look_up(*tablet))["id"] == avi
    items = (await service.ask("GET", f"/v1/profiles/{avi}/timeline"))["items"]
    assert {item["id"] for item in items} == {"e8", "e9"}
    assert await service.hear(*looks[:1]) == ["erased"]


async def test_of_two_whom_a_steward_separated_one_goes_and_takes_her_telephone_along(service: Served) -> None:
    await service.hear(said(1, DANA[0], PHONE), said(2, ("loyalty_id", "card 7"), PHONE))
    ends = [{"namespace": "phone", "value": PHONE[1]}, {"namespace": "loyalty_id", "value": "card 7"}]
    wish = {"kind": "separate", "a": ends[0], "b": ends[1], "reason": "not his"}
    await service.ask("POST", "/v1/identity/decisions", wish, status=201)
    card = await service.look_up("loyalty_id", "card 7")
    done = await erase(service, (await service.look_up(*DANA[0]))["id"])
    assert (done["erased"]["decisions"], done["erased"]["mentioned"]) == (1, 1)
    left = await service.look_up("loyalty_id", "card 7")
    assert left["id"] == card["id"]
    assert [one["namespace"] for one in left["identifiers"]] == ["loyalty_id"]
    await service.ask("POST", "/v1/profiles/lookup", ends[0], status=404)
    await service.ask("POST", "/v1/identity/decisions", wish, status=404)


async def test_whoever_has_nothing_left_is_gone_in_other_words_than_the_erased(service: Served) -> None:
    await service.hear(said(1, *DANA))
    profile = (await service.look_up(*DANA[0]))["id"]
    await service.hear(said(1, ("customer_id", "C-2"), revision="2026-01-01T00:00:00Z"))
    emptied = "all that this profile knew was withdrawn or expired"
    for path in ("", "/timeline", "/identity", "/export", "/consents", "/pins"):
        gone = await service.ask("GET", f"/v1/profiles/{profile}{path}", status=410)
        assert (gone["detail"], gone["field"]) == (emptied, "profile_id")
    asked = {"reason": "why not", "seal": SEAL}
    for path, body in (("erase/preview", None), ("erase", asked)):
        assert (await service.ask("POST", f"/v1/profiles/{profile}/{path}", body, status=410))["detail"] == emptied
    assert (await service.ask("GET", f"/v1/duplicates/{NOBODY}/{profile}", status=410))["field"] == "other_id"
    await service.ask("GET", f"/v1/profiles/{NOBODY}", status=404)


async def test_an_erasure_leaves_no_ids_behind_that_nobody_was_told(service: Served) -> None:
    await service.hear(said(1, *DANA))
    await erase(service, (await service.look_up(*DANA[0]))["id"])
    async with service.kept.database.connection() as connection:
        assert await connection.fetch("SELECT * FROM profile") == []


async def test_asked_again_it_tells_the_same(service: Served) -> None:
    await service.hear(said(1, *DANA))
    profile = (await service.look_up(*DANA[0]))["id"]
    done = await erase(service, profile)
    asked = {"reason": "she asked once more", "seal": SEAL}
    assert await service.ask("POST", f"/v1/profiles/{profile}/erase", asked) == done
    assert (done["reason"], done["author"]) == ("she asked us to", "dev-steward")
    assert ("erasure", profile) in await service.notes()


async def test_whoever_changed_since_the_look_is_not_erased(service: Served) -> None:
    await service.hear(said(1, DANA[0]))
    profile = (await service.look_up(*DANA[0]))["id"]
    seal = (await preview(service, profile))["seal"]
    await service.hear(said(2, *DANA))
    refused = await service.ask("POST", f"/v1/profiles/{profile}/erase", {"reason": "why", "seal": seal}, status=409)
    assert refused["field"] == "seal"
    await service.ask("GET", f"/v1/profiles/{profile}")


async def test_an_identifier_of_many_is_nobody_to_erase(service: Served) -> None:
    await service.hear(*[said(n, ("customer_id", f"C-{n}"), PHONE) for n in range(5)])
    shared = (await service.look_up(*PHONE))["id"]
    asked = {"reason": "why not", "seal": SEAL}
    refused = await service.ask("POST", f"/v1/profiles/{shared}/erase", asked, status=409)
    assert refused["field"] == "profile_id"


async def test_nobody_cannot_be_erased(service: Served) -> None:
    asked = {"reason": "why not", "seal": SEAL}
    await service.ask("POST", f"/v1/profiles/{NOBODY}/erase", asked, status=404)
    await service.ask("POST", f"/v1/profiles/{NOBODY}/erase/preview", status=404)


@pytest.mark.parametrize("role", ["agent", "ops"])
async def test_only_stewards_erase(service: Served, role: str) -> None:
    asked = {"reason": "why not", "seal": SEAL}
    await service.ask("POST", f"/v1/profiles/{NOBODY}/erase", asked, role=role, status=403)
    await service.ask("POST", f"/v1/profiles/{NOBODY}/erase/preview", role=role, status=403)


async def test_an_older_content_that_is_kept_with_anothers_interaction_goes(service: Served) -> None:
    early = said(2, DANA[1], revision="2026-01-01T00:00:00Z")
    late = said(2, ("customer_id", "C-2"), revision="2026-01-02T00:00:00Z")
    await service.hear(said(1, *DANA), early, late)
    await erase(service, (await service.look_up(*DANA[0]))["id"])
    assert not [value for value in await _stored(service) if "dana" in value.lower()]
    assert await service.hear(early, late) == ["erased", "duplicate"]


async def test_messages_that_did_not_leave_yet_are_taken_back(service: Served) -> None:
    service.kept.log.away = True
    with pytest.raises(Exception, match="away"):
        await service.hear(said(1, *DANA))
    service.kept.log.away = False
    await erase(service, (await service.look_up(*DANA[0]))["id"])
    await service.kept.publish_left_over()
    sent = [json.loads(message.value) for message in service.kept.log.messages]
    assert not [one for one in sent if one["type"] == "profile.interaction.attached"]


async def test_dead_letters_about_her_go_however_she_was_spelled(service: Served) -> None:
    first = said(1, DANA[0], ("phone", "054-765-4321"))
    await service.hear(first, said(2, ("customer_id", "C-2"), PHONE))
    service.letters.kept = ABOUT_HER + ABOUT_OTHERS
    done = await erase(service, (await service.look_up(*DANA[0]))["id"])
    assert service.letters.kept == ABOUT_OTHERS
    assert done["erased"]["dead_letters"] == len(ABOUT_HER)


async def test_while_letters_are_read_everything_else_goes_on(service: Served) -> None:
    await service.hear(said(1, *DANA))
    heard: list[str] = []

    async def meanwhile() -> None:
        async with asyncio.timeout(30):
            heard.extend(await service.hear(said(2, ("customer_id", "C-2")), said(1, *DANA)))

    service.letters.kept, service.letters.meanwhile = [*ABOUT_HER], meanwhile
    done = await erase(service, (await service.look_up(*DANA[0]))["id"])
    assert heard == ["created", "erased"]
    assert done["complete"]


async def test_letters_that_cannot_be_read_are_gone_through_later_and_the_answer_says_so(service: Served) -> None:
    await service.hear(said(1, DANA[0], ("phone", "054-765-4321")))
    profile = (await service.look_up(*DANA[0]))["id"]
    asked = {"reason": "she asked us to", "seal": (await preview(service, profile))["seal"]}
    service.letters.kept, service.letters.away = ABOUT_HER + ABOUT_OTHERS, True
    done = await service.ask("POST", f"/v1/profiles/{profile}/erase", asked)
    assert (done["complete"], done["erased"]["dead_letters"]) == (False, 0)
    await service.ask("GET", f"/v1/profiles/{profile}", status=410)
    assert not [value for value in await _stored(service) if re.search(r"\bc-1\b|4321", value, re.IGNORECASE)]
    service.letters.away = False
    done = await service.ask("POST", f"/v1/profiles/{profile}/erase", asked)
    assert (done["complete"], done["erased"]["dead_letters"]) == (True, len(ABOUT_HER))
    assert service.letters.kept == ABOUT_OTHERS
    assert await service.ask("POST", f"/v1/profiles/{profile}/erase", asked) == done


async def test_a_crash_before_letters_were_gone_through_is_made_good_at_the_next_start(service: Served) -> None:
    await service.hear(said(1, DANA[0], ("phone", "054-765-4321")))
    profile = (await service.look_up(*DANA[0]))["id"]
    asked = {"reason": "she asked us to", "seal": (await preview(service, profile))["seal"]}
    her_own = b'{"id": "e1", "source": "/call/main", "data": null}'
    service.letters.kept, service.letters.meanwhile = [*ABOUT_HER, her_own, *ABOUT_OTHERS], killed
    with pytest.raises(Killed):
        await service.ask("POST", f"/v1/profiles/{profile}/erase", asked)
    service.letters.meanwhile = None
    await service.component.stop()
    await service.component.start()
    await eventually(lambda: service.letters.kept == ABOUT_OTHERS)
    done = await service.ask("POST", f"/v1/profiles/{profile}/erase", asked)
    assert (done["complete"], done["erased"]["dead_letters"]) == (True, len(ABOUT_HER) + 1)


async def test_what_is_due_is_not_looked_for_with_another_key(service: Served) -> None:
    """Nothing would be found by marks of another key, and everything be called done."""
    await service.hear(said(1, *DANA))
    profile = (await service.look_up(*DANA[0]))["id"]
    asked = {"reason": "she asked us to", "seal": (await preview(service, profile))["seal"]}
    service.letters.kept, service.letters.away = [*ABOUT_HER], True
    await service.ask("POST", f"/v1/profiles/{profile}/erase", asked)
    service.letters.away = False
    database, policy = service.kept.database, service.step.policy
    for engraver in (None, Engraver(b"another key of thirty-two bytes")):
        due = DueLetters(PostgresDueLetters(database), service.kept.store, service.letters, policy, engraver)
        with pytest.raises(Unavailable):
            await due.sweep()
    assert service.letters.kept == ABOUT_HER


class Killed(BaseException):
    """Nothing after it is done."""


async def killed() -> None:
    raise Killed


async def test_a_letter_that_comes_when_she_is_erased_is_known_by_what_she_left(service: Served) -> None:
    her_own = b'{"id": "e1", "source": "/call/main", "data": null}'
    letters = [*ABOUT_HER, her_own, *ABOUT_OTHERS]
    await service.hear(said(1, DANA[0], ("phone", "054-765-4321")))
    assert not any(await service.component.of_the_erased([(letter, NOW) for letter in letters]))
    profile = (await service.look_up(*DANA[0]))["id"]
    await erase(service, profile)
    letters.insert(0, json.dumps({"type": "profile.trait.pinned", "data": {"profile": profile}}).encode())
    theirs = await service.component.of_the_erased([(letter, NOW) for letter in letters])
    assert theirs == [True] * (len(letters) - len(ABOUT_OTHERS)) + [False] * len(ABOUT_OTHERS)


async def test_a_letter_about_who_came_anew_is_kept(service: Served) -> None:
    await service.hear(said(1, *DANA))
    await erase(service, (await service.look_up(*DANA[0]))["id"])
    later, letter = NOW.replace(year=NOW.year + 1), b'{"value": "c-1", "time": "%s"}'
    asked = [(letter % moment.isoformat().encode(), later) for moment in (NOW, later)]
    assert await service.component.of_the_erased(asked) == [True, False]

"""Why two identifiers are, or are not, one person: asked over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.profile.reading.explain import AGREES, JOINS
from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

MAIL, OTHER_MAIL = ("email", "dana@example.com"), ("email", "avi@example.com")
PHONE, CARD, TABLET = ("phone", "+972541234567"), ("loyalty_id", "card 17"), ("device", "tablet-17")
NUMBERS = [("customer_id", f"c-100{n}") for n in range(6)]


@pytest.fixture
async def api(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as api:
        yield api


def end(key: tuple[str, str]) -> dict[str, str]:
    return {"namespace": key[0], "value": key[1]}


async def why(api: Served, a: tuple[str, str], b: tuple[str, str], **asked: Any) -> Any:
    return await api.ask("POST", "/v1/identity/why", {"a": end(a), "b": end(b)}, **asked)


async def decide(api: Served, kind: str, a: tuple[str, str], b: tuple[str, str]) -> Any:
    wish = {"kind": kind, "a": end(a), "b": end(b), "reason": "she said so"}
    return (await api.ask("POST", "/v1/identity/decisions", wish, status=201))["decision"]


def ways(told: Any) -> list[tuple[str, str, str]]:
    return [(one["identifier"]["value"], one["a"]["reason"], one["b"]["reason"]) for one in told["through"]]


async def test_one_person_is_explained_by_the_links_that_lead_from_one_to_the_other(api: Served) -> None:
    await api.hear(said(1, MAIL, PHONE), said(2, PHONE, TABLET), said(3, CARD, MAIL))
    told = await why(api, TABLET, CARD)
    assert told["one_person"]
    assert told["profile_a"] == told["profile_b"]
    assert [(link["interaction"], link["source"], link["verified"]) for link in told["path"]] == [
        ("e2", "/call/main", True),
        ("e1", "/call/main", True),
        ("e3", "/call/main", True),
    ]
    assert (told["held"], told["through"], told["decisions"]) == ([], [], [])
    assert {action for action, _ in await api.notes()} == {"why"}


async def test_each_link_of_a_person_tells_the_rule_by_which_it_counts(api: Served) -> None:
    await api.hear(said(1, MAIL, PHONE), said(2, MAIL, CARD), said(3, CARD, PHONE))
    profile = (await api.look_up(*MAIL))["id"]
    links = (await api.ask("GET", f"/v1/profiles/{profile}/identity"))["links"]
    told = {one["interaction"]: (one["joins"], one["rule"]) for one in links}
    assert told == {"e1": (False, AGREES), "e2": (True, JOINS), "e3": (True, JOINS)}


async def used_by(api: Served, *, of: tuple[str, str], **asked: Any) -> list[tuple[str, str, Any]]:
    """The reasons of who was held back from one identifier, as its own page and as comparing tell them."""
    profile = (await api.look_up(*of))["id"]
    held = (await api.ask("GET", f"/v1/profiles/{profile}/identity", **asked))["held"]
    told = (await why(api, TABLET, of, **asked))["held"]
    assert told == [{**one, "profile_id": told[0]["profile_id"]} for one in held]
    return [(one["reason"], one["explanation"], one["used_by"]) for one in held]


OF_SEVERAL = "Several people use this device, so it joins none of them."


async def test_who_uses_a_device_of_several_people_is_named(api: Served) -> None:
    await api.hear(said(1, NUMBERS[0], TABLET), said(2, NUMBERS[1], TABLET), said(3, TABLET, ("device", "tablet-18")))
    people = [end(number) for number in NUMBERS[:2]]
    assert await used_by(api, of=NUMBERS[0]) == [("shared", OF_SEVERAL, people)]
    ((_, _, hidden),) = await used_by(api, of=NUMBERS[0], role="ops")
    assert [one["value"] for one in hidden] == ["•••00", "•••01"]
    told = await why(api, NUMBERS[0], NUMBERS[1])
    assert [(one["a"]["used_by"], one["b"]["used_by"]) for one in told["through"]] == [(people, people)]


async def test_of_a_device_that_many_use_nobody_is_named(api: Served) -> None:
    await api.hear(*[said(n, number, TABLET) for n, number in enumerate(NUMBERS)])
    assert await used_by(api, of=NUMBERS[0]) == [("shared", OF_SEVERAL, [])]


async def test_what_else_is_shared_or_held_is_no_device_of_several_people(api: Served) -> None:
    await api.hear(*[said(n, number, PHONE) for n, number in enumerate(NUMBERS)], said(7, PHONE, TABLET))
    (held,) = (await why(api, TABLET, PHONE))["held"]
    assert (held["reason"], held["used_by"]) == ("shared", None)
    assert "too many different people" in held["explanation"]


async def test_one_person_by_a_stewards_word_is_explained_by_it(api: Served) -> None:
    await api.hear(said(1, MAIL), said(2, PHONE))
    made = await decide(api, "confirm", MAIL, PHONE)
    told = await why(api, MAIL, PHONE)
    assert told["one_person"]
    assert (told["path"], [one["id"] for one in told["decisions"]]) == ([], [made["id"]])


async def test_an_identifier_is_one_person_with_itself(api: Served) -> None:
    await api.hear(said(1, MAIL))
    told = await why(api, MAIL, ("email", " Dana@Example.com"))
    assert (told["one_person"], told["path"]) == (True, [])


async def test_two_people_are_explained_by_the_links_that_were_held_between_them(api: Served) -> None:
    await api.hear(said(1, NUMBERS[0], PHONE), said(2, NUMBERS[1], PHONE))
    told = await why(api, NUMBERS[1], NUMBERS[0])
    assert not told["one_person"]
    assert [(one["reason"], one["interaction"]) for one in told["held"]] == [("limit:customer_id", "e2")]
    assert told["held"][0]["profile_id"] == told["profile_b"]
    assert ways(told) == []


async def test_two_people_whom_a_steward_parted_are_explained_by_it(api: Served) -> None:
    await api.hear(said(1, MAIL, PHONE))
    made = await decide(api, "separate", MAIL, PHONE)
    told = await why(api, MAIL, PHONE)
    assert not told["one_person"]
    assert [one["id"] for one in told["decisions"]] == [made["id"]]
    assert [one["reason"] for one in told["held"]] == ["separated"]


async def test_two_of_many_on_one_telephone_are_explained_by_it(api: Served) -> None:
    await api.hear(*(said(n, number, PHONE) for n, number in enumerate(NUMBERS)))
    told = await why(api, NUMBERS[0], NUMBERS[5])
    assert not told["one_person"]
    assert told["held"] == []
    assert ways(told) == [(PHONE[1], "shared", "shared")]
    (way,) = told["through"]
    assert [way[name]["interaction"] for name in ("a", "b")] == ["e0", "e5"]
    phone = (await api.look_up(*PHONE))["id"]
    assert [way[name]["profile_id"] for name in ("a", "b")] == [phone, phone]
    masked = await why(api, NUMBERS[0], NUMBERS[5], role="ops")
    assert PHONE[1] not in str(masked)
    assert NUMBERS[0][1] not in str(masked)


async def test_the_second_and_third_of_a_household_are_explained_by_the_telephone_of_the_first(api: Served) -> None:
    names = ("Dana", "Avi", "Noga")
    mails = [("email", f"{name}@example.com") for name in names]
    await api.hear(*(said(n, mails[n], PHONE, traits={"first_name": name}) for n, name in enumerate(names)))
    assert ways(await why(api, mails[1], mails[2])) == [(PHONE[1], "names_differ", "names_differ")]
    assert [one["reason"] for one in (await why(api, mails[0], mails[2]))["held"]] == ["names_differ"]


async def test_what_was_only_typed_is_named_as_what_both_were_shown_with(api: Served) -> None:
    typed = [said(n, number, MAIL) for n, number in enumerate(NUMBERS[:2])]
    for one in typed:
        one["data"]["identifiers"][1]["assurance"] = "claimed"
    await api.hear(*typed)
    assert ways(await why(api, NUMBERS[0], NUMBERS[1])) == [(MAIL[1], "claimed", "claimed")]


async def test_two_strangers_have_nothing_to_explain(api: Served) -> None:
    await api.hear(said(1, MAIL, PHONE), said(2, OTHER_MAIL, TABLET))
    told = await why(api, PHONE, TABLET)
    assert not told["one_person"]
    assert [told[part] for part in ("path", "held", "through", "decisions")] == [[], [], [], []]


async def test_of_a_telephone_of_a_thousand_each_is_explained(api: Served) -> None:
    """Whoever is looked at has one link with it, wherever that stands among the telephone's many."""
    many = [said(n % 300, ("customer_id", f"c-{10_000 + n}"), PHONE) | {"id": f"e{n}"} for n in range(1_500)]
    await api.hear_at_once(*many)
    for number in (0, 700, 1_499):
        for told in (
            await why(api, ("customer_id", f"c-{10_000 + number}"), PHONE),
            await why(api, PHONE, ("customer_id", f"c-{10_000 + number}")),
        ):
            assert [(one["reason"], one["interaction"]) for one in told["held"]] == [("shared", f"e{number}")]
    told = await why(api, ("customer_id", "c-10000"), ("customer_id", "c-11499"))
    assert ways(told) == [(PHONE[1], "shared", "shared")]


async def test_who_is_unknown_is_said_by_name(api: Served) -> None:
    await api.hear(said(1, MAIL))
    asked = {"a": end(MAIL), "b": end(PHONE)}
    assert (await api.ask("POST", "/v1/identity/why", asked, status=404))["field"] == "b"
    shoes = {"a": {"namespace": "shoe_size", "value": "44"}, "b": end(MAIL)}
    assert (await api.ask("POST", "/v1/identity/why", shoes, status=400))["field"] == "a.namespace"

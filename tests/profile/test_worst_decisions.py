"""Decisions that cannot be: each a clear error that names the field, and nothing is half done."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

Key = tuple[str, str]
MAIL, PHONE, CARD, TABLET = (
    ("email", "dana@example.com"),
    ("phone", "+972541234567"),
    ("loyalty_id", "card 17"),
    ("device", "tablet-17"),
)
FIRST, SECOND = ("customer_id", "c-1001"), ("customer_id", "c-1002")
NOBODY = ("email", "nobody@example.com")
UNKNOWN = "0199f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"


@pytest.fixture
async def api(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as api:
        yield api


def end(key: Key) -> dict[str, str]:
    return {"namespace": key[0], "value": key[1]}


def wish(kind: str, a: Key, b: Key, reason: str = "she said so") -> dict[str, Any]:
    return {"kind": kind, "a": end(a), "b": end(b), "reason": reason}


async def decide(api: Served, kind: str, a: Key, b: Key) -> str:
    done = await api.ask("POST", "/v1/identity/decisions", wish(kind, a, b), status=201)
    return str(done["decision"]["id"])


async def refused(api: Served, kind: str, a: Key, b: Key, status: int) -> tuple[str, str]:
    """The field and the detail; a trial is refused alike, and neither leaves a trace."""
    before, said_before = await api.kept.tables(), len(api.kept.log.sent)
    tried = await api.ask("POST", "/v1/identity/decisions/preview", wish(kind, a, b), status=status)
    told = await api.ask("POST", "/v1/identity/decisions", wish(kind, a, b), status=status)
    assert (tried["field"], _without_ids(tried["detail"])) == (told["field"], _without_ids(told["detail"]))
    assert await api.kept.tables() == before
    assert len(api.kept.log.sent) == said_before
    return told["field"], told["detail"]


def _without_ids(detail: str) -> str:
    return " ".join(word for word in detail.split() if "-" not in word)


async def owner(api: Served, key: Key) -> str:
    return str((await api.look_up(*key))["id"])


@pytest.mark.parametrize("kind", ["confirm", "separate"])
async def test_an_identifier_with_itself_however_it_is_written(api: Served, kind: str) -> None:
    """So what one verified customer number joins cannot be parted: the number is one person's by definition."""
    await api.hear(said(1, FIRST, MAIL), said(2, FIRST, PHONE))
    for same in (FIRST, ("customer_id", " C-1001 "), ("customer_id", "\u200fC-1001")):
        assert await refused(api, kind, FIRST, same, 400) == ("b", "an identifier is always one person with itself")


async def test_two_of_a_customers_identifiers_are_parted_and_the_number_stays_with_the_first_link(api: Served) -> None:
    """The number is not torn: either end of it may be taken away."""
    await api.hear(said(1, FIRST, MAIL), said(2, FIRST, PHONE))
    await decide(api, "separate", MAIL, PHONE)
    assert await owner(api, FIRST) == await owner(api, MAIL) != await owner(api, PHONE)


@pytest.mark.parametrize("kind", ["confirm", "separate"])
async def test_of_whom_nobody_knows(api: Served, kind: str) -> None:
    await api.hear(said(1, MAIL, PHONE))
    assert (await refused(api, kind, NOBODY, MAIL, 404))[0] == "a"
    assert (await refused(api, kind, MAIL, NOBODY, 404))[0] == "b"
    assert (await refused(api, kind, MAIL, ("email", "guest"), 404))[0] == "b.value"
    assert (await refused(api, kind, ("shoe_size", "44"), MAIL, 400))[0] == "a.namespace"


@pytest.mark.parametrize("kind", ["confirm", "separate"])
async def test_of_whoever_was_erased(api: Served, kind: str) -> None:
    await api.hear(said(1, MAIL), said(2, PHONE))
    made = await decide(api, "confirm", MAIL, PHONE)
    her = await owner(api, MAIL)
    seal = (await api.ask("POST", f"/v1/profiles/{her}/erase/preview"))["seal"]
    await api.ask("POST", f"/v1/profiles/{her}/erase", {"reason": "she asked", "seal": seal})
    await api.hear(said(3, CARD))
    assert (await refused(api, kind, CARD, MAIL, 404))[0] == "b"
    assert (await refused(api, kind, PHONE, CARD, 404))[0] == "a"
    await api.ask("DELETE", f"/v1/identity/decisions/{made}", {"reason": "not so"}, status=404)
    trial = {"kind": "withdraw", "decision": made, "reason": "not so"}
    await api.ask("POST", "/v1/identity/decisions/preview", trial, status=404)


FORBIDDEN = (
    "the rules forbid it (limit:customer_id). Together they would have more values of customer_id than one person may."
)


async def test_two_customer_numbers_are_never_one_person(api: Served) -> None:
    await api.hear(said(1, FIRST), said(2, SECOND), said(3, MAIL), said(4, PHONE))
    assert await refused(api, "confirm", FIRST, SECOND, 409) == ("b", FORBIDDEN)
    await decide(api, "confirm", FIRST, MAIL)
    await decide(api, "confirm", SECOND, PHONE)
    assert (await refused(api, "confirm", MAIL, PHONE, 409))[1] == FORBIDDEN


async def test_decisions_that_contradict_one_another(api: Served) -> None:
    await api.hear(said(1, MAIL), said(2, PHONE), said(3, CARD))
    joined = await decide(api, "confirm", MAIL, PHONE)
    for kind in ("confirm", "separate"):
        for a, b in ((MAIL, PHONE), (PHONE, MAIL)):
            assert joined in (await refused(api, kind, a, b, 409))[1]
    await decide(api, "separate", CARD, MAIL)
    field, detail = await refused(api, "confirm", PHONE, CARD, 409)
    assert (field, joined in detail) == ("b", True)


async def test_decisions_in_a_circle(api: Served) -> None:
    """The last one of a circle says nothing new; it cannot be broken at one place, and falls apart piece by piece."""
    await api.hear(said(1, MAIL), said(2, PHONE), said(3, CARD), said(4, TABLET))
    circle = [(MAIL, PHONE), (PHONE, CARD), (CARD, TABLET), (TABLET, MAIL)]
    made = [await decide(api, "confirm", *both) for both in circle]
    assert len({await owner(api, key) for key in (MAIL, PHONE, CARD, TABLET)}) == 1
    assert "confirms what this would part" in (await refused(api, "separate", MAIL, CARD, 409))[1]
    for number, people in zip(range(4), (1, 2, 3, 4), strict=True):
        await api.ask("DELETE", f"/v1/identity/decisions/{made[number]}", {"reason": "not so"})
        assert len({await owner(api, key) for key in (MAIL, PHONE, CARD, TABLET)}) == people


async def test_what_was_taken_back_or_never_decided(api: Served) -> None:
    await api.hear(said(1, MAIL), said(2, PHONE))
    made = await decide(api, "confirm", MAIL, PHONE)
    await api.ask("DELETE", f"/v1/identity/decisions/{made}", {"reason": "not so"})
    before = await api.kept.tables()
    again = await api.ask("DELETE", f"/v1/identity/decisions/{made}", {"reason": "not so"}, status=409)
    never = await api.ask("DELETE", f"/v1/identity/decisions/{UNKNOWN}", {"reason": "not so"}, status=404)
    assert (again["field"], never["field"]) == ("decision_id", "decision_id")
    assert await api.kept.tables() == before


@pytest.mark.parametrize("reason", ["", "  ", "so", "x" * 501, "so\x00so"])
async def test_without_a_reason_that_can_be_kept(api: Served, reason: str) -> None:
    await api.hear(said(1, MAIL), said(2, PHONE))
    asked = wish("confirm", MAIL, PHONE, reason)
    assert (await api.ask("POST", "/v1/identity/decisions", asked, status=422))["field"].endswith("reason")
    assert (await api.kept.tables()).decisions == {}

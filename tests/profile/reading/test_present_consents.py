"""Where a person stands to each purpose, as part of the profile."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.profile.reading.queries import WORDS
from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

MAIL, CUSTOMER, PHONE = ("email", "dana@example.com"), ("customer_id", "c-1001"), ("phone", "+972541234567")


@pytest.fixture
async def api(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as api:
        yield api


def allows(*, purpose: str = "marketing.email", **more: Any) -> dict[str, Any]:
    return {"consents": [{"purpose": purpose, "granted": True, **more}]}


def refuses(**more: Any) -> dict[str, Any]:
    return {"consents": [{"purpose": "marketing.email", "granted": False, **more}]}


def typed(event: dict[str, Any]) -> dict[str, Any]:
    """The same by somebody whom nobody vouches for."""
    for one in event["data"]["identifiers"]:
        one["assurance"] = "claimed"
    return event


async def test_a_refusal_outlives_a_merge_and_the_allowance_says_why_it_does_not_count(api: Served) -> None:
    await api.hear(
        said(1, MAIL, source="/email/postmark", **refuses(method="unsubscribe", wording="No more letters")),
        said(2, CUSTOMER, source="/store/pos", **allows(method="form")),
    )
    alone = (await api.look_up(*CUSTOMER))["consents"]["marketing.email"]
    assert (alone["state"], alone["others"]) == ("granted", [])
    await api.hear(said(3, CUSTOMER, MAIL))
    profile = await api.look_up(*CUSTOMER)
    assert profile["consents"] == (await api.ask("GET", f"/v1/profiles/{profile['id']}"))["consents"]
    told = profile["consents"]["marketing.email"]
    assert told["state"] == "refused"
    assert told["decided_by"] == {
        "granted": False,
        "at": said(1)["time"].replace("+00:00", "Z"),
        "identifier": {"namespace": "email", "value": "dana@example.com"},
        "assurance": "verified",
        "source": "/email/postmark",
        "interaction": "e1",
        "method": "unsubscribe",
        "wording": "No more letters",
    }
    (other,) = told["others"]
    assert (other["interaction"], other["granted"], other["why"]) == ("e2", True, "overruled")


async def test_an_older_word_and_a_claim_are_told_beside_the_one_that_counts(api: Served) -> None:
    await api.hear(said(1, MAIL, **refuses()), said(2, MAIL, **allows()), typed(said(3, MAIL, **allows())))
    told = (await api.look_up(*MAIL))["consents"]["marketing.email"]
    assert (told["state"], told["decided_by"]["interaction"]) == ("granted", "e2")
    assert [(one["interaction"], one["why"], one["assurance"]) for one in told["others"]] == [
        ("e3", "claimed", "claimed"),
        ("e1", "older", "verified"),
    ]


async def test_what_was_only_claimed_leaves_it_unknown(api: Served) -> None:
    await api.hear(typed(said(1, MAIL, **allows(purpose="analytics"))))
    told = (await api.look_up(*MAIL))["consents"]["analytics"]
    assert (told["state"], told["decided_by"], len(told["others"])) == ("unknown", None, 1)


async def test_who_said_nothing_has_no_consents(api: Served) -> None:
    await api.hear(said(1, MAIL))
    assert (await api.look_up(*MAIL))["consents"] == {}


async def test_who_may_not_see_identifiers_sees_none_here(api: Served) -> None:
    await api.hear(said(1, MAIL, **refuses()), said(2, PHONE, **allows()), said(3, MAIL, PHONE))
    profile = await api.look_up(*MAIL, role="ops")
    told = profile["consents"]["marketing.email"]
    assert told["decided_by"]["identifier"] == {"namespace": "email", "value": "•••om"}
    assert [one["identifier"]["value"] for one in told["others"]] == ["•••67"]


async def test_however_much_was_said_the_deciding_word_is_found_and_the_answer_stays_short(api: Served) -> None:
    many = WORDS + 5
    claims = [typed(said(number, MAIL, **allows())) for number in range(many, 2 * many)]
    await api.hear(*(said(number, MAIL, **refuses()) for number in range(many)), *claims)
    told = (await api.look_up(*MAIL))["consents"]["marketing.email"]
    assert (told["state"], told["decided_by"]["interaction"]) == ("refused", f"e{many - 1}")
    assert len(told["others"]) == 2 * WORDS - 1


async def test_a_steward_sees_what_a_decision_does_to_consent(api: Served) -> None:
    await api.hear(said(1, MAIL, **refuses()), said(2, CUSTOMER, **allows()))
    keys = ({"namespace": namespace, "value": value} for namespace, value in (MAIL, CUSTOMER))
    a, b = keys
    trial = {"kind": "confirm", "a": a, "b": b, "reason": "she said so"}
    effect = await api.ask("POST", "/v1/identity/decisions/preview", trial)
    before = {person["consents"]["marketing.email"]["state"] for person in effect["before"]}
    (after,) = effect["after"]
    assert (before, after["consents"]["marketing.email"]["state"]) == ({"refused", "granted"}, "refused")

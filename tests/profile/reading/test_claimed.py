"""What whoever types a customer's address is shown of that customer, and the customer's page of what was typed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.profile.serving import Served, said, served
from tests.support.postgres import PostgresServer

CUSTOMER, MAIL, DEVICE = ("customer_id", "c-1001"), ("email", "dana@example.com"), ("device", "tablet-1")


@pytest.fixture
async def api(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as service:
        yield service


def typed(number: int, **data: Any) -> dict[str, Any]:
    """Only Dana's address, and nobody vouches for it."""
    identifier = {"namespace": MAIL[0], "value": MAIL[1], "assurance": "claimed"}
    return said(number, source="/chat/main", identifiers=[identifier], **data)


async def names_found(api: Served, query: str) -> list[tuple[str | None, str | None]]:
    found = await api.ask("POST", "/v1/profiles/search", {"q": query})
    return [(one["name"], one["name_assurance"]) for one in found["items"]]


async def test_a_typed_name_is_beside_the_customers_own_and_marked(api: Served) -> None:
    await api.hear(said(1, CUSTOMER, MAIL, traits={"name": "Dana Cohen"}), typed(2, traits={"name": "Boris Ivanov"}))
    dana = await api.look_up(*MAIL)
    assert dana["id"] == (await api.look_up(*CUSTOMER))["id"]
    assert (dana["traits"]["name"]["value"], dana["traits"]["name"]["assurance"]) == ("Dana Cohen", "verified")
    (other,) = dana["traits"]["name"]["others"]
    assert (other["value"], other["assurance"], other["lost_by"]) == ("Boris Ivanov", "claimed", "assurance")
    assert await names_found(api, "Cohen") == [("Dana Cohen", "verified")]


async def test_a_typed_name_gives_way_to_another_one_that_is_verified(api: Served) -> None:
    await api.hear(said(1, CUSTOMER, MAIL, traits={"first_name": "Dana"}), typed(2, traits={"name": "Boris Ivanov"}))
    assert await names_found(api, "Dana") == [("Dana", "verified")]


async def test_a_name_that_is_only_typed_is_marked(api: Served) -> None:
    await api.hear(said(1, CUSTOMER, MAIL), typed(2, traits={"name": "Boris Ivanov"}))
    assert (await api.look_up(*MAIL))["traits"]["name"]["assurance"] == "claimed"
    assert await names_found(api, "Boris") == [("Boris Ivanov", "claimed")]


async def test_whoever_typed_an_address_is_not_shown_whose_it_is(api: Served) -> None:
    """It makes a candidate, with its reason, and not a merge."""
    both = typed(2, traits={"city": "Haifa"})
    both["data"]["identifiers"].append({"namespace": DEVICE[0], "value": DEVICE[1], "assurance": "verified"})
    await api.hear(said(1, CUSTOMER, MAIL, traits={"name": "Dana Cohen"}), both)
    visitor, dana = await api.look_up(*DEVICE), await api.look_up(*CUSTOMER)
    assert visitor["id"] != dana["id"]
    assert set(visitor["traits"]) == {"city"}
    assert [one["namespace"] for one in visitor["identifiers"]] == ["device"]
    assert set(dana["traits"]) == {"name"}
    timeline = (await api.ask("GET", f"/v1/profiles/{dana['id']}/timeline"))["items"]
    assert [one["id"] for one in timeline] == ["e1"]

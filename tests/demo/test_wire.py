"""Everything that the demonstration sends is taken by the real adapters, signatures included."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import pytest

from schemas.interaction import Interaction
from services.demo.cast import (
    HOUSEHOLD_PHONE,
    KIOSK,
    NAMED,
    RECYCLED_PHONE,
    fictitious_phone,
    passers_by,
)
from services.demo.messages import Story
from services.demo.outgoing import Credentials, Outgoing, Scene
from services.demo.stories.everyday import EVERYDAY
from services.demo.stories.identity import ANONYMOUS, IDENTITY_STORIES, TYPO, WITHHELD, kiosk
from services.demo.stories.service import REFUND, SERVICE_STORIES, TRANSFERRED
from services.demo.wire import request
from services.ingest.channel import Delivery, Source
from services.ingest.cloudevents import parse_events, read_events
from services.ingest.registry import ADAPTERS
from services.runtime.errors import Unauthenticated

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "http://127.0.0.1:8080"
SECRETS = {name: f"secret of {name}" for name in ("call_twilio", "chat_whatsapp", "email_postmark", "store_shopify")}
CREDENTIALS = Credentials(URL, "ksk_demo", SECRETS)
PEOPLE = passers_by(7)
STORIES = [
    *IDENTITY_STORIES,
    *SERVICE_STORIES,
    kiosk(PEOPLE[:18]),
    *(make(person) for make in EVERYDAY for person in PEOPLE[:4]),
]


def delivery_of(outgoing: Outgoing) -> Delivery:
    url = URL + outgoing.path
    return Delivery(outgoing.headers, outgoing.body, url, dict(parse_qsl(urlsplit(url).query)))


def taken(outgoing: Outgoing) -> list[Interaction]:
    delivery = delivery_of(outgoing)
    if outgoing.path == "/v1/events":
        assert outgoing.headers["authorization"] == "Bearer ksk_demo"
        parsed = parse_events(read_events(delivery), Source("/", "app", "cloudevents"))
    else:
        adapter = "web_segment" if outgoing.path == "/v1/batch" else outgoing.path.rpartition("/")[2]
        channel = ADAPTERS[adapter].channel
        channel.verify(delivery, credentials_of(adapter), NOW)
        parsed = channel.parse(delivery, Source(f"/{adapter}", adapter.partition("_")[0], adapter), NOW)
    assert parsed.rejected == []
    return parsed.interactions


def credentials_of(adapter: str) -> list[bytes]:
    if adapter == "web_segment":
        return [f"sha256:{sha256(b'ksk_demo').hexdigest()}".encode()]
    return [SECRETS[adapter].encode()]


def told(story: Story, telling: str = "run-000001") -> Iterator[Interaction]:
    for place, step in enumerate(story.steps):
        yield from taken(request(step.message, Scene(telling, place, NOW), CREDENTIALS))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)
def test_every_step_is_taken_as_one_interaction_that_is_known_by_its_type(story: Story) -> None:
    interactions = list(told(story))
    assert len(interactions) == len(story.steps)
    assert [found.type for found in interactions if found.type.endswith(".unknown")] == []
    assert len({(found.source, found.id) for found in interactions}) == len(interactions)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)
def test_telling_a_story_again_is_something_new_of_the_same_customers(story: Story) -> None:
    first, again = list(told(story)), list(told(story, "run-000002"))
    assert not {(found.source, found.id) for found in first} & {(found.source, found.id) for found in again}
    assert [found.data.identifiers for found in first] == [found.data.identifiers for found in again]


@pytest.mark.parametrize("story", IDENTITY_STORIES + SERVICE_STORIES, ids=lambda story: story.key)
def test_what_was_changed_on_the_way_is_not_taken(story: Story) -> None:
    for place, step in enumerate(story.steps):
        outgoing = request(step.message, Scene("run-000001", place, NOW), CREDENTIALS)
        if outgoing.path in {"/v1/channels/call_twilio", "/v1/channels/chat_whatsapp", "/v1/channels/store_shopify"}:
            with pytest.raises(Unauthenticated):
                taken(dataclasses.replace(outgoing, body=outgoing.body.replace(b"0", b"1")))


def identifiers(story: Story, namespace: str) -> dict[str, set[str]]:
    """The values of `namespace` in a story, each with the customer numbers beside it."""
    found: dict[str, set[str]] = {}
    for interaction in told(story):
        by_namespace = {one.namespace: one.value for one in interaction.data.identifiers}
        if namespace in by_namespace:
            known = found.setdefault(by_namespace[namespace], set())
            known |= {by_namespace["customer_id"]} if "customer_id" in by_namespace else set()
    return found


def story(key: str) -> Story:
    return next(story for story in STORIES if story.key == key)


def test_a_household_shares_a_phone() -> None:
    assert len(identifiers(story("household_phone"), "phone")[HOUSEHOLD_PHONE]) == 2


def test_a_phone_passes_to_another_customer_and_leaves_the_first() -> None:
    assert len(identifiers(story("recycled_phone"), "phone")[RECYCLED_PHONE]) == 2
    assert "chat.identity.changed" in [found.type for found in told(story("recycled_phone"))]


def test_a_kiosk_is_used_by_more_customers_than_a_device_may_have() -> None:
    assert len(identifiers(kiosk(PEOPLE[:18]), "device")[KIOSK]) == 18
    assert len(identifiers(kiosk(PEOPLE[:18]), "email")) > 15


def test_a_visitor_is_anonymous_and_then_known_by_the_same_device() -> None:
    namespaces = [{one.namespace for one in found.data.identifiers} for found in told(ANONYMOUS)]
    assert namespaces[0] == {"device"}
    assert any({"device", "customer_id"} <= found for found in namespaces)


def test_a_call_is_handed_on_twice() -> None:
    types = [found.type for found in told(TRANSFERRED)]
    assert types.count("call.transferred") == 2
    assert any(found.data.measures and found.data.measures.transfers == 2 for found in told(TRANSFERRED))


def test_a_granted_refund_makes_the_customer_ask_before_it_is_sent() -> None:
    types = [found.type for found in told(REFUND)]
    granted, sent = types.index("claim.approved"), types.index("refund.sent")
    assert {"chat.message.received", "call.ended"} <= set(types[granted:sent])


def test_an_address_typed_in_a_chat_is_another_customers_and_only_claimed() -> None:
    claimed = [one for found in told(TYPO) for one in found.data.identifiers if one.assurance == "claimed"]
    verified = {one.value for found in told(TYPO) for one in found.data.identifiers if one.assurance == "verified"}
    assert len(claimed) == 1
    assert claimed[0].value in verified


def test_a_withheld_number_identifies_nobody_and_the_agent_does() -> None:
    calls = list(told(WITHHELD))
    assert {found.data.conversation for found in calls} == {"CA-dock-run-000001"}
    assert [len(found.data.identifiers) for found in calls] == [0, 0, 1, 0]


def test_all_channels_and_both_languages_take_part() -> None:
    assert {found.data.channel for one in STORIES for found in told(one)} >= {
        "call",
        "chat",
        "email",
        "web",
        "store",
        "app",
        "survey",
    }
    assert {person.language for person in (*NAMED, *PEOPLE)} == {"en", "he"}


def test_nobody_shares_what_should_be_their_own() -> None:
    people = (*NAMED, *PEOPLE)
    for name in ("customer_id", "loyalty_id", "email", "device", "shopify_id"):
        assert len({getattr(person, name) for person in people}) == len(people)
    own_phones = [person.phone for person in people if person.own_phone is None]
    assert len(set(own_phones)) == len(own_phones)


def test_phones_and_addresses_are_fictitious() -> None:
    for person in (*NAMED, *PEOPLE):
        assert person.phone.startswith(("+97255501", "+120255501"))
        assert person.email.rpartition("@")[2] in {"example.com", "example.org", "example.net"}
    assert fictitious_phone(42, "en") == "+12025550142"

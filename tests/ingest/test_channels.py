"""Every adapter against its fixtures, and every adapter against nonsense."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.catalogue import INTERACTION_TYPES
from schemas.interaction import Interaction
from services.ingest.channel import Delivery, Source
from services.ingest.channels import call_twilio, chat_whatsapp, email_postmark, store_shopify, web_segment
from services.ingest.registry import ADAPTERS
from services.runtime.errors import Rejected
from tests.ingest.fixture_files import (
    ARRIVAL,
    FOLDER,
    as_written,
    delivery_of,
    expected_file,
    fixture_files,
    parsed_fixture,
)

FIXTURES = [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in fixture_files()]
OUR_TYPES = {
    *call_twilio.CALL_TYPES.values(),
    *call_twilio.LEG_TYPES.values(),
    *chat_whatsapp.STATUS_TYPES.values(),
    *chat_whatsapp.MESSAGE_TYPES.values(),
    *chat_whatsapp.SYSTEM_TYPES.values(),
    *chat_whatsapp.CALL_TYPES.values(),
    *(record[0] for record in email_postmark.RECORD_TYPES.values()),
    *(kind.type for kind in store_shopify.TOPICS.values()),
    *web_segment.CALL_TYPES.values(),
    *web_segment.EVENT_TYPES.values(),
}


@pytest.mark.parametrize("path", FIXTURES)
def test_fixture_becomes_what_is_written_beside_it(path: Path) -> None:
    assert as_written(parsed_fixture(path)) == json.loads(expected_file(path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FIXTURES)
def test_parsing_is_a_function_of_its_arguments(path: Path) -> None:
    assert parsed_fixture(path) == parsed_fixture(path)


@pytest.mark.parametrize("path", FIXTURES)
def test_vendor_payload_is_kept(path: Path) -> None:
    for interaction in parsed_fixture(path).interactions:
        if path.parent.name != "web_segment" or interaction.type.endswith(".unknown"):
            assert interaction.data.raw


def test_every_adapter_has_fixtures_and_every_snapshot_its_fixture() -> None:
    assert {path.parent.name for path in fixture_files()} == set(ADAPTERS)
    assert set(FOLDER.glob("*/*.expected.json")) == {expected_file(path) for path in fixture_files()}


def test_every_type_is_in_the_published_catalogue() -> None:
    assert set(INTERACTION_TYPES) >= OUR_TYPES


def test_unknown_types_are_published_too() -> None:
    assert {f"{adapter.partition('_')[0]}.unknown" for adapter in ADAPTERS} <= set(INTERACTION_TYPES)


def test_attachments_and_html_do_not_travel() -> None:
    (interaction,) = parsed_fixture(FOLDER / "email_postmark" / "with_attachment.json").interactions
    raw: Any = interaction.data.raw
    assert raw["Attachments"] == [
        {"Name": "receipt.pdf", "ContentType": "application/pdf", "ContentLength": 5, "ContentID": ""}
    ]
    assert "HtmlBody" not in raw


def test_what_is_too_large_to_keep_leaves_its_hash() -> None:
    body = {"id": 1, "updated_at": "2026-11-22T09:00:00Z", "line_items": [{"title": "מנורה" * 100}] * 100}
    parsed = ADAPTERS["store_shopify"].channel.parse(
        Delivery({}, json.dumps(body).encode()), source("store_shopify"), ARRIVAL
    )
    raw: Any = parsed.interactions[0].data.raw
    assert raw["omitted"] is True
    assert raw["bytes"] > 32_768


def test_source_tells_region_and_trust() -> None:
    parsed = ADAPTERS["web_segment"].channel.parse(
        Delivery({}, b'{"userId": "u", "type": "page", "messageId": "1"}'),
        Source("/web/main", "web", "web_segment", region="GB", trust=80, trust_claims=True),
        ARRIVAL,
    )
    assert parsed.interactions[0].model_extra == {"region": "GB", "trust": 80, "trustclaims": True}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def source(adapter: str) -> Source:
    return Source("/s", adapter.partition("_")[0], adapter)


def mutated(data: st.DataObject, value: Any) -> Any:
    """`value` with nonsense in places."""
    if isinstance(value, dict):
        return {
            k: data.draw(json_values) if data.draw(st.integers(0, 7)) == 0 else mutated(data, v)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [mutated(data, item) for item in value]
    return data.draw(json_values) if data.draw(st.integers(0, 7)) == 0 else value


def parse_anything(adapter: str, body: bytes, headers: dict[str, str]) -> list[Interaction]:
    try:
        return ADAPTERS[adapter].channel.parse(Delivery(headers, body), source(adapter), ARRIVAL).interactions
    except Rejected:
        return []


@pytest.mark.parametrize("adapter", ADAPTERS)
@settings(deadline=None)
@given(value=json_values)
def test_any_json_is_parsed_or_rejected(adapter: str, value: Any) -> None:
    parse_anything(adapter, json.dumps(value).encode(), {"content-type": "application/json"})


@pytest.mark.parametrize("adapter", ADAPTERS)
@settings(deadline=None)
@given(body=st.binary(max_size=200))
def test_any_bytes_are_parsed_or_rejected(adapter: str, body: bytes) -> None:
    parse_anything(adapter, body, {"content-type": "application/json"})
    parse_anything(adapter, body, {})


@pytest.mark.parametrize("path", FIXTURES)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_distortion_of_a_fixture_is_parsed_or_rejected(path: Path, data: st.DataObject) -> None:
    delivery = delivery_of(path)
    if delivery.headers["content-type"] == "application/json":
        body = json.dumps(mutated(data, json.loads(delivery.body))).encode()
        for interaction in parse_anything(path.parent.name, body, dict(delivery.headers)):
            assert Interaction.model_validate_json(interaction.to_json())


def test_basic_credentials_never_reach_an_interaction() -> None:
    headers = {"authorization": "Basic " + b64encode(b"wk:").decode()}
    body = json.dumps({"writeKey": "wk", "type": "teleport", "userId": "u"}).encode()
    (interaction,) = parse_anything("web_segment", body, headers)
    assert b'"wk"' not in interaction.to_json()

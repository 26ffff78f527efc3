import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.interaction import interaction
from services.profile.record import search_words
from services.profile.wire import decode, without_content
from services.runtime.errors import Invalid

FIELDS = {"id": "e1", "source": "/chat/whatsapp", "type": "chat.message.received", "time": "2026-11-22T10:00:00+02:00"}
DATA: dict[str, Any] = {
    "channel": "chat",
    "conversation": "k-1",
    "identifiers": [{"namespace": "phone", "value": "+972541234567", "assurance": "claimed"}],
    "traits": {"name": "דנה כהן", "vip": True, "tags": ["a", {"b": 1.5}]},
    "measures": {"wait_seconds": 1.5, "transfers": 2},
    "text": "hello",
    "raw": {"vendor": "payload"},
}


def event(data: dict[str, Any] | None = None, **fields: Any) -> bytes:
    return json.dumps({"specversion": "1.0", **FIELDS, **fields, "data": DATA if data is None else data}).encode()


def test_what_the_edge_accepts_is_read() -> None:
    incoming = decode(interaction(FIELDS, DATA).to_json())
    assert incoming.key == ("/chat/whatsapp", "e1")
    assert incoming.envelope.time == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert [(one.namespace, one.value, one.assurance) for one in incoming.data.identifiers] == [
        ("phone", "+972541234567", "claimed")
    ]
    assert incoming.data.measures is not None
    assert (incoming.data.measures.wait_seconds, incoming.data.measures.handle_seconds) == (1.5, None)
    assert {name: msgspec.json.decode(value) for name, value in incoming.data.traits.items()} == DATA["traits"]


def test_what_ingest_adds_about_the_source_is_read() -> None:
    envelope = decode(event(region="US", trust=70, trustclaims=True)).envelope
    assert (envelope.region, envelope.trust, envelope.trustclaims) == ("US", 70, True)


def test_the_least_that_the_edge_accepts_is_read() -> None:
    incoming = decode(interaction(FIELDS, {"channel": "web"}).to_json())
    assert (incoming.data.identifiers, incoming.data.traits, incoming.data.measures) == ([], {}, None)


def test_fields_of_later_versions_are_ignored() -> None:
    assert decode(event({**DATA, "mood": "sunny"}, later="field")).key == decode(event()).key


def test_the_digest_tells_contents_apart() -> None:
    assert decode(event()).digest == decode(event()).digest != decode(event({**DATA, "text": "bye"})).digest


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"null",
        b"[]",
        b"not json",
        b'{"id": "e1"',
        b"\xff\xfe",
        event(id=""),
        event(id=7),
        event(id="x" * 201),
        event(source="s" * 201),
        event(time="yesterday"),
        event(time="2026-11-22T10:00:00"),
        event(time="0001-01-01T00:00:00+14:00"),
        event(time="9999-12-31T23:59:59-12:00"),
        event(time="0001-01-01T00:00:00Z"),
        event(trust=-1),
        event(trust=2**40),
        event(id="a\0b"),
        event({}),
        event({**DATA, "channel": None}),
        event({**DATA, "channel": "a\0b"}),
        event({**DATA, "conversation": "a\0b"}),
        event({**DATA, "identifiers": [{"namespace": "phone"}]}),
        event({**DATA, "identifiers": {"phone": "1"}}),
        event({**DATA, "traits": {"a\0b": 1}}),
        event({**DATA, "traits": {"n" * 101: 1}}),
        event({**DATA, "measures": {"wait_seconds": 1e300}}),
        event({**DATA, "measures": {"handle_seconds": -1}}),
        event({**DATA, "measures": {"transfers": 2**70}}),
        event({**DATA, "traits": {"name": "\ud800"}}),
        event({**DATA, "text": "\ud800"}),
        event({**DATA, "traits": {"name": "X"}}).replace(b'"X"', b'"\xff"'),
        event({**DATA, "text": "X"}).replace(b'"X"', b'"\xff"'),
        event({**DATA, "raw": "X"}).replace(b'"X"', b"[" * 100_000 + b"]" * 100_000),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_what_cannot_be_processed_is_invalid(value: bytes) -> None:
    with pytest.raises(Invalid):
        decode(value)


@given(st.binary(max_size=50) | st.recursive(st.none() | st.text(), st.lists).map(msgspec.json.encode))
def test_rubbish_is_invalid_and_nothing_worse(value: bytes) -> None:
    with pytest.raises(Invalid):
        decode(value)


def test_what_was_said_stays_here() -> None:
    slim = json.loads(msgspec.json.encode(without_content(decode(event()))))
    assert slim["data"] == {name: value for name, value in DATA.items() if name not in {"text", "raw"}}
    assert (slim["id"], slim["source"], slim["type"]) == ("e1", "/chat/whatsapp", "chat.message.received")
    assert datetime.fromisoformat(slim["time"]) == datetime.fromisoformat(FIELDS["time"])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", '"Dana COHEN"', "dana cohen"),
        ("first_name", '"\\u05d3\\u05e0\\u05d4"', "דנה"),
        ("name", '"a\\u0000b"', "ab"),
        ("name", '""', None),
        ("name", "7", None),
        ("name", '{"first": "Dana"}', None),
        ("plan", '"Gold"', None),
    ],
)
def test_names_are_searched_case_folded(name: str, value: str, words: str | None) -> None:
    assert search_words(name, value) == words
